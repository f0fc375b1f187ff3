import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL LIST',
  group: 'server',
  since: '6.0.0',
  summary: 'Shows all users as the lines of an ACL file.',
  complexity: 'O(N), N being the number of users',
  flags: 'admin noscript loading stale',
  args: [],
  reply: array('lines'),
  run({ server, reply }) {
    const users = server.acl.all
    reply.array(users.length)
    for (const user of users) reply.bulk(user.line)
  },
})
