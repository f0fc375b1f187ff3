import { E, type ReplyError } from '../../resp/errors.ts'
import type { Session } from '../../server/session.ts'
import type { TrackingOptions } from '../../server/tracking.ts'
import { bytes, choice, custom, flag, int, named, options, repeated } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'

interface Request {
  /** As given: what it means is looked at after the options. */
  readonly mode: string
  /** Null: not given. */
  readonly redirect: number | null
  readonly options: Omit<TrackingOptions, 'redirect'>
  readonly prefixes: readonly string[]
  /** What is wrong behind the last of these; complaints about these come first. */
  readonly failure: ReplyError | null
}

function read(argv: readonly string[], from: number): { value: Request; next: number } {
  const given = { broadcast: false, optIn: false, optOut: false, noLoop: false }
  const prefixes: string[] = []
  let redirect: number | null = null
  let failure: ReplyError | null = null
  for (let i = from + 1; i < argv.length && failure === null; i++) {
    const word = argv[i].toUpperCase()
    if (word === 'REDIRECT' && i + 1 < argv.length) {
      const id = parseInteger(argv[++i])
      if (redirect !== null) failure = E.trackingRedirectTwice
      else if (id !== id) failure = E.notInteger
      else redirect = id
    } else if (word === 'PREFIX' && i + 1 < argv.length) prefixes.push(argv[++i])
    else if (word === 'BCAST') given.broadcast = true
    else if (word === 'OPTIN') given.optIn = true
    else if (word === 'OPTOUT') given.optOut = true
    else if (word === 'NOLOOP') given.noLoop = true
    else failure = E.syntax
  }
  return { value: { mode: argv[from].toUpperCase(), redirect, options: given, prefixes, failure }, next: argv.length }
}

const LIKE = [
  choice('status', { on: 'ON', off: 'OFF' }),
  options({
    redirect: named('REDIRECT', int('client-id')),
    prefixes: repeated(named('PREFIX', bytes('prefix'))),
    broadcast: flag('BCAST'),
    optIn: flag('OPTIN'),
    optOut: flag('OPTOUT'),
    noLoop: flag('NOLOOP'),
  }),
]

export default command({
  name: 'CLIENT TRACKING',
  group: 'connection',
  since: '6.0.0',
  summary: 'Tells this client, or another one, of changes to the keys it read or named.',
  complexity: 'O(1); O(N) with N prefixes',
  flags: 'noscript loading stale',
  args: [custom('tracking', { like: LIKE, min: 1, read })],
  reply: status('OK'),
  run(c, { mode, redirect, options, prefixes, failure }) {
    const { session, server } = c
    if (redirect !== null && !server.sessions.has(redirect)) throw E.trackingNoSuchRedirect
    if (failure !== null) throw failure
    if (mode === 'ON') {
      checkOptions(session, options, prefixes)
      server.tracking.enable(session, { ...options, redirect: redirect ?? 0 }, prefixes)
    } else if (mode === 'OFF') server.tracking.disable(session)
    else throw E.syntax
    c.reply.ok()
  },
})

function checkOptions({ tracking }: Session, options: Request['options'], prefixes: readonly string[]): void {
  const { broadcast, optIn, optOut } = options
  if (!broadcast && prefixes.length > 0) throw E.trackingPrefixWithoutBcast
  if (tracking !== null && tracking.broadcast !== broadcast) throw E.trackingSwitchBcast
  if (broadcast && (optIn || optOut)) throw E.trackingOptWithBcast
  if (optIn && optOut) throw E.trackingOptinAndOptout
  if (tracking !== null && ((optIn && tracking.optOut) || (optOut && tracking.optIn))) throw E.trackingSwitchOpt
  if (broadcast) checkPrefixes(tracking?.prefixes ?? [], prefixes)
}

/** A key must not fall under two prefixes of one client: it would be told of it twice. */
function checkPrefixes(known: readonly string[], added: readonly string[]): void {
  const overlap = (a: string, b: string) => a.startsWith(b) || b.startsWith(a)
  added.forEach((prefix, i) => {
    const existing = known.find((other) => overlap(prefix, other))
    if (existing !== undefined) throw E.trackingPrefixExists(prefix, existing)
    const other = added.slice(i + 1).find((other) => overlap(prefix, other))
    if (other !== undefined) throw E.trackingPrefixes(prefix, other)
  })
}
