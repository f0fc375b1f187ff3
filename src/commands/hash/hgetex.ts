import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { deadlineOf, expireFields, getexArguments, persistFields, replyValues } from './shared-expiry.ts'

export default command({
  name: 'HGETEX',
  group: 'hash',
  since: '8.0.0',
  summary: 'Returns the values of fields of a hash and sets or removes their time to live.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'write fast',
  args: [key('key', 'RW access update'), getexArguments],
  reply: array('a value per field; null for those that do not exist'),
  run(c, key, { expiry, fields }) {
    const deadline = expiry === null || expiry === 'persist' ? -1 : deadlineOf(c, expiry, 'hgetex')
    const hash = c.db.hashes.edit(key)
    const values = fields.map((field) => hash?.get(field))
    if (expiry === 'persist') persistFields(c, key, hash, fields)
    else if (expiry !== null) expireFields(c, key, hash, deadline, null, fields)
    replyValues(c, values)
  },
})
