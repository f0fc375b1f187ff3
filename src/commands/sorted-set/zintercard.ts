import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { combine, combineArgument } from './shared-combine.ts'

export default command({
  name: 'ZINTERCARD',
  group: 'sorted-set',
  since: '7.0.0',
  summary: 'Counts the members that all of the given sorted sets have, up to a limit.',
  complexity: 'O(N*K), N being the size of the smallest set, K the number of sets',
  flags: 'readonly',
  args: [combineArgument('inter', 'limit', E.atLeastOneKey('zintercard'))],
  reply: integer('members'),
  run(c, request) {
    const { result, options } = combine(c, 'inter', 'limit', request)
    c.reply.int(options.limit === 0 ? result.size : Math.min(result.size, options.limit))
  },
})
