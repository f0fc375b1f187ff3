import { E } from '../../resp/errors.ts'
import { oneOf } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { wordOrNone } from './shared.ts'

export default command({
  name: 'FUNCTION FLUSH',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Deletes every function library.',
  complexity: 'O(N), N being the number of libraries.',
  flags: 'write noscript',
  categories: '@scripting',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [wordOrNone(oneOf('async', { async: 'ASYNC', sync: 'SYNC' }))],
  reply: status('OK'),
  run(c, mode) {
    if (mode !== null && !/^a?sync$/i.test(mode)) throw E.functionFlushOption
    c.server.scripting.libraries.flush()
    // Counts as a change even when there was nothing, as replicas may hold what we do not.
    c.store.dirty++
    c.reply.ok()
  },
})
