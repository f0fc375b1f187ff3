import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'TOUCH',
  group: 'generic',
  since: '3.2.1',
  summary: 'Renews the access time of keys and counts those that exist.',
  complexity: 'O(N), N being the number of keys',
  flags: 'readonly fast',
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  args: [many(key('key', 'RO'))],
  reply: integer('how many exist'),
  run(c, keys) {
    let found = 0
    // TOUCH means to touch, whatever CLIENT NO-TOUCH says.
    c.store.touching = true
    for (const key of keys) if (c.db.has(key)) found++
    c.reply.int(found)
  },
})
