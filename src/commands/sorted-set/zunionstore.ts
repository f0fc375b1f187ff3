import { E } from '../../resp/errors.ts'
import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { combineArgument, storeCombined } from './shared-combine.ts'

export default command({
  name: 'ZUNIONSTORE',
  group: 'sorted-set',
  since: '2.0.0',
  summary: 'Stores the members that any of the given sorted sets has.',
  complexity: 'O(N)+O(M*log(M)), N being the size of all sets, M of the result',
  flags: 'write denyoom',
  args: [key('destination', 'OW update'), combineArgument('union', 'nothing', E.atLeastOneKey('zunionstore'))],
  reply: integer('the number of members stored'),
  run(c, destination, request) {
    storeCombined(c, 'union', destination, request)
  },
})
