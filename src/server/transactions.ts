/** MULTI queues and WATCH. */
import type { Command } from '../spec/command.ts'
import { Restriction } from '../spec/restrictions.ts'
import type { Database } from '../store/database.ts'
import type { Server } from './server.ts'
import type { Session } from './session.ts'

/** What a client gathers between MULTI and EXEC. */
export interface Transaction {
  readonly queue: { command: Command; argv: readonly string[] }[]
  /** Flags of all queued commands, for checks EXEC makes once for all. */
  flags: number
  /** Flags that every one of the queued commands has. */
  commonFlags: number
  /** A command was refused while queueing: EXEC will reply EXECABORT. */
  broken: boolean
  queuedBytes: number
}

interface Watch {
  readonly db: Database
  readonly key: string
  /** The key was past its deadline already when WATCH came: its removal is then no change. */
  readonly wasExpired: boolean
}

interface Watcher {
  readonly watches: Watch[]
  dirty: boolean
}

export class Transactions {
  private readonly server: Server
  private readonly watchers = new Map<Session, Watcher>()
  /** Per database: the sessions that watch a key. */
  private readonly watched: Map<string, Set<Session>>[]

  constructor(server: Server, databases: number) {
    this.server = server
    this.watched = Array.from({ length: databases }, () => new Map())
  }

  /** Number of sessions that watch anything. */
  get watchingSessions(): number {
    return this.watchers.size
  }

  begin(session: Session): void {
    session.transaction = { queue: [], flags: 0, commonFlags: -1, broken: false, queuedBytes: 0 }
    session.restrict(Restriction.queueing, true)
  }

  /** Leaves MULTI state and forgets the watches. */
  end(session: Session): void {
    session.transaction = null
    session.restrict(Restriction.queueing, false)
    this.unwatch(session)
  }

  /** `flags`: the command's, or what the script that it runs makes of them. */
  enqueue(session: Session, command: Command, argv: readonly string[], flags: number): void {
    const transaction = session.transaction!
    transaction.queue.push({ command, argv })
    transaction.flags |= flags
    transaction.commonFlags &= command.flags
    for (const word of argv) transaction.queuedBytes += word.length
  }

  watch(session: Session, keys: readonly string[]): void {
    let watcher = this.watchers.get(session)
    if (watcher === undefined) this.watchers.set(session, (watcher = { watches: [], dirty: false }))
    const { db } = session
    for (const key of keys) {
      if (watcher.watches.some((w) => w.db === db && w.key === key)) continue
      watcher.watches.push({ db, key, wasExpired: isPastDeadline(db, key) })
      const sessions = this.watched[db.index].get(key)
      if (sessions === undefined) this.watched[db.index].set(key, new Set([session]))
      else sessions.add(session)
    }
    this.server.updateObserving()
  }

  unwatch(session: Session): void {
    const watcher = this.watchers.get(session)
    if (watcher === undefined) return
    this.watchers.delete(session)
    for (const { db, key } of watcher.watches) {
      const sessions = this.watched[db.index].get(key)
      if (sessions?.delete(session) && sessions.size === 0) this.watched[db.index].delete(key)
    }
    this.server.updateObserving()
  }

  /** Number of keys a session watches, for CLIENT LIST. */
  watchCount(session: Session): number {
    return this.watchers.get(session)?.watches.length ?? 0
  }

  /** Must EXEC give up: did a watched key change, or run out its time since? */
  isStale(session: Session): boolean {
    const watcher = this.watchers.get(session)
    if (watcher === undefined) return false
    return watcher.dirty || watcher.watches.some((w) => !w.wasExpired && isPastDeadline(w.db, w.key))
  }

  keyChanged(db: Database, key: string): void {
    const sessions = this.watched[db.index].get(key)
    if (sessions === undefined) return
    for (const session of sessions) {
      const watcher = this.watchers.get(session)!
      const watch = watcher.watches.find((w) => w.db === db && w.key === key)
      // Removing a key that was dead when watched leaves the client's view of it as it was.
      if (watch?.wasExpired && !db.peekHas(key)) continue
      watcher.dirty = true
    }
  }

  /** FLUSHALL, FLUSHDB, SWAPDB: every watched key that is there, or will be, counts as changed. */
  databaseReplaced(db: Database, incoming: Database | null): void {
    for (const [key, sessions] of this.watched[db.index]) {
      if (!db.peekHas(key) && !incoming?.peekHas(key)) continue
      for (const session of sessions) this.watchers.get(session)!.dirty = true
    }
  }
}

function isPastDeadline(db: Database, key: string): boolean {
  const { keyspace, store } = db
  const slot = keyspace.find(key)
  if (slot < 0) return false
  const deadline = keyspace.deadlines.deadlineOf(slot)
  return deadline !== -1 && deadline <= store.now
}
