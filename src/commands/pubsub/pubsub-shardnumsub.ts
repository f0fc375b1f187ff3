import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyCounts } from './shared.ts'

export default command({
  name: 'PUBSUB SHARDNUMSUB',
  group: 'pubsub',
  since: '7.0.0',
  summary: 'Counts the listeners of shard channels.',
  complexity: 'O(N), N being the number of shard channels asked about',
  flags: 'pubsub loading stale',
  args: [anyNumberOf(bytes('shardchannel'))],
  reply: array('each shard channel, followed by its number of listeners'),
  run(c, channels) {
    replyCounts(c, 'shard', channels)
  },
})
