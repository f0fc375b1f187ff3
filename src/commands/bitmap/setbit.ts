import { E } from '../../resp/errors.ts'
import { int, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { Bytes } from '../../types/bytes.ts'
import { checkLength, editable } from '../string/shared.ts'
import { bitOffset } from './shared.ts'

export default command({
  name: 'SETBIT',
  group: 'bitmap',
  since: '2.2.0',
  summary: 'Sets or clears the bit at an offset of a string value, padding with zero bytes.',
  complexity: 'O(1)',
  flags: 'write denyoom',
  args: [key('key', 'RW access update'), bitOffset, int('value', { min: 0, max: 1, error: E.bitValue })],
  reply: integer('what the bit was before'),
  run(c, key, offset, bit) {
    const at = offset >>> 3
    const value = c.db.strings.edit(key)
    checkLength(at + 1)
    const bytes = editable(value)
    if (!(value instanceof Bytes)) c.db.strings.put(key, bytes)
    const { length } = bytes
    const mask = 0x80 >> (offset & 7)
    bytes.extend(at + 1)
    const old = bytes.byteAt(at)
    const was = (old & mask) === 0 ? 0 : 1
    if (was !== bit || bytes.length !== length) {
      bytes.setByte(at, bit === 1 ? old | mask : old & ~mask)
      c.db.changed(key, 'setbit')
    }
    c.reply.int(was)
  },
})
