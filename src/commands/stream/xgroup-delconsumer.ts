import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { groupChanged } from './shared-groups.ts'
import { groupOf } from './shared-xgroup.ts'

export default command({
  name: 'XGROUP DELCONSUMER',
  group: 'stream',
  since: '5.0.0',
  summary: 'Removes a consumer of a consumer group with all it has pending.',
  complexity: 'O(N*log(M)), N being the entries pending for the consumer, M those pending in the group',
  flags: 'write',
  args: [key('key', 'RW delete'), bytes('groupname'), bytes('consumername')],
  reply: integer('the entries that were pending for the consumer'),
  run(c, key, name, consumerName) {
    const { group } = groupOf(c, key, name)
    const consumer = group.consumers.get(consumerName)
    if (consumer === undefined) return c.reply.int(0)
    group.removeConsumer(consumer)
    groupChanged(c, key, 'xgroup-delconsumer')
    c.reply.int(consumer.pel.size)
  },
})
