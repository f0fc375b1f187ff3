import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'SREM',
  group: 'set',
  since: '1.0.0',
  summary: 'Removes members from a set.',
  complexity: 'O(N), N being the number of members given',
  flags: 'write fast',
  args: [key('key', 'RW delete'), many(bytes('member'))],
  reply: integer('the number of members that were there'),
  history: [['2.4.0', 'Takes several members.']],
  run(c, key, members) {
    const set = c.db.sets.edit(key)
    let removed = 0
    if (set !== undefined) for (const member of members) if (set.delete(member)) removed++
    if (removed > 0) c.db.changed(key, 'srem', removed)
    c.reply.int(removed)
  },
})
