import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'PUBSUB NUMPAT',
  group: 'pubsub',
  since: '2.8.0',
  summary: 'Counts the patterns that have listeners.',
  complexity: 'O(1)',
  flags: 'pubsub loading stale',
  args: [],
  reply: integer('number of different patterns'),
  run(c) {
    c.reply.int(c.server.pubsub.count('pattern'))
  },
})
