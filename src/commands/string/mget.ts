import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'MGET',
  group: 'string',
  since: '1.0.0',
  summary: 'Returns the values of several keys.',
  complexity: 'O(N), N being the number of keys',
  flags: 'readonly fast',
  tips: ['request_policy:multi_shard'],
  args: [many(key('key', 'RO access'))],
  reply: array('a value per key; null for keys that do not exist or hold another type'),
  run(c, keys) {
    c.reply.array(keys.length)
    for (const key of keys) {
      const value = c.db.get(key)
      if (value === undefined || (typeof value === 'object' && value.kind !== 'string')) c.reply.null()
      else c.reply.value(value)
    }
  },
})
