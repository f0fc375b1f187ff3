/**
 * Client side caching: which client may hold which key in its cache, and telling it once that key has changed.
 *
 * In the ordinary mode the keys a client reads are remembered in one table, by name only, whatever the database; the
 * first change of a key takes it out. In broadcast mode nothing is remembered: changed keys are gathered by prefix
 * and told at the end of a batch. Messages go to the client itself as pushes, or to another one it named.
 */
import type { Command } from '../spec/command.ts'
import { Flag } from '../spec/flags.ts'
import { DenseMap } from '../util/dense-map.ts'
import type { Server } from './server.ts'
import type { Session } from './session.ts'

/** What a client asked for with CLIENT TRACKING ON. */
export interface TrackingOptions {
  /** Id of the client that gets the messages; 0: the client itself. */
  readonly redirect: number
  readonly broadcast: boolean
  readonly optIn: boolean
  readonly optOut: boolean
  readonly noLoop: boolean
}

export interface Tracking extends TrackingOptions {
  /** CLIENT CACHING was said: for the next command, or the next transaction. */
  caching: boolean
  /** The client that gets the messages is gone, as the last of them showed. */
  brokenRedirect: boolean
  /** Broadcast mode: in byte order; the empty prefix stands for all keys. */
  readonly prefixes: string[]
}

interface Prefix {
  readonly sessions: Set<Session>
  /** Keys changed since the last broadcast, with who changed them last. */
  readonly changed: Map<string, Session | null>
}

/** How many keys beyond tracking-table-max-keys one read makes room for. */
const EVICTED_AT_ONCE = 100
const EVICTED_IN_BACKGROUND = 10_000

export class ClientTracking {
  private readonly server: Server
  /** Keys with the id of the client that read it, or of several. Clients that are gone are found out when told. */
  private readonly table = new DenseMap<number | Set<number>>()
  private readonly prefixes = new Map<string, Prefix>()
  /** Clients that track. */
  clients = 0
  /** Pairs of key and client in the table. */
  items = 0
  /** Some prefix has changed keys to tell. */
  pending = false
  private reader = 0
  /** When a database was emptied last, as a number of commands run, and which one. */
  private flushedAt = -1
  private flushedIndex = 0

  constructor(server: Server) {
    this.server = server
  }

  get keys(): number {
    return this.table.size
  }

  get prefixCount(): number {
    return this.prefixes.size
  }

  /** Begins tracking, or changes how. Prefixes add to those of before. The caller has checked what goes together. */
  enable(session: Session, options: TrackingOptions, prefixes: readonly string[]): void {
    const known = session.tracking?.prefixes ?? []
    if (session.tracking === null) this.clients++
    const added = options.broadcast && prefixes.length === 0 ? [''] : prefixes
    const caching = session.tracking?.caching ?? false
    const all = [...new Set([...known, ...added])].sort()
    session.tracking = { ...options, caching, brokenRedirect: false, prefixes: all }
    for (const prefix of added) {
      const entry = this.prefixes.get(prefix)
      if (entry === undefined) this.prefixes.set(prefix, { sessions: new Set([session]), changed: new Map() })
      else entry.sessions.add(session)
    }
    this.server.updateObserving()
  }

  disable(session: Session): void {
    if (session.tracking === null) return
    for (const prefix of session.tracking.prefixes) {
      const entry = this.prefixes.get(prefix)
      if (entry?.sessions.delete(session) && entry.sessions.size === 0) this.prefixes.delete(prefix)
    }
    session.tracking = null
    this.clients--
    // With the last client goes the memory. While others track, its keys leave the table as they change.
    if (this.clients === 0) this.forgetKeys()
    this.server.updateObserving()
  }

  private forgetKeys(): void {
    this.table.clear()
    this.items = 0
  }

  // ---- reads

  /** After a command of a client that tracks: remembers the keys it read. */
  commandDone(session: Session, command: Command, argv: readonly string[]): void {
    // A script says nothing by its own keys: the commands it runs do.
    if ((command.flags & Flag.readonly) === 0 || command.declaration.group === 'scripting') return
    this.noteKeys(session, command, argv)
  }

  /** A script read something: besides that key, all it declared count as read, as up to Redis 7.0. */
  scriptRead(session: Session, argv: readonly string[]): void {
    if (session.lastCommand !== null) this.noteKeys(session, session.lastCommand, argv)
  }

  private noteKeys(session: Session, command: Command, argv: readonly string[]): void {
    if (!command.keys.any) return
    const { broadcast, optIn, optOut, caching } = session.tracking!
    if (broadcast || (optIn && !caching) || (optOut && caching)) return
    this.reader = session.id
    command.keys.each(argv, (i) => this.remember(argv[i]))
    if (this.table.size > this.server.config.trackingTableMaxKeys) this.limit(EVICTED_AT_ONCE)
  }

  private remember(key: string): void {
    const { table, reader } = this
    const readers = table.get(key)
    if (readers === reader) return
    if (readers === undefined) table.set(key, reader)
    else if (typeof readers === 'number') table.set(key, new Set([readers, reader]))
    else if (readers.has(reader)) return
    else readers.add(reader)
    this.items++
  }

  /** After a request: CLIENT CACHING is for the one behind it, or for the whole transaction. */
  requestDone(session: Session, argv: readonly string[]): void {
    if (session.transaction !== null || argv[0].toLowerCase() === 'client') return
    session.tracking!.caching = false
  }

  /** Gives up random keys, at most so many, while the table is over its limit; their readers are told. */
  limit(most = EVICTED_IN_BACKGROUND): void {
    const { table, server } = this
    const allowed = server.config.trackingTableMaxKeys
    if (allowed === 0) return
    for (let n = 0; n < most && table.size > allowed; n++) {
      this.invalidate(table.keyAt(server.store.random.int(table.size)), null)
    }
  }

  // ---- changes

  /** To be called for each changed key while anybody tracks. `by`: who changed it; null: its time was up. */
  keyChanged(key: string, by: Session | null): void {
    if (this.prefixes.size > 0) this.gather(key, by)
    this.invalidate(key, by)
  }

  private gather(key: string, by: Session | null): void {
    for (const [prefix, { changed }] of this.prefixes) {
      if (!key.startsWith(prefix)) continue
      changed.set(key, by)
      this.pending = true
    }
  }

  /** Takes a key out of the table and tells who read it. */
  private invalidate(key: string, by: Session | null): void {
    const readers = this.table.get(key)
    if (readers === undefined) return
    this.table.delete(key)
    const keys = `*1\r\n${bulk(key)}`
    if (typeof readers === 'number') {
      this.items--
      this.tellReader(readers, keys, by)
      return
    }
    this.items -= readers.size
    for (const id of readers) this.tellReader(id, keys, by)
  }

  private tellReader(id: number, keys: string, by: Session | null): void {
    const session = this.server.sessions.get(id)
    // It may have turned to broadcast mode, or away from tracking, since.
    if (session === undefined || session.tracking === null || session.tracking.broadcast) return
    if (session.tracking.noLoop && session === by) return
    this.send(session, session.tracking, keys)
  }

  /** Every key of a database is gone: whoever tracks is told to forget everything. */
  databaseFlushed(index: number): void {
    this.forgetKeys()
    const { server } = this
    // FLUSHALL empties one database after the other, and is told once.
    const moment = server.stats.commands
    const goesOn = moment === this.flushedAt && index > this.flushedIndex
    this.flushedAt = moment
    this.flushedIndex = index
    if (goesOn) return
    for (const session of server.sessions.values()) {
      const { tracking } = session
      if (tracking !== null) this.send(session, tracking, session.protocol === 3 ? '_\r\n' : '$-1\r\n')
    }
  }

  /** At the end of a batch: tells the changed keys, by prefix. */
  broadcast(): void {
    this.pending = false
    for (const prefix of [...this.prefixes.keys()].sort()) {
      const { sessions, changed } = this.prefixes.get(prefix)!
      if (changed.size === 0) continue
      const keys = [...changed.keys()].sort()
      const all = arrayOf(keys)
      for (const session of sessions) {
        const tracking = session.tracking!
        if (!tracking.noLoop) this.send(session, tracking, all)
        else {
          const foreign = keys.filter((key) => changed.get(key) !== session)
          if (foreign.length > 0) this.send(session, tracking, arrayOf(foreign))
        }
      }
      changed.clear()
    }
  }

  /** Sends an encoded array of keys, or null for all of them, to the client or to the one it named. */
  private send(session: Session, tracking: Tracking, keys: string): void {
    const { redirect } = tracking
    if (redirect === 0) {
      if (session.protocol === 3) session.push(INVALIDATE + keys)
      return
    }
    const target = this.server.sessions.get(redirect)
    if (target === undefined) {
      tracking.brokenRedirect = true
      if (session.protocol === 3) session.push(`>2\r\n${bulk('tracking-redir-broken')}:${redirect}\r\n`)
    } else if (target.protocol === 3) target.push(INVALIDATE + keys)
    // RESP2 cannot tell pushes from replies, but for a client that does nothing but listen.
    else if (target.subscriptions !== null) target.push(INVALIDATE_MESSAGE + keys)
  }
}

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`
const arrayOf = (keys: readonly string[]) => `*${keys.length}\r\n${keys.map(bulk).join('')}`
const INVALIDATE = `>2\r\n${bulk('invalidate')}`
const INVALIDATE_MESSAGE = `*3\r\n${bulk('message')}${bulk('__redis__:invalidate')}`
