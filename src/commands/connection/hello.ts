import { E } from '../../resp/errors.ts'
import { REDIS_VERSION } from '../../server/version.ts'
import { block, bytes, int, likened, named, optional, options, parsed } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'
import { Restriction } from '../../spec/restrictions.ts'
import { parseInteger } from '../../util/numbers.ts'
import { authenticate } from './shared-auth.ts'
import { checkClientName } from './shared-client.ts'

const version = parsed('protover', (text) => {
  const n = parseInteger(text)
  if (n !== n) throw E.protocolVersionNotInteger
  if (n !== 2 && n !== 3) throw E.noProto
  return n
})

const settings = options(
  { auth: named('AUTH', bytes('username'), bytes('password')), name: named('SETNAME', bytes('clientname')) },
  E.syntaxInHello,
)

/** The words after AUTH, wherever it stands among the options. */
function secretWords(argv: readonly string[]): number[] {
  for (let i = 2; i < argv.length; i++) {
    const word = argv[i].toUpperCase()
    if (word === 'AUTH') return [i + 1, i + 2]
    if (word === 'SETNAME') i++
  }
  return []
}

export default command({
  name: 'HELLO',
  group: 'connection',
  since: '6.0.0',
  summary: 'Chooses the protocol version, authenticates and names the connection in one step.',
  complexity: 'O(1)',
  flags: 'noscript loading stale fast no_auth allow_busy',
  args: [
    likened(
      optional(version),
      optional(
        block(
          'arguments',
          int('protover'),
          named('AUTH', bytes('username'), bytes('password')),
          named('SETNAME', bytes('clientname')),
        ),
      ),
    ),
    likened(settings),
  ],
  secret: secretWords,
  reply: map('server, version, protocol, connection id, mode, role, modules'),
  history: [['6.2.0', 'Without a version only describes the connection.']],
  run(c, protocol, { auth, name }) {
    const { session, server } = c
    if (name !== null) checkClientName(name)
    if (auth !== null) authenticate(c, auth[0], auth[1], 'HELLO')
    if ((session.restrictions & Restriction.unauthenticated) !== 0) throw E.helloNoAuth
    if (name !== null) session.name = name
    if (protocol !== null) session.setProtocol(protocol as 2 | 3)
    const { reply } = session
    reply.map(7)
    reply.bulk('server')
    reply.bulk('redis')
    reply.bulk('version')
    reply.bulk(REDIS_VERSION)
    reply.bulk('proto')
    reply.int(session.protocol)
    reply.bulk('id')
    reply.int(session.id)
    reply.bulk('mode')
    reply.bulk('standalone')
    reply.bulk('role')
    reply.bulk(server.replication.isReplica ? 'replica' : 'master')
    reply.bulk('modules')
    reply.array(0)
  },
})
