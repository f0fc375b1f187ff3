import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT UNPAUSE',
  group: 'connection',
  since: '6.2.0',
  summary: 'Ends a pause of the clients.',
  complexity: 'O(N), N being the number of held clients',
  flags: 'admin noscript loading stale',
  args: [],
  reply: status('OK'),
  run(c) {
    c.server.pause.end()
    c.reply.ok()
  },
})
