import { bytes, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { subscribe } from './shared.ts'

export default command({
  name: 'SUBSCRIBE',
  group: 'pubsub',
  since: '2.0.0',
  summary: 'Listens to messages of channels.',
  complexity: 'O(N), N being the number of channels',
  flags: 'pubsub noscript loading stale subscriber',
  args: [many(bytes('channel'))],
  reply: anything('one confirmation for each: its kind, the name, and how many subscriptions there are now'),
  run(c, channels) {
    subscribe(c, 'channel', channels)
  },
})
