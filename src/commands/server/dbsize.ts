import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'DBSIZE',
  group: 'server',
  since: '1.0.0',
  summary: 'Returns the number of keys in the selected database.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  categories: '@keyspace',
  tips: ['request_policy:all_shards', 'response_policy:agg_sum'],
  args: [],
  reply: integer('keys'),
  run(c) {
    c.reply.int(c.db.size)
  },
})
