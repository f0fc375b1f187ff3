import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { popMany } from '../list/shared.ts'
import { popMultiple, SIDES } from './shared.ts'

export default command({
  name: 'ZMPOP',
  group: 'sorted-set',
  since: '7.0.0',
  summary: 'Removes and returns members off the first of several sorted sets that has any.',
  complexity: 'O(K) + O(M*log(N)), K being the number of keys, N the size of the set, M the number returned',
  flags: 'write',
  args: [popMany(SIDES)],
  reply: array('the key and its members with scores; null when all are empty'),
  run(c, { keys, where, count }) {
    for (const key of keys) if (popMultiple(c, key, where, count)) return
    c.reply.nullArray()
  },
})
