import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { clampRange } from '../generic/shared-range.ts'

export default command({
  name: 'ZREMRANGEBYRANK',
  group: 'sorted-set',
  since: '2.0.0',
  summary: 'Removes the members in a range of places.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members removed',
  flags: 'write',
  args: [key('key', 'RW delete'), int64('start'), int64('stop')],
  reply: integer('the number of members removed'),
  run(c, key, start, stop) {
    const set = c.db.sortedSets.edit(key)
    const range = clampRange(start, stop, set?.size ?? 0)
    if (set === undefined || range === null) return c.reply.int(0)
    const removed = set.removeRangeByRank(range.start, range.stop)
    if (removed > 0) c.db.changed(key, 'zremrangebyrank', removed)
    c.reply.int(removed)
  },
})
