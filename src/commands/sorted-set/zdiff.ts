import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { combineArgument, replyCombined } from './shared-combine.ts'

export default command({
  name: 'ZDIFF',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Returns the members of the first sorted set that none of the others has.',
  complexity: 'O(L+(N-K)*log(N)), L being the size of all sets, N of the first, K of the result',
  flags: 'readonly',
  args: [combineArgument('diff', 'scores', E.atLeastOneKey('zdiff'))],
  reply: array('members, with scores if asked'),
  run(c, request) {
    replyCombined(c, 'diff', request)
  },
})
