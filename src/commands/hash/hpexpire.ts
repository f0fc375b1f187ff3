import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { conditionAndFields, deadlineOf, expireFields, fieldTime, replyNumbers } from './shared-expiry.ts'

export default command({
  name: 'HPEXPIRE',
  group: 'hash',
  since: '7.4.0',
  summary: 'Sets the time to live of fields of a hash in milliseconds.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'write denyoom fast',
  args: [key('key', 'RW update'), fieldTime('milliseconds', 'milliseconds', true, 'hpexpire'), conditionAndFields],
  reply: array('per field: 1 set, 0 not set by the condition, 2 deleted as the time has passed, -2 no such field'),
  run(c, key, time, { condition, fields }) {
    const deadline = deadlineOf(c, time, 'hpexpire')
    replyNumbers(c, expireFields(c, key, c.db.hashes.edit(key), deadline, condition, fields))
  },
})
