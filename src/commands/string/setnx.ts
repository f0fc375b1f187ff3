import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { stored } from './shared.ts'

export default command({
  name: 'SETNX',
  group: 'string',
  since: '1.0.0',
  summary: 'Sets a key only when it does not exist.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'OW insert'), bytes('value')],
  reply: integer('1 when the key was set, 0 when it was there'),
  run(c, key, value) {
    if (c.db.peekHas(key)) return c.reply.int(0)
    c.db.set(key, stored(value))
    c.db.changed(key, 'set')
    c.reply.int(1)
  },
})
