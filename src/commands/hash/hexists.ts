import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'HEXISTS',
  group: 'hash',
  since: '2.0.0',
  summary: 'Tells whether a field of a hash exists.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO'), bytes('field')],
  reply: integer('1 or 0'),
  run(c, key, field) {
    c.reply.int(c.db.hashes.get(key)?.has(field) ? 1 : 0)
  },
})
