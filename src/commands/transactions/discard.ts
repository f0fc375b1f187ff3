import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'DISCARD',
  group: 'transactions',
  since: '2.0.0',
  summary: 'Drops the queued commands of a transaction and forgets the watched keys.',
  complexity: 'O(N), N being the number of queued commands',
  flags: 'noscript loading stale fast allow_busy immediate',
  args: [],
  reply: status('OK'),
  run(c) {
    if (c.session.transaction === null) throw E.discardWithoutMulti
    c.server.transactions.end(c.session)
    c.reply.ok()
  },
})
