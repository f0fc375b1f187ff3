import { E } from '../../resp/errors.ts'
import { block, int, key, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { countOnes } from '../../types/bitmap.ts'
import { bitRange, indexUnit, rangeWords, readable, readInteger, readUnit } from './shared.ts'

export default command({
  name: 'BITCOUNT',
  group: 'bitmap',
  since: '2.6.0',
  summary: 'Counts the bits that are set in a string value, or in a range of it.',
  complexity: 'O(N)',
  flags: 'readonly',
  args: [key('key', 'RO access'), rangeWords(optional(block('index', int('start'), int('end'), indexUnit)))],
  reply: integer('the number of bits that are 1'),
  history: [['7.0.0', 'Counts in bytes or bits, by BYTE and BIT.']],
  run(c, key, range) {
    const value = c.db.strings.get(key)
    if (value === undefined) return c.reply.int(0)
    let start: number | bigint = 0
    let end: number | bigint = -1
    let inBits = false
    if (range.length === 2 || range.length === 3) {
      start = readInteger(range[0])
      end = readInteger(range[1])
      if (start < 0 && end < 0 && start > end) return c.reply.int(0)
      inBits = range.length === 3 && readUnit(range[2])
    } else if (range.length !== 0) throw E.syntax
    const bytes = readable(value)
    const found = bitRange(bytes.length, start, end, inBits)
    c.reply.int(found === null ? 0 : countOnes(bytes, found.first, found.last))
  },
})
