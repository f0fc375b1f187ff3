import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'SMEMBERS',
  group: 'set',
  since: '1.0.0',
  summary: 'Returns all members of a set.',
  complexity: 'O(N), N being the number of members',
  flags: 'readonly',
  tips: ['nondeterministic_output_order'],
  args: [key('key', 'RO access')],
  reply: array('members'),
  run(c, key) {
    const set = c.db.sets.get(key)
    c.reply.set(set?.size ?? 0)
    set?.forEach((member) => c.reply.bulk(member))
  },
})
