import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL USERS',
  group: 'server',
  since: '6.0.0',
  summary: 'Lists the names of all users.',
  complexity: 'O(N), N being the number of users',
  flags: 'admin noscript loading stale',
  args: [],
  reply: array('names'),
  run({ server, reply }) {
    const users = server.acl.all
    reply.array(users.length)
    for (const user of users) reply.bulk(user.name)
  },
})
