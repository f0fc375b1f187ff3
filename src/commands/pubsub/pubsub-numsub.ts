import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyCounts } from './shared.ts'

export default command({
  name: 'PUBSUB NUMSUB',
  group: 'pubsub',
  since: '2.8.0',
  summary: 'Counts the listeners of channels, those by pattern not included.',
  complexity: 'O(N), N being the number of channels asked about',
  flags: 'pubsub loading stale',
  args: [anyNumberOf(bytes('channel'))],
  reply: array('each channel, followed by its number of listeners'),
  run(c, channels) {
    replyCounts(c, 'channel', channels)
  },
})
