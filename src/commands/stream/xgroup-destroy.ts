import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { groupChanged } from './shared-groups.ts'
import { streamOfGroup } from './shared-xgroup.ts'

export default command({
  name: 'XGROUP DESTROY',
  group: 'stream',
  since: '5.0.0',
  summary: 'Removes a consumer group with all it has pending.',
  complexity: 'O(N), N being the entries pending in the group',
  flags: 'write',
  args: [key('key', 'RW delete'), bytes('groupname')],
  reply: integer('1; 0 when there was no such group'),
  run(c, key, name) {
    const stream = streamOfGroup(c, key)
    if (!stream.groups?.delete(name)) return c.reply.int(0)
    groupChanged(c, key, 'xgroup-destroy')
    // Clients that wait as consumers of the group learn that it is gone.
    c.server.blocking.keyChanged(c.db, key)
    c.reply.int(1)
  },
})
