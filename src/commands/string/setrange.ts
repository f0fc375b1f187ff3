import { E } from '../../resp/errors.ts'
import { bytes, int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { checkLength, editable, lengthOf } from './shared.ts'

export default command({
  name: 'SETRANGE',
  group: 'string',
  since: '2.2.0',
  summary: 'Overwrites a part of a string value from an offset on, padding with zero bytes.',
  complexity: 'O(N), N being the length of the given bytes',
  flags: 'write denyoom',
  args: [key('key', 'RW update'), int64('offset'), bytes('value')],
  reply: integer('the length of the value after it'),
  run(c, key, offset, text) {
    if (offset < 0) throw E.offsetOutOfRange
    const value = c.db.strings.edit(key)
    if (text.length === 0) return c.reply.int(lengthOf(value))
    checkLength(Number(offset) + text.length)
    const buffer = editable(value)
    buffer.setRange(Number(offset), text)
    c.db.strings.put(key, buffer)
    c.db.changed(key, 'setrange')
    c.reply.int(buffer.length)
  },
})
