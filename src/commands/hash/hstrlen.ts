import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'HSTRLEN',
  group: 'hash',
  since: '3.2.0',
  summary: 'Returns the length of the value of a field.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO'), bytes('field')],
  reply: integer('bytes; 0 when the field does not exist'),
  run(c, key, field) {
    c.reply.int(c.db.hashes.get(key)?.get(field)?.length ?? 0)
  },
})
