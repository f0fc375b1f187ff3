import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'HLEN',
  group: 'hash',
  since: '2.0.0',
  summary: 'Returns the number of fields of a hash.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO')],
  reply: integer('fields; 0 when the key does not exist'),
  run(c, key) {
    c.reply.int(c.db.hashes.get(key)?.size ?? 0)
  },
})
