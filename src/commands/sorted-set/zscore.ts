import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

export default command({
  name: 'ZSCORE',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Returns the score of a member.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), bytes('member')],
  reply: anything('the score, or null'),
  run(c, key, member) {
    const score = c.db.sortedSets.get(key)?.score(member)
    if (score === undefined) c.reply.null()
    else c.reply.double(score)
  },
})
