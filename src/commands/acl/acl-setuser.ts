import { anyNumberOf, bytes, likened, many, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL SETUSER',
  group: 'server',
  since: '6.0.0',
  summary: 'Makes or changes a user by all the rules given, or on an error by none.',
  complexity: 'O(N), N being the number of rules',
  flags: 'admin noscript loading stale',
  args: [bytes('username'), likened(anyNumberOf(bytes('rule')), optional(many(bytes('rule'))))],
  reply: status('OK'),
  secret: (argv) => [...argv.keys()].slice(2),
  history: [
    ['6.2.0', 'Has rules for channels.'],
    ['7.0.0', 'Has selectors, and keys for reading or writing only.'],
  ],
  run({ server, reply }, name, rules) {
    const refused = server.acl.setUser(name, rules)
    if (refused !== null) throw refused
    reply.ok()
  },
})
