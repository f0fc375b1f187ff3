import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'PERSIST',
  group: 'generic',
  since: '2.2.0',
  summary: 'Removes the time to live of a key.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW update')],
  reply: integer('1 when it had one, else 0'),
  run(c, key) {
    if (!c.db.persist(key)) return c.reply.int(0)
    c.db.changed(key, 'persist')
    c.reply.int(1)
  },
})
