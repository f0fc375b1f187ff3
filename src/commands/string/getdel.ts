import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'GETDEL',
  group: 'string',
  since: '6.2.0',
  summary: 'Returns the value of a key and deletes the key.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW access delete')],
  reply: bulk('the value, or null'),
  run(c, key) {
    const value = c.db.strings.get(key)
    if (value === undefined) return c.reply.null()
    c.db.delete(key)
    c.propagate.as('DEL', key)
    c.db.changed(key, 'del')
    c.reply.value(value)
  },
})
