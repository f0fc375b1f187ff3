import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { rangeArgument, replyRange } from './shared-range.ts'

export default command({
  name: 'ZRANGE',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Returns the members in a range of places, scores or bytes.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members returned',
  flags: 'readonly',
  args: [key('key', 'read'), rangeArgument('start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]', {})],
  reply: array('members, with scores if asked'),
  run: replyRange,
})
