import { choice } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT NO-TOUCH',
  group: 'connection',
  since: '7.2.0',
  summary: 'Makes the commands of this connection leave the access times of keys alone.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [choice('enabled', { on: 'ON', off: 'OFF' })],
  reply: status('OK'),
  run(c, enabled) {
    c.session.noTouch = enabled === 'on'
    c.reply.ok()
  },
})
