import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { addInteger } from './shared-counter.ts'

export default command({
  name: 'INCR',
  group: 'string',
  since: '1.0.0',
  summary: 'Adds one to the integer value of a key, 0 when it does not exist.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'RW access update')],
  reply: integer('the value after it'),
  run(c, key) {
    addInteger(c, key, 1)
  },
})
