import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { scoreRange } from './shared.ts'

export default command({
  name: 'ZCOUNT',
  group: 'sorted-set',
  since: '2.0.0',
  summary: 'Counts the members with scores in a range.',
  complexity: 'O(log(N)), N being the size of the set',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), shown(bytes('min'), { type: 'double' }), shown(bytes('max'), { type: 'double' })],
  reply: integer('members'),
  run(c, key, min, max) {
    const range = scoreRange(min, max)
    c.reply.int(c.db.sortedSets.get(key)?.countByScore(range) ?? 0)
  },
})
