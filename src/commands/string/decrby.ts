import { E } from '../../resp/errors.ts'
import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { INT64_MIN } from '../../util/numbers.ts'
import { addInteger } from './shared-counter.ts'

export default command({
  name: 'DECRBY',
  group: 'string',
  since: '1.0.0',
  summary: 'Subtracts an integer from the integer value of a key.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'RW access update'), int64('decrement')],
  reply: integer('the value after it'),
  run(c, key, decrement) {
    // The least 64-bit integer has no negative.
    if (decrement === INT64_MIN) throw E.decrementOverflow
    addInteger(c, key, -decrement)
  },
})
