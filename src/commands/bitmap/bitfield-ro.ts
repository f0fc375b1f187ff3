import { E } from '../../resp/errors.ts'
import { key, repeated } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { fieldOperations, getField, readFields } from './shared-bitfield.ts'

export default command({
  name: 'BITFIELD_RO',
  group: 'bitmap',
  since: '6.0.0',
  summary: 'Reads integers of any width inside a string value.',
  complexity: 'O(1) for each operation',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), fieldOperations(repeated(getField))],
  reply: array('the fields'),
  run(c, key, operations) {
    if (operations.some(({ kind }) => kind !== 'get')) throw E.bitfieldReadOnly
    readFields(c, key, operations)
  },
})
