import { bytes, flag, key, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { limitWords, rangeArgument, replyRange, sortBy, withScores } from './shared-range.ts'

export default command({
  name: 'ZRANGE',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Returns the members in a range of places, scores or bytes.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members returned',
  flags: 'readonly',
  args: [
    key('key', 'RO access'),
    rangeArgument(
      [
        bytes('start'),
        bytes('stop'),
        since('6.2.0', sortBy),
        since('6.2.0', flag('REV')),
        since('6.2.0', limitWords),
        withScores,
      ],
      {},
    ),
  ],
  reply: array('members, with scores if asked'),
  history: [['6.2.0', 'Has REV, BYSCORE, BYLEX and LIMIT.']],
  run: replyRange,
})
