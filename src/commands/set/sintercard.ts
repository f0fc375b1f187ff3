import { E } from '../../resp/errors.ts'
import { int, named, numkeys, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { intersect } from './shared.ts'

export default command({
  name: 'SINTERCARD',
  group: 'set',
  since: '7.0.0',
  summary: 'Counts the members that all of the given sets have, up to a limit.',
  complexity: 'O(N*M), N being the size of the smallest set, M the number of sets',
  flags: 'readonly',
  args: [
    numkeys('RO access', { notInteger: E.numkeysZero, short: E.numkeysTooMany }),
    options({ limit: named('LIMIT', int('limit', { min: 0, error: E.limitNegative })) }),
  ],
  reply: integer('members'),
  run(c, keys, { limit }) {
    c.reply.int(intersect(c, keys, limit ?? 0).length)
  },
})
