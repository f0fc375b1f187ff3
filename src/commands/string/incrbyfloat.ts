import { E } from '../../resp/errors.ts'
import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { addLongDouble } from '../../util/numbers.ts'
import { textOf } from './shared.ts'

export default command({
  name: 'INCRBYFLOAT',
  group: 'string',
  since: '2.6.0',
  summary: 'Adds a number to the numeric value of a key, in extended precision.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'RW access update'), shown(bytes('increment'), { type: 'double' })],
  reply: bulk('the value after it'),
  run(c, key, increment) {
    const value = c.db.strings.edit(key)
    const sum = addLongDouble(value === undefined ? '0' : textOf(value), increment)
    if ('error' in sum) throw sum.error === 'notFloat' ? E.notFloat : E.nanOrInfinity
    // Kept as text, even when it is whole.
    c.db.strings.put(key, sum.ok)
    // The sum travels, not the addition: other machines may add otherwise.
    c.propagate.as('SET', key, sum.ok, 'KEEPTTL')
    c.db.changed(key, 'incrbyfloat')
    c.reply.bulk(sum.ok)
  },
})
