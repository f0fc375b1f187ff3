import { E } from '../../resp/errors.ts'
import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { combineArgument, storeCombined } from './shared-combine.ts'

export default command({
  name: 'ZDIFFSTORE',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Stores the members of the first sorted set that none of the others has.',
  complexity: 'O(L+(N-K)*log(N)), L being the size of all sets, N of the first, K of the result',
  flags: 'write denyoom',
  args: [key('destination', 'OW update'), combineArgument('diff', 'nothing', E.atLeastOneKey('zdiffstore'))],
  reply: integer('the number of members stored'),
  run(c, destination, request) {
    storeCombined(c, 'diff', destination, request)
  },
})
