import { E } from '../../resp/errors.ts'
import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { addLongDouble } from '../../util/numbers.ts'

export default command({
  name: 'HINCRBYFLOAT',
  group: 'hash',
  since: '2.6.0',
  summary: 'Adds a number to the numeric value of a field, in extended precision.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'RW access update'), bytes('field'), shown(bytes('increment'), { type: 'double' })],
  reply: bulk('the value after it'),
  run(c, key, field, increment) {
    const amount = addLongDouble('0', increment)
    if ('error' in amount && amount.error === 'notFloat') throw E.notFloat
    if (/^[+-]?inf/i.test(increment)) throw E.valueNanOrInfinity
    const hash = c.db.hashes.open(key)
    const sum = addLongDouble(hash.get(field) ?? '0', increment)
    if ('error' in sum) throw sum.error === 'notFloat' ? E.hashValueNotFloat : E.nanOrInfinity
    hash.update(field, sum.ok, c.store.limits)
    // The sum travels, not the addition: other machines may add otherwise. HSET takes the deadline away.
    c.propagate.as('HSET', key, field, sum.ok)
    const deadline = hash.deadlineOf(field)
    if (deadline !== -1) c.propagate.also('HPEXPIREAT', key, String(deadline), 'FIELDS', '1', field)
    c.db.changed(key, 'hincrbyfloat')
    c.reply.bulk(sum.ok)
  },
})
