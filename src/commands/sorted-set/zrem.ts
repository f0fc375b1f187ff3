import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'ZREM',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Removes members from a sorted set.',
  complexity: 'O(M*log(N)), N being the size of the set, M the number of members given',
  flags: 'write fast',
  args: [key('key', 'RW delete'), many(bytes('member'))],
  reply: integer('the number of members that were there'),
  history: [['2.4.0', 'Takes several members.']],
  run(c, key, members) {
    const set = c.db.sortedSets.edit(key)
    let removed = 0
    if (set !== undefined) for (const member of members) if (set.delete(member)) removed++
    if (removed > 0) c.db.changed(key, 'zrem', removed)
    c.reply.int(removed)
  },
})
