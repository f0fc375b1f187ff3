import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'PUBLISH',
  group: 'pubsub',
  since: '2.0.0',
  summary: 'Sends a message to the listeners of a channel.',
  complexity: 'O(N+M), N being the number of listeners and M the number of patterns anybody listens to',
  flags: 'pubsub loading stale fast may_replicate',
  args: [bytes('channel'), bytes('message')],
  reply: integer('how many times the message was handed out'),
  run(c, channel, message) {
    c.propagate.toReplicas('PUBLISH', channel, message)
    c.reply.int(c.server.pubsub.publish(channel, message))
  },
})
