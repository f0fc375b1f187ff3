import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { storeResult } from './shared.ts'

export default command({
  name: 'SINTERSTORE',
  group: 'set',
  since: '1.0.0',
  summary: 'Stores the members that all of the given sets have.',
  complexity: 'O(N*M), N being the size of the smallest set, M the number of sets',
  flags: 'write denyoom',
  args: [key('destination', 'RW update'), many(key('key', 'RO access'))],
  reply: integer('the number of members stored'),
  run(c, destination, keys) {
    storeResult(c, 'inter', destination, keys)
  },
})
