import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'SADD',
  group: 'set',
  since: '1.0.0',
  summary: 'Adds members to a set, creating it if need be.',
  complexity: 'O(1) for each member',
  flags: 'write denyoom fast',
  args: [key('key', 'RW insert'), many(bytes('member'))],
  reply: integer('the number of members that are new'),
  history: [['2.4.0', 'Takes several members.']],
  run(c, key, members) {
    const set = c.db.sets.open(key)
    let added = 0
    for (const member of members) if (set.add(member, c.store.limits)) added++
    if (added > 0) c.db.changed(key, 'sadd', added)
    c.reply.int(added)
  },
})
