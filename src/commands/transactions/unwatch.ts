import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'UNWATCH',
  group: 'transactions',
  since: '2.2.0',
  summary: 'Forgets all watched keys.',
  complexity: 'O(1)',
  flags: 'noscript loading stale fast allow_busy',
  args: [],
  reply: status('OK'),
  run(c) {
    c.server.transactions.unwatch(c.session)
    c.reply.ok()
  },
})
