import { info } from '../../server/info.ts'
import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'INFO',
  group: 'server',
  since: '1.0.0',
  summary: 'Describes the server: versions, clients, memory, persistence, statistics, replication, keys.',
  complexity: 'O(1)',
  flags: 'loading stale',
  categories: '@dangerous',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: [anyNumberOf(bytes('section'))],
  reply: bulk('sections of field:value lines'),
  history: [['7.0.0', 'Takes several sections.']],
  run(c, sections) {
    c.reply.verbatim('txt', info(c.server, sections))
  },
})
