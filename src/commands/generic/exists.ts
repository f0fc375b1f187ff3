import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'EXISTS',
  group: 'generic',
  since: '1.0.0',
  summary: 'Counts which of the given keys exist; a key named twice counts twice.',
  complexity: 'O(N), N being the number of keys',
  flags: 'readonly fast',
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  args: [many(key('key', 'RO'))],
  reply: integer('how many exist'),
  history: [['3.0.3', 'Takes several keys.']],
  run(c, keys) {
    let found = 0
    for (const key of keys) if (c.db.lookAt(key) !== undefined) found++
    c.reply.int(found)
  },
})
