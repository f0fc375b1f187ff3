import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { lexRange } from './shared.ts'

export default command({
  name: 'ZLEXCOUNT',
  group: 'sorted-set',
  since: '2.8.9',
  summary: 'Counts the members in a range of bytes, all scores being equal.',
  complexity: 'O(log(N)), N being the size of the set',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), bytes('min'), bytes('max')],
  reply: integer('members'),
  run(c, key, min, max) {
    const range = lexRange(min, max)
    c.reply.int(c.db.sortedSets.get(key)?.countByLex(range) ?? 0)
  },
})
