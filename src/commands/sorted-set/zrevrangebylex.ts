import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { limitWords, rangeArgument, replyRange } from './shared-range.ts'

export default command({
  name: 'ZREVRANGEBYLEX',
  group: 'sorted-set',
  since: '2.8.9',
  summary: 'Returns the members in a range of bytes in reverse order, all scores being equal.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members returned',
  flags: 'readonly',
  deprecatedSince: '6.2.0',
  replacedBy: 'ZRANGE with REV and BYLEX',
  args: [
    key('key', 'RO access'),
    rangeArgument([bytes('max'), bytes('min'), limitWords], { by: 'lex', reverse: true }),
  ],
  reply: array('members'),
  run: replyRange,
})
