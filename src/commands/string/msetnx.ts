import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { stored } from './shared.ts'

export default command({
  name: 'MSETNX',
  group: 'string',
  since: '1.0.1',
  summary: 'Sets several keys at once, only when none of them exists.',
  complexity: 'O(N), N being the number of keys',
  flags: 'write denyoom',
  tips: ['request_policy:multi_shard', 'response_policy:agg_min'],
  args: [many(key('key', 'OW insert'), bytes('value'))],
  reply: integer('1 when the keys were set, 0 when one of them was there'),
  run(c, [keys, values]) {
    for (const key of keys) if (c.db.peekHas(key)) return c.reply.int(0)
    for (let i = 0; i < keys.length; i++) {
      c.db.set(keys[i], stored(values[i]))
      c.db.changed(keys[i], 'set')
    }
    c.reply.int(1)
  },
})
