import { bytes, flag, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { limitWords, rangeArgument, sortBy, storeRange } from './shared-range.ts'

export default command({
  name: 'ZRANGESTORE',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Stores the members in a range of places, scores or bytes.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members stored',
  flags: 'write denyoom',
  args: [
    key('dst', 'OW update'),
    key('src', 'RO access'),
    rangeArgument([bytes('min'), bytes('max'), sortBy, flag('REV'), limitWords], { store: true }),
  ],
  reply: integer('the number of members stored'),
  run: storeRange,
})
