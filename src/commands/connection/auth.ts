import { E } from '../../resp/errors.ts'
import { bytes, likened, many, optional, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { authenticate } from './shared-auth.ts'

export default command({
  name: 'AUTH',
  group: 'connection',
  since: '1.0.0',
  summary: 'Authenticates the connection with a password, or with a user name and password.',
  complexity: 'O(N), N being the number of passwords of the user',
  flags: 'noscript loading stale fast no_auth allow_busy',
  arity: -2,
  args: [likened(many(bytes('password')), since('6.0.0', optional(bytes('username'))), bytes('password'))],
  reply: status('OK'),
  secret: (argv) => [...argv.keys()].slice(1),
  history: [['6.0.0', 'Takes a user name.']],
  run(c, words) {
    if (words.length > 2) throw E.syntax
    if (words.length === 1 && c.server.acl.defaultUser.noPassword) throw E.authWithoutPassword
    const [user, password] = words.length === 2 ? words : ['default', words[0]]
    authenticate(c, user, password, 'AUTH')
    c.reply.ok()
  },
})
