import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'MULTI',
  group: 'transactions',
  since: '1.2.0',
  summary: 'Starts a transaction: commands are queued until EXEC.',
  complexity: 'O(1)',
  flags: 'noscript loading stale fast allow_busy immediate',
  args: [],
  reply: status('OK'),
  run(c) {
    if (c.session.transaction !== null) throw E.nestedMulti
    c.server.transactions.begin(c.session)
    c.reply.ok()
  },
})
