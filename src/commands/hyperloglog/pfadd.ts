import { E } from '../../resp/errors.ts'
import { anyNumberOf, bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { addElements, forgetCardinality } from '../../types/hyperloglog.ts'
import { createHyperLogLog, editHyperLogLog } from './shared.ts'

export default command({
  name: 'PFADD',
  group: 'hyperloglog',
  since: '2.8.9',
  summary: 'Adds elements to a HyperLogLog, creating it if need be.',
  complexity: 'O(1) for each element',
  flags: 'write denyoom fast',
  args: [key('key', 'RW insert'), anyNumberOf(bytes('element'))],
  reply: integer('1 when the key is new or a register changed, else 0'),
  run(c, key, elements) {
    const found = editHyperLogLog(c, key)
    const hll = found ?? createHyperLogLog(c, key)
    const { changes, corrupt } = addElements(hll, elements, c.store.limits.hllSparseMaxBytes)
    const total = found === undefined ? changes + 1 : changes
    if (total > 0) {
      forgetCardinality(hll)
      c.db.changed(key, 'pfadd', total)
    }
    if (corrupt) {
      // What was added before the corrupt place stays; replicas get the value as it is now, not a request that fails.
      if (total > 0) c.propagate.as('SET', key, hll.toString(), 'KEEPTTL')
      throw E.hllCorrupt
    }
    c.reply.int(total > 0 ? 1 : 0)
  },
})
