import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'HMGET',
  group: 'hash',
  since: '2.0.0',
  summary: 'Returns the values of several fields of a hash.',
  complexity: 'O(N), N being the number of fields asked for',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), many(bytes('field'))],
  reply: array('a value per field; null for those that do not exist'),
  run(c, key, fields) {
    const hash = c.db.hashes.get(key)
    c.reply.array(fields.length)
    for (const field of fields) {
      const value = hash?.get(field)
      if (value === undefined) c.reply.null()
      else c.reply.bulk(value)
    }
  },
})
