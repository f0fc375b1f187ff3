import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { deleteKeys } from './shared-delete.ts'

export default command({
  name: 'UNLINK',
  group: 'generic',
  since: '4.0.0',
  summary: 'Deletes keys; their memory is given back later.',
  complexity: 'O(N), N being the number of keys',
  flags: 'write fast',
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  args: [many(key('key', 'RM delete'))],
  reply: integer('the number of keys that were there'),
  run(c, keys) {
    deleteKeys(c, keys, (value) => c.server.lazyFree.dropped(value))
  },
})
