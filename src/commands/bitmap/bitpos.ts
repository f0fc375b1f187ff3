import { E } from '../../resp/errors.ts'
import { block, int, int64, key, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { findBit } from '../../types/bitmap.ts'
import { bitRange, indexUnit, rangeWords, readable, readInteger, readUnit } from './shared.ts'

export default command({
  name: 'BITPOS',
  group: 'bitmap',
  since: '2.8.7',
  summary: 'Finds the first bit that is set, or clear, in a string value or in a range of it.',
  complexity: 'O(N)',
  flags: 'readonly',
  args: [
    key('key', 'RO access'),
    int64('bit'),
    rangeWords(optional(block('index', int('start'), optional(block('end_index', int('end'), indexUnit))))),
  ],
  reply: integer('the position; without an end, the first clear bit may lie right after the value; -1 for none'),
  history: [['7.0.0', 'Counts in bytes or bits, by BYTE and BIT.']],
  run(c, key, bit, range) {
    if (bit !== 0 && bit !== 1) throw E.bitArgument
    const value = c.db.strings.get(key)
    // A missing key is endless zeros.
    if (value === undefined) return c.reply.int(bit === 1 ? -1 : 0)
    if (range.length > 3) throw E.syntax
    const start = range.length > 0 ? readInteger(range[0]) : 0
    const inBits = range.length === 3 && readUnit(range[2])
    const end = range.length > 1 ? readInteger(range[1]) : -1
    const bytes = readable(value)
    const searched = bitRange(bytes.length, start, end, inBits)
    if (searched === null) return c.reply.int(-1)
    const found = findBit(bytes, bit, searched.first, searched.last)
    // Without an end the value goes on with zeros for ever.
    c.reply.int(found < 0 && bit === 0 && range.length < 2 ? bytes.length * 8 : found)
  },
})
