import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'RANDOMKEY',
  group: 'generic',
  since: '1.0.0',
  summary: 'Returns a random key of the database.',
  complexity: 'O(1)',
  flags: 'readonly',
  categories: '@keyspace',
  tips: ['request_policy:all_shards', 'nondeterministic_output'],
  args: [],
  reply: bulk('a key, or null when there is none'),
  run(c) {
    c.propagate.apart()
    const key = c.db.randomKey()
    if (key === undefined) c.reply.null()
    else c.reply.bulk(key)
  },
})
