import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'ZCARD',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Returns the number of members of a sorted set.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO')],
  reply: integer('members; 0 when the key does not exist'),
  run(c, key) {
    c.reply.int(c.db.sortedSets.get(key)?.size ?? 0)
  },
})
