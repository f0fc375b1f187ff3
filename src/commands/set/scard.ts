import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'SCARD',
  group: 'set',
  since: '1.0.0',
  summary: 'Returns the number of members of a set.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO')],
  reply: integer('members; 0 when the key does not exist'),
  run(c, key) {
    c.reply.int(c.db.sets.get(key)?.size ?? 0)
  },
})
