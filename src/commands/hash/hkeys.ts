import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'HKEYS',
  group: 'hash',
  since: '2.0.0',
  summary: 'Returns all fields of a hash.',
  complexity: 'O(N), N being the number of fields',
  flags: 'readonly',
  tips: ['nondeterministic_output_order'],
  args: [key('key', 'RO access')],
  reply: array('fields'),
  run(c, key) {
    const hash = c.db.hashes.get(key)
    c.reply.array(hash?.size ?? 0)
    hash?.forEach((field) => c.reply.bulk(field))
  },
})
