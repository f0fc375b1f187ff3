import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { intersect, replyMembers } from './shared.ts'

export default command({
  name: 'SINTER',
  group: 'set',
  since: '1.0.0',
  summary: 'Returns the members that all of the given sets have.',
  complexity: 'O(N*M), N being the size of the smallest set, M the number of sets',
  flags: 'readonly',
  tips: ['nondeterministic_output_order'],
  args: [many(key('key', 'RO access'))],
  reply: array('members'),
  run(c, keys) {
    replyMembers(c, intersect(c, keys))
  },
})
