import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'MONITOR',
  group: 'server',
  since: '1.0.0',
  summary: 'Shows every command that the server runs, as it runs.',
  complexity: 'O(1), and a line for each command of any client from then on',
  flags: 'admin noscript loading stale',
  args: [],
  reply: status('OK, then a line for each command'),
  run(c) {
    const { session, server } = c
    if (!session.mayBlock) throw E.denyBlocking('MONITOR')
    // A client that is fed already, with this or with the replication stream, gets no second answer.
    if (session.monitoring || session.kind === 'replica') return
    server.monitors.add(session)
    c.reply.ok()
  },
})
