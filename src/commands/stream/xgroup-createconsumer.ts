import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { groupChanged } from './shared-groups.ts'
import { groupOf } from './shared-xgroup.ts'

export default command({
  name: 'XGROUP CREATECONSUMER',
  group: 'stream',
  since: '6.2.0',
  summary: 'Adds a consumer to a consumer group.',
  complexity: 'O(1)',
  flags: 'write denyoom',
  args: [key('key', 'RW insert'), bytes('groupname'), bytes('consumername')],
  reply: integer('1; 0 when there is one of that name'),
  run(c, key, name, consumer) {
    const { group } = groupOf(c, key, name)
    if (group.consumers.has(consumer)) return c.reply.int(0)
    group.addConsumer(consumer, c.now)
    groupChanged(c, key, 'xgroup-createconsumer')
    c.reply.int(1)
  },
})
