import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'HGET',
  group: 'hash',
  since: '2.0.0',
  summary: 'Returns the value of a field of a hash.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), bytes('field')],
  reply: bulk('the value, or null'),
  run(c, key, field) {
    const value = c.db.hashes.get(key)?.get(field)
    if (value === undefined) c.reply.null()
    else c.reply.bulk(value)
  },
})
