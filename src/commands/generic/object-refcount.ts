import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

/** Redis shares small integers among keys and shows that by this count. */
const SHARED = 2147483647

export default command({
  name: 'OBJECT REFCOUNT',
  group: 'generic',
  since: '2.2.3',
  summary: 'Returns how many references a value has: one, or "shared" for small integers.',
  complexity: 'O(1)',
  flags: 'readonly',
  categories: '@keyspace',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO')],
  reply: integer('the count, or null when the key does not exist'),
  run(c, key) {
    const value = c.db.peek(key)
    if (value === undefined) c.reply.null()
    else c.reply.int(typeof value === 'number' && value >= 0 && value < 10000 ? SHARED : 1)
  },
})
