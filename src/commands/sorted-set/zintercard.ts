import { E } from '../../resp/errors.ts'
import { int, named, numkeys, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { combine } from './shared-combine.ts'

export default command({
  name: 'ZINTERCARD',
  group: 'sorted-set',
  since: '7.0.0',
  summary: 'Counts the members that all of the given sorted sets have, up to a limit.',
  complexity: 'O(N*K), N being the size of the smallest set, K the number of sets',
  flags: 'readonly',
  args: [
    numkeys('RO access', { zero: E.atLeastOneKey('zintercard') }),
    options({ limit: named('LIMIT', int('limit', { min: 0, error: E.limitNegative })) }),
  ],
  reply: integer('members'),
  run(c, keys, { limit }) {
    const { size } = combine(c, 'inter', { keys, weights: null, aggregate: 'sum', withScores: false })
    c.reply.int(limit === null || limit === 0 ? size : Math.min(size, limit))
  },
})
