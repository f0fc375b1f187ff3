import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'XLEN',
  group: 'stream',
  since: '5.0.0',
  summary: 'Returns the number of entries of a stream.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO')],
  reply: integer('entries; 0 when the key does not exist'),
  run(c, key) {
    c.reply.int(c.db.streams.get(key)?.length ?? 0)
  },
})
