import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { limitWords, rangeArgument, replyRange, scoreBound, withScores } from './shared-range.ts'

export default command({
  name: 'ZREVRANGEBYSCORE',
  group: 'sorted-set',
  since: '2.2.0',
  summary: 'Returns the members with scores in a range, highest score first.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members returned',
  flags: 'readonly',
  deprecatedSince: '6.2.0',
  replacedBy: 'ZRANGE with REV and BYSCORE',
  args: [
    key('key', 'RO access'),
    rangeArgument([scoreBound('max'), scoreBound('min'), withScores, limitWords], { by: 'score', reverse: true }),
  ],
  reply: array('members, with scores if asked'),
  history: [['2.1.6', 'Bounds can be exclusive.']],
  run: replyRange,
})
