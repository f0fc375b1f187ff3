import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'SMISMEMBER',
  group: 'set',
  since: '6.2.0',
  summary: 'Tells for each of several members whether a set has it.',
  complexity: 'O(N), N being the number of members given',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), many(bytes('member'))],
  reply: array('1 or 0 per member'),
  run(c, key, members) {
    const set = c.db.sets.get(key)
    c.reply.array(members.length)
    for (const member of members) c.reply.int(set?.has(member) ? 1 : 0)
  },
})
