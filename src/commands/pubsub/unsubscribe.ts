import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { unsubscribe } from './shared.ts'

export default command({
  name: 'UNSUBSCRIBE',
  group: 'pubsub',
  since: '2.0.0',
  summary: 'Stops listening to channels: to those named, or to all.',
  complexity: 'O(N), N being the number of channels',
  flags: 'pubsub noscript loading stale subscriber',
  args: [anyNumberOf(bytes('channel'))],
  reply: anything('one confirmation for each: its kind, the name, and how many subscriptions there are now'),
  run(c, channels) {
    unsubscribe(c, 'channel', channels)
  },
})
