import { key, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { limitWords, rangeArgument, replyRange, scoreBound, withScores } from './shared-range.ts'

export default command({
  name: 'ZRANGEBYSCORE',
  group: 'sorted-set',
  since: '1.0.5',
  summary: 'Returns the members with scores in a range.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members returned',
  flags: 'readonly',
  deprecatedSince: '6.2.0',
  replacedBy: 'ZRANGE with BYSCORE',
  args: [
    key('key', 'RO access'),
    rangeArgument([scoreBound('min'), scoreBound('max'), since('2.0.0', withScores), limitWords], { by: 'score' }),
  ],
  reply: array('members, with scores if asked'),
  history: [['2.0.0', 'Has WITHSCORES.']],
  run: replyRange,
})
