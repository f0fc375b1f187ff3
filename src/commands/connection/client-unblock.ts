import { E } from '../../resp/errors.ts'
import { choice, int, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT UNBLOCK',
  group: 'connection',
  since: '5.0.0',
  summary: 'Ends the wait of another connection, as by its time-out or with an error.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [int('client-id'), optional(choice('timeout_error', { timeout: 'TIMEOUT', error: 'ERROR' }, E.unblockReason))],
  reply: integer('1 when it waited, else 0'),
  run(c, id, how) {
    const session = c.server.sessions.get(id)
    c.reply.int(session !== undefined && c.server.blocking.unblock(session, how ?? 'timeout') ? 1 : 0)
  },
})
