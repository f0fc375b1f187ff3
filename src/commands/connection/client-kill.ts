import { E } from '../../resp/errors.ts'
import type { Session } from '../../server/session.ts'
import { bytes, choice, custom, int, many, named, needed, shown, since, variant } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'
import { parseSessionType } from './shared-client.ts'

interface Filter {
  /** The old form, one address: replies OK or an error instead of a count. */
  readonly single: boolean
  readonly tests: readonly ((session: Session) => boolean)[]
  readonly skipMe: boolean
  /** The users that are named. */
  readonly users: readonly string[]
}

function readFilter(argv: readonly string[], from: number): { value: Filter; next: number } {
  const next = argv.length
  if (next === from + 1) {
    const address = argv[from]
    return { value: { single: true, tests: [(s) => s.connection?.peer === address], skipMe: false, users: [] }, next }
  }
  const tests: ((session: Session) => boolean)[] = []
  const users: string[] = []
  let skipMe = true
  for (let i = from; i < next; i += 2) {
    if (i + 1 >= next) throw E.syntax
    const value = argv[i + 1]
    switch (argv[i].toUpperCase()) {
      case 'ID': {
        const id = parseInteger(value)
        if (id !== id || id < 1) throw E.clientIdNotPositive
        tests.push((s) => s.id === id)
        break
      }
      case 'TYPE': {
        const type = parseSessionType(value)
        if (type === null) throw E.unknownClientType(value)
        tests.push((s) => s.kind === type)
        break
      }
      case 'ADDR':
        tests.push((s) => s.connection?.peer === value)
        break
      case 'LADDR':
        tests.push((s) => s.connection?.local === value)
        break
      case 'USER':
        // Whether there is such a user only the server knows.
        users.push(value)
        tests.push((s) => s.user !== null && s.user.name === value)
        break
      case 'MAXAGE': {
        const age = parseInteger(value)
        if (age !== age || age < 1) throw E.notInteger
        tests.push((s) => (s.store.now - s.createdAt) / 1000 >= age)
        break
      }
      case 'SKIPME': {
        const word = value.toLowerCase()
        if (word !== 'yes' && word !== 'no') throw E.syntax
        skipMe = word === 'yes'
        break
      }
      default:
        throw E.syntax
    }
  }
  return { value: { single: false, tests, skipMe, users }, next }
}

export default command({
  name: 'CLIENT KILL',
  group: 'connection',
  since: '2.4.0',
  summary: 'Closes connections by address, id, type, user or age.',
  complexity: 'O(N), N being the number of connections',
  flags: 'admin noscript loading stale',
  args: [
    custom('filter', {
      like: [
        needed(
          variant('filter', {
            address: bytes('ip:port'),
            tests: many(
              variant('new-format', {
                id: since('2.8.12', named('ID', int('client-id'))),
                type: since(
                  '2.8.12',
                  named(
                    'TYPE',
                    shown(
                      choice('normal_master_slave_pubsub', {
                        normal: 'NORMAL',
                        master: 'MASTER',
                        slave: 'SLAVE',
                        replica: 'REPLICA',
                        pubsub: 'PUBSUB',
                      }),
                      { sinceOf: { MASTER: '3.2.0', REPLICA: '5.0.0' } },
                    ),
                  ),
                ),
                user: named('USER', bytes('username')),
                address: named('ADDR', bytes('ip:port')),
                localAddress: since('6.2.0', named('LADDR', bytes('ip:port'))),
                skipMe: named('SKIPME', bytes('yes/no')),
                maxAge: since('7.4.0', named('MAXAGE', int('maxage'))),
              }),
            ),
          }),
        ),
      ],
      min: 1,
      read: readFilter,
    }),
  ],
  reply: anything('how many were closed; OK in the old form with one address'),
  history: [
    ['2.8.12', 'Takes tests instead of one address.'],
    ['2.8.12', 'Has ID.'],
    ['3.2.0', 'TYPE knows masters.'],
    ['5.0.0', 'TYPE says replica; slave is read as that.'],
    ['6.2.0', 'Has LADDR.'],
  ],
  run(c, { single, tests, skipMe, users }) {
    for (const user of users) if (c.server.acl.find(user) === undefined) throw E.noSuchUser(user)
    let killed = 0
    for (const session of [...c.server.sessions.values()]) {
      if (session === c.session && skipMe) continue
      if (!tests.every((test) => test(session))) continue
      killed++
      // Oneself is closed after the reply.
      if (session === c.session) session.closing = true
      else c.server.closeSession(session)
    }
    if (!single) return c.reply.int(killed)
    if (killed === 0) throw E.noSuchClient
    c.reply.ok()
  },
})
