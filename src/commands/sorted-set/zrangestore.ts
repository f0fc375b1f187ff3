import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { rangeArgument, storeRange } from './shared-range.ts'

export default command({
  name: 'ZRANGESTORE',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Stores the members in a range of places, scores or bytes.',
  complexity: 'O(log(N)+M), N being the size of the set, M the number of members stored',
  flags: 'write denyoom',
  args: [
    key('dst', 'write'),
    key('src', 'read'),
    rangeArgument('min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]', { store: true }),
  ],
  reply: integer('the number of members stored'),
  run: storeRange,
})
