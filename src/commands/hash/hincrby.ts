import { E } from '../../resp/errors.ts'
import { bytes, int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { fitsInt64, parseInt64 } from '../../util/numbers.ts'

export default command({
  name: 'HINCRBY',
  group: 'hash',
  since: '2.0.0',
  summary: 'Adds an integer to the integer value of a field, 0 when it does not exist.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'RW access update'), bytes('field'), int64('increment')],
  reply: integer('the value after it'),
  run(c, key, field, increment) {
    const hash = c.db.hashes.open(key)
    const old = parseInt64(hash.get(field) ?? '0')
    if (old === null) throw E.hashValueNotInteger
    const sum = old + BigInt(increment)
    if (!fitsInt64(sum)) throw E.overflow
    hash.update(field, sum.toString(), c.store.limits)
    c.db.changed(key, 'hincrby')
    c.reply.int(sum)
  },
})
