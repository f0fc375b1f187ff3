import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { fieldList, propagateDeletion, replyValues } from './shared-expiry.ts'

export default command({
  name: 'HGETDEL',
  group: 'hash',
  since: '8.0.0',
  summary: 'Returns the values of fields of a hash and deletes the fields.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'write fast',
  args: [key('key', 'RW access delete'), fieldList],
  reply: array('a value per field; null for those that do not exist'),
  run(c, key, fields) {
    const hash = c.db.hashes.edit(key)
    const deleted: string[] = []
    const values = fields.map((field) => {
      const value = hash?.get(field)
      if (value !== undefined && hash!.delete(field)) deleted.push(field)
      return value
    })
    if (deleted.length > 0) {
      propagateDeletion(c, key, deleted)
      c.db.changed(key, 'hdel', deleted.length)
    }
    replyValues(c, values)
  },
})
