import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { addInteger } from './shared-counter.ts'

export default command({
  name: 'INCRBY',
  group: 'string',
  since: '1.0.0',
  summary: 'Adds an integer to the integer value of a key.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'RW access update'), int64('increment')],
  reply: integer('the value after it'),
  run(c, key, increment) {
    addInteger(c, key, increment)
  },
})
