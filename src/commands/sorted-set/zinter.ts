import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { combineArgument, replyCombined } from './shared-combine.ts'

export default command({
  name: 'ZINTER',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Returns the members that all of the given sorted sets have.',
  complexity:
    'O(N*K)+O(M*log(M)), N being the size of the smallest set, K the number of sets, M the size of the result',
  flags: 'readonly',
  args: [combineArgument('inter', 'scores', E.atLeastOneKey('zinter'))],
  reply: array('members, with scores if asked'),
  run(c, request) {
    replyCombined(c, 'inter', request)
  },
})
