import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { combineArgument, replyCombined } from './shared-combine.ts'

export default command({
  name: 'ZUNION',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Returns the members that any of the given sorted sets has.',
  complexity: 'O(N)+O(M*log(M)), N being the size of all sets, M of the result',
  flags: 'readonly',
  args: [combineArgument('union', 'scores', E.atLeastOneKey('zunion'))],
  reply: array('members, with scores if asked'),
  run(c, request) {
    replyCombined(c, 'union', request)
  },
})
