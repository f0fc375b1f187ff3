import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'

export default command({
  name: 'FUNCTION STATS',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Tells of the function that runs, and counts libraries and functions.',
  complexity: 'O(1)',
  flags: 'noscript allow_busy',
  categories: '@scripting',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: [],
  reply: map('running_script and engines'),
  run(c) {
    const { reply } = c
    const { runner, libraries, busyError } = c.server.scripting
    const run = runner.current
    if (run?.isEval) throw busyError
    reply.map(2)
    reply.bulk('running_script')
    if (run === null) reply.null()
    else {
      reply.map(3)
      reply.bulk('name')
      reply.bulk(run.name)
      reply.bulk('command')
      reply.array(run.argv.length)
      for (const word of run.argv) reply.bulk(word)
      reply.bulk('duration_ms')
      reply.int(Math.floor((c.store.clock.monotonicUs() - run.startedUs) / 1000))
    }
    reply.bulk('engines')
    reply.map(1)
    reply.bulk('LUA')
    reply.map(2)
    reply.bulk('libraries_count')
    reply.int(libraries.set.libraries.size)
    reply.bulk('functions_count')
    reply.int(libraries.set.functionCount)
  },
})
