import { E } from '../../resp/errors.ts'
import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { subscribe } from './shared.ts'

export default command({
  name: 'SSUBSCRIBE',
  group: 'pubsub',
  since: '7.0.0',
  summary: 'Listens to messages of shard channels.',
  complexity: 'O(N), N being the number of shard channels',
  flags: 'pubsub noscript loading stale subscriber',
  args: [many(key('shardchannel', 'not_key'))],
  reply: anything('one confirmation for each: its kind, the name, and how many subscriptions there are now'),
  run(c, channels) {
    // One reply per command is all that a transaction can hold.
    if (!c.session.mayBlock) throw E.denyBlocking('SSUBSCRIBE')
    subscribe(c, 'shard', channels)
  },
})
