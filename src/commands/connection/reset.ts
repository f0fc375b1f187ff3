import { resetSession } from '../../server/reset.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'RESET',
  group: 'connection',
  since: '6.2.0',
  summary: 'Makes the connection as it was when it was new.',
  complexity: 'O(1)',
  flags: 'noscript loading stale fast no_auth allow_busy immediate subscriber',
  args: [],
  reply: status('RESET'),
  run(c) {
    resetSession(c.server, c.session)
    c.session.reply.status('RESET')
  },
})
