import { E } from '../../resp/errors.ts'
import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { combineArgument, storeCombined } from './shared-combine.ts'

export default command({
  name: 'ZINTERSTORE',
  group: 'sorted-set',
  since: '2.0.0',
  summary: 'Stores the members that all of the given sorted sets have.',
  complexity:
    'O(N*K)+O(M*log(M)), N being the size of the smallest set, K the number of sets, M the size of the result',
  flags: 'write denyoom',
  args: [key('destination', 'OW update'), combineArgument('inter', 'nothing', E.atLeastOneKey('zinterstore'))],
  reply: integer('the number of members stored'),
  run(c, destination, request) {
    storeCombined(c, 'inter', destination, request)
  },
})
