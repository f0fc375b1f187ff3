import { E } from '../../resp/errors.ts'
import { bytes, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL DELUSER',
  group: 'server',
  since: '6.0.0',
  summary: 'Removes users and closes their connections.',
  complexity: 'O(1) for each user',
  flags: 'admin noscript loading stale',
  args: [many(bytes('username'))],
  reply: integer('users removed'),
  run({ server, reply }, names) {
    if (names.includes('default')) throw E.aclDefaultUser
    let removed = 0
    for (const name of names) if (server.acl.deleteUser(name)) removed++
    reply.int(removed)
  },
})
