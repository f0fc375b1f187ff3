import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyMembers, unite } from './shared.ts'

export default command({
  name: 'SUNION',
  group: 'set',
  since: '1.0.0',
  summary: 'Returns the members that any of the given sets has.',
  complexity: 'O(N), N being the number of members of all sets',
  flags: 'readonly',
  tips: ['nondeterministic_output_order'],
  args: [many(key('key', 'RO access'))],
  reply: array('members'),
  run(c, keys) {
    replyMembers(c, unite(c, keys))
  },
})
