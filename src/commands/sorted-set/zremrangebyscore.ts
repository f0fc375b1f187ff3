import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { scoreRange } from './shared.ts'

export default command({
  name: 'ZREMRANGEBYSCORE',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Removes the members with scores in a range.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members removed',
  flags: 'write',
  args: [key('key', 'RW delete'), shown(bytes('min'), { type: 'double' }), shown(bytes('max'), { type: 'double' })],
  reply: integer('the number of members removed'),
  run(c, key, min, max) {
    const range = scoreRange(min, max)
    const removed = c.db.sortedSets.edit(key)?.removeRangeByScore(range) ?? 0
    if (removed > 0) c.db.changed(key, 'zremrangebyscore', removed)
    c.reply.int(removed)
  },
})
