import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CONFIG RESETSTAT',
  group: 'server',
  since: '2.0.0',
  summary: 'Sets the statistics of INFO back to zero.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: [],
  reply: status('OK'),
  run(c) {
    c.server.resetStats()
    c.reply.ok()
  },
})
