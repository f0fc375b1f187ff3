import { anyNumberOf, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { unsubscribe } from './shared.ts'

export default command({
  name: 'SUNSUBSCRIBE',
  group: 'pubsub',
  since: '7.0.0',
  summary: 'Stops listening to shard channels: to those named, or to all.',
  complexity: 'O(N), N being the number of shard channels',
  flags: 'pubsub noscript loading stale subscriber',
  args: [anyNumberOf(key('shardchannel', 'not_key'))],
  reply: anything('one confirmation for each: its kind, the name, and how many subscriptions there are now'),
  run(c, channels) {
    unsubscribe(c, 'shard', channels)
  },
})
