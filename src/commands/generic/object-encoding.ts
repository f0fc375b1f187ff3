import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { encodingOf } from '../../types/value.ts'

export default command({
  name: 'OBJECT ENCODING',
  group: 'generic',
  since: '2.2.3',
  summary: 'Names the internal form a value is kept in.',
  complexity: 'O(1)',
  flags: 'readonly',
  categories: '@keyspace',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO')],
  reply: bulk('the encoding, or null when the key does not exist'),
  run(c, key) {
    const value = c.db.peek(key)
    if (value === undefined) c.reply.null()
    else c.reply.bulk(encodingOf(value, c.store.limits))
  },
})
