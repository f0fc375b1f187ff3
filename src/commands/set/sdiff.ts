import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyMembers, subtract } from './shared.ts'

export default command({
  name: 'SDIFF',
  group: 'set',
  since: '1.0.0',
  summary: 'Returns the members of the first set that none of the others has.',
  complexity: 'O(N), N being the number of members of all sets',
  flags: 'readonly',
  tips: ['nondeterministic_output_order'],
  args: [many(key('key', 'RO access'))],
  reply: array('members'),
  run(c, keys) {
    replyMembers(c, subtract(c, keys))
  },
})
