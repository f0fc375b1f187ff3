import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'SISMEMBER',
  group: 'set',
  since: '1.0.0',
  summary: 'Tells whether a set has a member.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO'), bytes('member')],
  reply: integer('1 or 0'),
  run(c, key, member) {
    c.reply.int(c.db.sets.get(key)?.has(member) ? 1 : 0)
  },
})
