import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL WHOAMI',
  group: 'server',
  since: '6.0.0',
  summary: 'Returns the name of the user of this connection.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [],
  reply: bulk('name'),
  run({ session, reply }) {
    const { user } = session
    if (user === null) return reply.null()
    reply.bulk(user.name)
  },
})
