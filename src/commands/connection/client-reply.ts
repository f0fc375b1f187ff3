import { choice } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT REPLY',
  group: 'connection',
  since: '3.2.0',
  summary: 'Turns the replies to this connection off, on, or off for the next command.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [choice('on_off_skip', { on: 'ON', off: 'OFF', skip: 'SKIP' })],
  reply: anything('OK with ON, else nothing'),
  run(c, mode) {
    const { session } = c
    if (mode === 'on') {
      session.mute('no')
      session.reply.ok()
    } else if (mode === 'off') session.mute('off')
    else if (session.muted !== 'off') session.mute('skipNext')
  },
})
