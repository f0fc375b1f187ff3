import { choice } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT NO-EVICT',
  group: 'connection',
  since: '7.0.0',
  summary: 'Protects this connection from being closed for memory.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [choice('enabled', { on: 'ON', off: 'OFF' })],
  reply: status('OK'),
  run(c, enabled) {
    c.session.noEvict = enabled === 'on'
    c.reply.ok()
  },
})
