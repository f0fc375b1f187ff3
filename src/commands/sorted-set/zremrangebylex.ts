import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { lexRange } from './shared.ts'

export default command({
  name: 'ZREMRANGEBYLEX',
  group: 'sorted-set',
  since: '2.8.9',
  summary: 'Removes the members in a range of bytes, all scores being equal.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members removed',
  flags: 'write',
  args: [key('key', 'RW delete'), bytes('min'), bytes('max')],
  reply: integer('the number of members removed'),
  run(c, key, min, max) {
    const range = lexRange(min, max)
    const removed = c.db.sortedSets.edit(key)?.removeRangeByLex(range) ?? 0
    if (removed > 0) c.db.changed(key, 'zremrangebylex', removed)
    c.reply.int(removed)
  },
})
