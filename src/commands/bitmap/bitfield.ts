import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { changeFields, fieldOperations, readFields } from './shared-bitfield.ts'

export default command({
  name: 'BITFIELD',
  group: 'bitmap',
  since: '3.2.0',
  summary: 'Reads, sets and increments integers of any width inside a string value.',
  complexity: 'O(1) for each operation',
  flags: 'write denyoom',
  args: [
    key('key'),
    fieldOperations(
      '[GET encoding offset | [OVERFLOW WRAP | SAT | FAIL] SET encoding offset value | [OVERFLOW WRAP | SAT | FAIL] INCRBY encoding offset increment ...]',
    ),
  ],
  reply: array('for each operation its field: the old value for SET, null where an overflow failed'),
  run(c, key, operations) {
    if (operations.every(({ kind }) => kind === 'get')) readFields(c, key, operations)
    else changeFields(c, key, operations)
  },
})
