import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'

export default command({
  name: 'HGETALL',
  group: 'hash',
  since: '2.0.0',
  summary: 'Returns all fields and values of a hash.',
  complexity: 'O(N), N being the number of fields',
  flags: 'readonly',
  tips: ['nondeterministic_output_order'],
  args: [key('key', 'RO access')],
  reply: map('fields and values'),
  run(c, key) {
    const hash = c.db.hashes.get(key)
    c.reply.map(hash?.size ?? 0)
    hash?.forEach((field, value) => {
      c.reply.bulk(field)
      c.reply.bulk(value)
    })
  },
})
