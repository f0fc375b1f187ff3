import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'LLEN',
  group: 'list',
  since: '1.0.0',
  summary: 'Returns the length of a list.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO')],
  reply: integer('elements; 0 when the key does not exist'),
  run(c, key) {
    c.reply.int(c.db.lists.get(key)?.length ?? 0)
  },
})
