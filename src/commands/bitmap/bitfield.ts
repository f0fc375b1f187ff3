import { anyNumberOf, block, bytes, choice, int, type KeyAccess, key, named, needed, variant } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { changeFields, fieldOperations, getField, readFields } from './shared-bitfield.ts'

/** One that only GETs asks for less. A malformed request counts as one that writes. */
function fieldAccess(argv: readonly string[]): KeyAccess {
  for (let i = 2; i < argv.length; ) {
    const word = argv[i].toUpperCase()
    if (word === 'GET' && i + 2 < argv.length) i += 3
    else if (word === 'OVERFLOW' && i + 1 < argv.length) i += 2
    else return 'RW access update'
  }
  return 'RO access'
}

export default command({
  name: 'BITFIELD',
  group: 'bitmap',
  since: '3.2.0',
  summary: 'Reads, sets and increments integers of any width inside a string value.',
  complexity: 'O(1) for each operation',
  flags: 'write denyoom',
  args: [
    key('key', 'RW access update', {
      notes: 'Only GET leaves the key as it is.',
      varies: fieldAccess,
    }),
    fieldOperations(
      anyNumberOf(
        variant('operation', {
          get: getField,
          write: block(
            'write',
            named('OVERFLOW', choice('wrap_sat_fail', { wrap: 'WRAP', sat: 'SAT', fail: 'FAIL' })),
            needed(
              variant('write_operation', {
                set: named('SET', bytes('encoding'), int('offset'), int('value')),
                incrby: named('INCRBY', bytes('encoding'), int('offset'), int('increment')),
              }),
            ),
          ),
        }),
      ),
    ),
  ],
  reply: array('for each operation its field: the old value for SET, null where an overflow failed'),
  run(c, key, operations) {
    if (operations.every(({ kind }) => kind === 'get')) readFields(c, key, operations)
    else changeFields(c, key, operations)
  },
})
