import { int, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { rangeArgument, replyRange, withScores } from './shared-range.ts'

export default command({
  name: 'ZREVRANGE',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Returns the members in a range of places, highest score first.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members returned',
  flags: 'readonly',
  deprecatedSince: '6.2.0',
  replacedBy: 'ZRANGE with REV',
  args: [
    key('key', 'RO access'),
    rangeArgument([int('start'), int('stop'), withScores], { by: 'rank', reverse: true }),
  ],
  reply: array('members, with scores if asked'),
  run: replyRange,
})
