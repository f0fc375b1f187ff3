import { anyNumberOf, pattern } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { unsubscribe } from './shared.ts'

export default command({
  name: 'PUNSUBSCRIBE',
  group: 'pubsub',
  since: '2.0.0',
  summary: 'Stops listening to patterns: to those named, or to all.',
  complexity: 'O(N), N being the number of patterns',
  flags: 'pubsub noscript loading stale subscriber',
  args: [anyNumberOf(pattern('pattern'))],
  reply: anything('one confirmation for each: its kind, the name, and how many subscriptions there are now'),
  run(c, patterns) {
    unsubscribe(c, 'pattern', patterns)
  },
})
