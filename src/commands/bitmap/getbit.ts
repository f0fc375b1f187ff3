import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { Bytes } from '../../types/bytes.ts'
import { bitOffset } from './shared.ts'

export default command({
  name: 'GETBIT',
  group: 'bitmap',
  since: '2.2.0',
  summary: 'Returns the bit at an offset of a string value.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), bitOffset],
  reply: integer('the bit; 0 beyond the end'),
  run(c, key, offset) {
    const value = c.db.strings.get(key)
    if (value === undefined) return c.reply.int(0)
    const at = offset >>> 3
    // The code beyond the end of a text is NaN, of which no bit is set.
    const byte = value instanceof Bytes ? value.byteAt(at) : String(value).charCodeAt(at)
    c.reply.int((byte & (0x80 >> (offset & 7))) === 0 ? 0 : 1)
  },
})
