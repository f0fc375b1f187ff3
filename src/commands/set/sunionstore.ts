import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { storeResult } from './shared.ts'

export default command({
  name: 'SUNIONSTORE',
  group: 'set',
  since: '1.0.0',
  summary: 'Stores the members that any of the given sets has.',
  complexity: 'O(N), N being the number of members of all sets',
  flags: 'write denyoom',
  args: [key('destination', 'OW update'), many(key('key', 'RO access'))],
  reply: integer('the number of members stored'),
  run(c, destination, keys) {
    storeResult(c, 'union', destination, keys)
  },
})
