import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'SPUBLISH',
  group: 'pubsub',
  since: '7.0.0',
  summary: 'Sends a message to the listeners of a shard channel.',
  complexity: 'O(N), N being the number of listeners',
  flags: 'pubsub loading stale fast may_replicate',
  args: [key('shardchannel', 'not_key'), bytes('message')],
  reply: integer('how many clients got the message'),
  run(c, channel, message) {
    c.propagate.toReplicas('SPUBLISH', channel, message)
    c.reply.int(c.server.pubsub.publishToShard(channel, message))
  },
})
