import { int } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG SET-ACTIVE-EXPIRE',
  group: 'server',
  since: '2.8.0',
  summary: 'Stops or resumes the removal of expired keys by timer.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [int('active')],
  reply: status('OK'),
  run(c, active) {
    allowDebug(c)
    c.store.expiry.setActive(active !== 0)
    c.reply.ok()
  },
})
