import { E } from '../../resp/errors.ts'
import { int, key, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { popSome } from './shared.ts'

export default command({
  name: 'ZPOPMIN',
  group: 'sorted-set',
  since: '5.0.0',
  summary: 'Removes and returns the members with the lowest scores.',
  complexity: 'O(log(N)*M), N being the size of the set, M the number of members returned',
  flags: 'write fast',
  args: [key('key', 'RW access delete'), optional(int('count', { min: 0, error: E.mustBePositive }))],
  tooMany: E.syntax,
  reply: array('members and scores'),
  run(c, key, count) {
    popSome(c, key, count, 'min')
  },
})
