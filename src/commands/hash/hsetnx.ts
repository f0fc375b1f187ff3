import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'HSETNX',
  group: 'hash',
  since: '2.0.0',
  summary: 'Sets a field of a hash only when it does not exist.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [key('key', 'RW insert'), bytes('field'), bytes('value')],
  reply: integer('1 when it was set, 0 when it was there'),
  run(c, key, field, value) {
    const hash = c.db.hashes.open(key)
    if (hash.has(field)) return c.reply.int(0)
    hash.set(field, value, c.store.limits)
    c.db.changed(key, 'hset')
    c.reply.int(1)
  },
})
