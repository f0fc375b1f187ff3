import { E } from '../../resp/errors.ts'
import { anyNumberOf, bytes, likened, oneOf, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'SCRIPT FLUSH',
  group: 'scripting',
  since: '2.6.0',
  summary: 'Forgets every script the server keeps.',
  complexity: 'O(N), N being the number of scripts.',
  flags: 'noscript',
  categories: '@scripting',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  history: [['6.2.0', 'Added the `ASYNC` and `SYNC` flushing mode modifiers.']],
  args: [likened(anyNumberOf(bytes('mode')), since('6.2.0', oneOf('async', { async: 'ASYNC', sync: 'SYNC' })))],
  reply: status('OK'),
  run(c, modes) {
    if (modes.length > 1 || (modes.length === 1 && !/^(a?sync)$/i.test(modes[0]))) throw E.scriptFlushOption
    c.server.scripting.flush()
    c.reply.ok()
  },
})
