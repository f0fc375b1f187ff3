import { E, ReplyError } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL LOAD',
  group: 'server',
  since: '6.0.0',
  summary: 'Replaces all users by those of the ACL file, or on an error none.',
  complexity: 'O(N), N being the number of users',
  flags: 'admin noscript loading stale',
  args: [],
  reply: status('OK'),
  run({ server, reply }) {
    if (server.config.aclfile === '') throw E.aclNoFile
    const error = server.acl.loadFile()
    if (error !== null) throw new ReplyError(`ERR ${error}`)
    reply.ok()
  },
})
