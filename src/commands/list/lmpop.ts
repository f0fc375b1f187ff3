import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { ENDS, popMany, popMultiple } from './shared.ts'

export default command({
  name: 'LMPOP',
  group: 'list',
  since: '7.0.0',
  summary: 'Removes and returns elements off the first of several lists that has any.',
  complexity: 'O(N+M), N being the number of keys, M the number of elements returned',
  flags: 'write',
  args: [popMany(ENDS)],
  reply: array('the key and its elements; null when all are empty'),
  run(c, { keys, where, count }) {
    for (const key of keys) if (popMultiple(c, key, where, count)) return
    c.reply.nullArray()
  },
})
