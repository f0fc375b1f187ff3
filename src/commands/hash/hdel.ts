import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'HDEL',
  group: 'hash',
  since: '2.0.0',
  summary: 'Deletes fields of a hash.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'write fast',
  args: [key('key', 'RW delete'), many(bytes('field'))],
  reply: integer('the number of fields that were there'),
  history: [['2.4.0', 'Takes several fields.']],
  run(c, key, fields) {
    const hash = c.db.hashes.edit(key)
    let deleted = 0
    if (hash !== undefined) for (const field of fields) if (hash.delete(field)) deleted++
    if (deleted > 0) c.db.changed(key, 'hdel', deleted)
    c.reply.int(deleted)
  },
})
