import { block, bytes, likened, many, pattern } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { subscribe } from './shared.ts'

export default command({
  name: 'PSUBSCRIBE',
  group: 'pubsub',
  since: '2.0.0',
  summary: 'Listens to messages of channels whose names match patterns.',
  complexity: 'O(N), N being the number of patterns',
  flags: 'pubsub noscript loading stale subscriber',
  args: [likened(many(bytes('pattern')), many(block('pattern', pattern('pattern'))))],
  reply: anything('one confirmation for each: its kind, the name, and how many subscriptions there are now'),
  run(c, patterns) {
    subscribe(c, 'pattern', patterns)
  },
})
