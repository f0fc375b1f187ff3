import { dumpPayload } from '../../rdb/writer.ts'
import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, int, key, many, named, needed, since, titled, variant } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { status } from '../../spec/reply-shape.ts'
import { parseInt64Exact } from '../../util/numbers.ts'

interface Request {
  readonly host: string
  readonly port: string
  readonly keys: readonly string[]
  readonly db: number
  readonly timeoutMs: number
  readonly copy: boolean
  readonly replace: boolean
  readonly user: string | null
  readonly password: string | null
}

/** Words behind a name that belong to it. */
const WIDTHS = new Map([
  ['COPY', 0],
  ['REPLACE', 0],
  ['AUTH', 1],
  ['AUTH2', 2],
])

function readRequest(argv: readonly string[], from: number): Request {
  const [host, port, single, db, timeout] = argv.slice(from, from + 5)
  let copy = false
  let replace = false
  let user: string | null = null
  let password: string | null = null
  let keys: readonly string[] = [single]
  for (let i = from + 5; i < argv.length; i++) {
    const word = argv[i].toUpperCase()
    const left = argv.length - i - 1
    if (word === 'KEYS') {
      if (single !== '') throw E.migrateKeys
      keys = argv.slice(i + 1)
      break
    }
    const width = WIDTHS.get(word)
    if (width === undefined || width > left) throw E.syntax
    if (word === 'COPY') copy = true
    else if (word === 'REPLACE') replace = true
    else {
      user = width === 2 ? argv[i + 1] : null
      password = argv[i + width]
    }
    i += width
  }
  const timeoutMs = parseInt64Exact(timeout)
  const number = parseInt64Exact(db)
  if (timeoutMs === null || number === null) throw E.notInteger
  return { host, port, keys, db: Number(number), timeoutMs: Number(timeoutMs), copy, replace, user, password }
}

/** The single key, or those behind KEYS. */
function keyPlaces(argv: readonly string[], from: number): number[] {
  if (argv[from + 2] !== '') return [from + 2]
  for (let i = from + 5; i < argv.length; i++) {
    const word = argv[i].toUpperCase()
    if (word === 'KEYS') return Array.from({ length: argv.length - i - 1 }, (_, k) => i + 1 + k)
    i += WIDTHS.get(word) ?? 0
  }
  return []
}

/** The request that creates a key on the target; null when there is no such key. */
function restoreRequest(c: Context, name: string, replace: boolean): string[] | null {
  const value = c.db.peek(name)
  if (value === undefined) return null
  const deadline = c.db.expireAt(name)
  const ttl = deadline < 0 ? 0 : Math.max(1, deadline - c.now)
  const payload = dumpPayload(value)
  return ['RESTORE', name, String(ttl), payload, ...(replace ? ['REPLACE'] : [])]
}

const ACCESS = 'RW access delete'

export default command({
  name: 'MIGRATE',
  group: 'generic',
  since: '2.6.0',
  summary: 'Moves keys to another server, whole or not at all.',
  complexity: 'That of DUMP and DEL here and of RESTORE there, and O(N) for the transfer.',
  flags: 'write',
  categories: '@keyspace @dangerous',
  tips: ['nondeterministic_output'],
  // The words of AUTH and AUTH2.
  secret: (argv) =>
    [...argv.keys()].filter((i) => i > 6 && (/^auth2?$/i.test(argv[i - 1]) || (i > 7 && /^auth2$/i.test(argv[i - 2])))),
  args: [
    custom<Request>('migration', {
      like: [
        bytes('host'),
        int('port'),
        needed(variant('key_or_empty_string', { key: key('key', ACCESS), none: flag('', 'empty_string') })),
        int('destination-db'),
        int('timeout'),
        since('3.0.0', flag('COPY')),
        since('3.0.0', flag('REPLACE')),
        variant('authentication', {
          auth: since('4.0.7', named('AUTH', bytes('password'))),
          auth2: since('6.0.0', titled('username_password', named('AUTH2', bytes('username'), bytes('password')))),
        }),
        since('3.0.6', named('KEYS', many(key('key', ACCESS, { incomplete: true })))),
      ],
      min: 5,
      keys: keyPlaces,
      access: ACCESS,
      keySpecs: [
        { access: ACCESS, begin: { index: 3 }, find: { last: 0, step: 1, limit: 0 } },
        {
          access: ACCESS,
          incomplete: true,
          begin: { keyword: 'KEYS', startFrom: -2 },
          find: { last: -1, step: 1, limit: 0 },
        },
      ],
      read: (argv, from) => ({ value: readRequest(argv, from), next: argv.length }),
    }),
  ],
  history: [
    ['3.0.0', 'Has COPY and REPLACE.'],
    ['3.0.6', 'Has KEYS.'],
    ['4.0.7', 'Has AUTH.'],
    ['6.0.0', 'Has AUTH2.'],
  ],
  reply: status('OK, or NOKEY when none of the keys exist'),
  run(c, { keys, copy, replace, ...target }) {
    const { session, server, db } = c
    const present: string[] = []
    const requests: string[][] = []
    for (const name of keys) {
      const request = restoreRequest(c, name, replace)
      if (request === null) continue
      present.push(name)
      requests.push(request)
    }
    if (present.length === 0) return c.reply.status('NOKEY')
    if (!session.mayBlock) throw E.migrateMustWait
    let gone = false
    server.blocking.suspend(session, {
      timeoutMs: 0,
      timedOut: () => {},
      forget: () => {
        gone = true
      },
      unblockable: false,
    })
    server.migration.send(target, requests, (result) => {
      const moved = 'replies' in result ? present.filter((_, i) => result.replies[i].startsWith('+')) : []
      if (!copy && moved.length > 0) {
        server.runInternally(session, session.lastCommand, () => {
          for (const name of moved) {
            db.delete(name)
            db.changed(name, 'del')
          }
          c.propagate.as('DEL', ...moved)
        })
      }
      if (gone) return
      if ('broken' in result) session.reply.error(result.broken === 'writing' ? E.migrateWrite : E.migrateRead)
      else if ('refused' in result) session.reply.error(E.migrateTarget(result.refused))
      else {
        const refused = result.replies.find((line) => !line.startsWith('+'))
        if (refused === undefined) session.reply.ok()
        else session.reply.error(E.migrateTarget(refused.slice(1)))
      }
      server.blocking.resume(session)
    })
  },
})
