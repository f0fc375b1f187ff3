import { E } from '../../resp/errors.ts'
import { int, key, optional, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { popSome } from './shared.ts'

export default command({
  name: 'LPOP',
  group: 'list',
  since: '1.0.0',
  summary: 'Removes and returns the first elements of a list.',
  complexity: 'O(N), N being the number of elements returned',
  flags: 'write fast',
  args: [key('key', 'RW access delete'), since('6.2.0', optional(int('count', { min: 0, error: E.mustBePositive })))],
  reply: anything('the element, or an array of them with count; null without the list'),
  history: [['6.2.0', 'Takes a count.']],
  run(c, key, count) {
    popSome(c, key, count, 'left')
  },
})
