import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { fieldList, persistFields, replyNumbers } from './shared-expiry.ts'

export default command({
  name: 'HPERSIST',
  group: 'hash',
  since: '7.4.0',
  summary: 'Takes the time to live of fields of a hash away.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'write fast',
  args: [key('key', 'RW update'), fieldList],
  reply: array('per field: 1 taken away, -1 it had none, -2 no such field'),
  run(c, key, fields) {
    replyNumbers(c, persistFields(c, key, c.db.hashes.edit(key), fields))
  },
})
