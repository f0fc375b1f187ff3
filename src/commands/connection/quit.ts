import { anyNumberOf, bytes, likened } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'QUIT',
  group: 'connection',
  since: '1.0.0',
  summary: 'Closes the connection after the replies are out.',
  complexity: 'O(1)',
  flags: 'noscript loading stale fast no_auth allow_busy immediate subscriber',
  deprecatedSince: '7.2.0',
  replacedBy: 'closing the connection',
  arity: -1,
  args: [likened(anyNumberOf(bytes('ignored')))],
  reply: status('OK'),
  run(c) {
    c.reply.ok()
    c.session.closing = true
  },
})
