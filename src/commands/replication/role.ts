import { replyRole } from '../../replication/info.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'ROLE',
  group: 'server',
  since: '2.8.12',
  summary: 'Tells whether this server is a master or a replica, and of whom.',
  complexity: 'O(1)',
  flags: 'noscript loading stale fast',
  categories: '@admin @dangerous',
  args: [],
  reply: array('master, offset, replicas; or slave, host, port, state, offset'),
  run(c) {
    replyRole(c.server, c.reply)
  },
})
