import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { storeDigest } from '../../store/digest.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG DIGEST',
  group: 'server',
  since: '1.0.0',
  summary: 'Returns a fingerprint of all data, equal on any two servers with equal data.',
  complexity: 'O(N), N being the size of the data',
  flags: 'admin noscript loading stale',
  args: [],
  reply: status('40 hexadecimal digits'),
  run(c) {
    allowDebug(c)
    c.reply.status(storeDigest(c.store))
  },
})
