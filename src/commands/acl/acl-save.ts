import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL SAVE',
  group: 'server',
  since: '6.0.0',
  summary: 'Writes all users to the ACL file.',
  complexity: 'O(N), N being the number of users',
  flags: 'admin noscript loading stale',
  args: [],
  reply: status('OK'),
  run({ server, reply }) {
    if (server.config.aclfile === '') throw E.aclNoFile
    const error = server.acl.saveFile()
    if (error !== null) {
      server.log.warning(`ACL SAVE failed: ${error}`)
      throw E.aclNotSaved
    }
    reply.ok()
  },
})
