import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { checkLength, editable, lengthOf, stored } from './shared.ts'

export default command({
  name: 'APPEND',
  group: 'string',
  since: '2.0.0',
  summary: 'Appends bytes to the value of a key, creating it if need be.',
  complexity: 'O(1) amortised',
  flags: 'write denyoom fast',
  args: [key('key', 'RW insert'), bytes('value')],
  reply: integer('the length of the value after it'),
  run(c, key, text) {
    const value = c.db.strings.edit(key)
    const length = lengthOf(value) + text.length
    checkLength(length)
    if (value === undefined) c.db.strings.put(key, stored(text))
    else {
      const bytes = editable(value)
      bytes.append(text)
      c.db.strings.put(key, bytes)
    }
    c.db.changed(key, 'append')
    c.reply.int(length)
  },
})
