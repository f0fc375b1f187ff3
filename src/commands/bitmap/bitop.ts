import { E } from '../../resp/errors.ts'
import { bytes, choice, key, likened, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { combineBits } from '../../types/bitmap.ts'
import { Bytes } from '../../types/bytes.ts'
import { readable } from './shared.ts'

export default command({
  name: 'BITOP',
  group: 'bitmap',
  since: '2.6.0',
  summary: 'Stores the bitwise AND, OR, XOR or NOT of string values.',
  complexity: 'O(N), N being the length of the longest value',
  flags: 'write denyoom',
  args: [
    likened(choice('operation', { and: 'AND', or: 'OR', xor: 'XOR', not: 'NOT' }), bytes('operation')),
    key('destkey', 'OW update'),
    many(key('key', 'RO access')),
  ],
  reply: integer('the length of the result in bytes'),
  run(c, operation, destination, keys) {
    if (operation === 'not' && keys.length !== 1) throw E.bitopNot
    const values = keys.map((key) => readable(c.db.strings.get(key) ?? ''))
    const result = combineBits(operation, values)
    if (result.length > 0) {
      c.db.set(destination, Bytes.owning(result))
      c.db.changed(destination, 'set')
    } else if (c.db.delete(destination)) c.db.changed(destination, 'del')
    c.reply.int(result.length)
  },
})
