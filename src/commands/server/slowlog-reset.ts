import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'SLOWLOG RESET',
  group: 'server',
  since: '2.2.12',
  summary: 'Empties the log of slow commands.',
  complexity: 'O(N), N being the number of entries',
  flags: 'admin loading stale',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: [],
  reply: status('OK'),
  run(c) {
    c.server.slowLog.reset()
    c.reply.ok()
  },
})
