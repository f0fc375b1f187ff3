import { int } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG PAUSE-CRON',
  group: 'server',
  since: '7.0.0',
  summary: 'Stops or resumes what the server does by itself from time to time.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [int('paused')],
  reply: status('OK'),
  run(c, paused) {
    allowDebug(c)
    c.server.cron.paused = paused !== 0
    c.reply.ok()
  },
})
