import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG SET-DISABLE-DENY-SCRIPTS',
  group: 'server',
  since: '1.0.0',
  summary: 'Lets scripts run every command, or not.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [bytes('0|1')],
  reply: status('OK'),
  run(c, on) {
    allowDebug(c)
    c.server.scripting.runner.anyCommand = Number.parseInt(on, 10) > 0
    c.reply.ok()
  },
})
