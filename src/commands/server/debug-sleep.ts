import { double } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

/** Nobody waits on this: it is there to block the thread. */
const bell = new Int32Array(new SharedArrayBuffer(4))

export default command({
  name: 'DEBUG SLEEP',
  group: 'server',
  since: '1.0.0',
  summary: 'Holds up the whole server for some seconds.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [double('seconds')],
  reply: status('OK'),
  run(c, seconds) {
    allowDebug(c)
    Atomics.wait(bell, 0, 0, Math.max(0, seconds * 1000))
    c.reply.ok()
  },
})
