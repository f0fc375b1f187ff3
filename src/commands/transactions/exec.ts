import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'EXEC',
  group: 'transactions',
  since: '1.2.0',
  summary: 'Runs the queued commands of a transaction as one.',
  complexity: 'Depends on the queued commands',
  flags: 'noscript loading stale skip_slowlog immediate',
  args: [],
  reply: array('one reply per queued command; null when a watched key changed'),
  run(c) {
    const { server, session, reply } = c
    const transaction = session.transaction
    if (transaction === null) throw E.execWithoutMulti
    const stale = server.transactions.isStale(session)
    server.transactions.end(session)
    if (transaction.broken) throw E.execAbort
    if (stale) return reply.nullArray()
    reply.array(transaction.queue.length)
    session.mayBlock = false
    for (const { command, argv } of transaction.queue) {
      const denial = server.acl.authorize(session, command, argv, 'multi')
      if (denial === null) server.call(session, command, argv)
      else server.failed(session, command, E.execDenied(denial.reason))
    }
    session.mayBlock = true
    // Each command has told its own effects.
    c.propagate.none()
  },
})
