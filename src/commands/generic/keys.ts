import { pattern } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { globMatch } from '../../util/glob.ts'

export default command({
  name: 'KEYS',
  group: 'generic',
  since: '1.0.0',
  summary: 'Returns all keys that match a glob pattern. SCAN does not hold up the server for it.',
  complexity: 'O(N), N being the number of keys in the database',
  flags: 'readonly',
  categories: '@keyspace @dangerous',
  tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
  args: [pattern('pattern')],
  reply: array('the keys, in no order'),
  run(c, pattern) {
    const { db } = c
    const found: string[] = []
    const all = pattern === '*'
    // Expired keys are only passed over: removing one would move another under the walk.
    for (let slot = db.keyspace.size - 1; slot >= 0; slot--) {
      const key = db.keyspace.nameAt(slot)
      if ((all || globMatch(pattern, key)) && !db.isPastDeadline(slot)) found.push(key)
    }
    c.reply.array(found.length)
    for (const key of found) c.reply.bulk(key)
  },
})
