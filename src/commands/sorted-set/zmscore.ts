import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'ZMSCORE',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Returns the scores of several members.',
  complexity: 'O(N), N being the number of members given',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), many(bytes('member'))],
  reply: array('a score per member; null for those that do not exist'),
  run(c, key, members) {
    const set = c.db.sortedSets.get(key)
    c.reply.array(members.length)
    for (const member of members) {
      const score = set?.score(member)
      if (score === undefined) c.reply.null()
      else c.reply.double(score)
    }
  },
})
