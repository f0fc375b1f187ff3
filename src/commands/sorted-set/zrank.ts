import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { rankOptions, replyRank } from './shared-rank.ts'

export default command({
  name: 'ZRANK',
  group: 'sorted-set',
  since: '2.0.0',
  summary: 'Returns the place of a member, the lowest score having place 0.',
  complexity: 'O(log(N)), N being the size of the set',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), bytes('member'), rankOptions],
  reply: anything('the place, with the score too if asked; null when there is no such member'),
  run(c, key, member, { withScore }) {
    replyRank(c, key, member, withScore, false)
  },
})
