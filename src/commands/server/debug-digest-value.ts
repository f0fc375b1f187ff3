import { anyNumberOf, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { valueDigest } from '../../store/digest.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG DIGEST-VALUE',
  group: 'server',
  since: '5.0.0',
  summary: 'Returns a fingerprint of the value at each key.',
  complexity: 'O(N), N being the size of the values',
  flags: 'admin noscript loading stale',
  args: [anyNumberOf(key('key', 'RO access'))],
  reply: array('40 hexadecimal digits per key, zeros for those that do not exist'),
  run(c, keys) {
    allowDebug(c)
    c.reply.array(keys.length)
    for (const key of keys) c.reply.status(valueDigest(c.db, key))
  },
})
