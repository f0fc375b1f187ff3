/** All logical databases, and what they share: time, expiry, snapshots, and the observer of changes. */
import { defaultLimits, type EncodingLimits } from '../types/limits.ts'
import type { Value } from '../types/value.ts'
import type { Clock } from '../util/clock.ts'
import type { Random } from '../util/random.ts'
import { Database } from './database.ts'
import { Eviction } from './eviction.ts'
import { ExpiryTimer } from './expiry.ts'
import type { Snapshot } from './snapshot.ts'

/** What the server learns from the store as it happens. */
export interface StoreObserver {
  /** A key was changed or removed. Called only while `store.observing`. */
  keyChanged(db: Database, key: string, event: string): void
  /** Something to notify about that is no change. Called only while `store.observing`. */
  keyEvent(db: Database, key: string, event: string): void
  /** A read found no such key. Called only while `store.observing`. */
  keyMissed(db: Database, key: string): void
  /** A key passed its deadline and was removed by this store (never on a replica). */
  keyExpired(db: Database, key: string): void
  /** A key was removed for want of room. */
  keyEvicted(db: Database, key: string): void
  /** Fields of a hash passed their deadlines and were removed by this store (never on a replica). */
  fieldsExpired(db: Database, key: string, fields: readonly string[]): void
  /** A database is about to lose all its keys, or to trade them with those of `incoming`. */
  databaseReplaced(db: Database, incoming: Database | null): void
}

/** What becomes of a key past its deadline. */
export type ExpiryMode =
  /** Removed, and told to the observer: a master. */
  | 'remove'
  /** Shown as missing but kept until the master's DEL arrives: a replica. */
  | 'hide'
  /** Shown as present: while loading, and while applying the master's stream. */
  | 'ignore'

const SILENT: StoreObserver = {
  keyChanged() {},
  keyEvent() {},
  keyMissed() {},
  keyExpired() {},
  keyEvicted() {},
  fieldsExpired() {},
  databaseReplaced() {},
}

export interface StoreOptions {
  readonly clock: Clock
  readonly random: Random
  readonly databases?: number
}

export class Store {
  readonly clock: Clock
  readonly random: Random
  readonly limits: EncodingLimits = defaultLimits()
  readonly databases: Database[]
  readonly expiry: ExpiryTimer
  readonly eviction: Eviction
  observer: StoreObserver = SILENT
  /** True while somebody wants `keyChanged`: watched keys, blocked clients, notifications, tracking. */
  observing = false
  /** Unix ms, frozen for the length of a command. Whoever runs commands refreshes it. */
  now: number
  /** Changes since the last save. */
  dirty = 0
  expiryMode: ExpiryMode = 'remove'
  /** While clients are paused nothing is removed: due keys only show as missing. */
  expiryHeld = false
  /** Set while a snapshot is being taken. */
  snapshot: Snapshot | null = null
  /** Number of the latest snapshot, 1..255; new keys carry it, so a running snapshot passes them over. */
  epoch = 1
  /** Keeps access times as LFU counters instead of LRU seconds. */
  lfu = false
  /** lfu-log-factor: the greater, the more accesses raise a counter. */
  lfuLogFactor = 10
  /** lfu-decay-time: minutes after which a counter falls by one; 0: never. */
  lfuDecayMinutes = 1
  /** False while the client asked not to disturb access times (CLIENT NO-TOUCH). */
  touching = true
  readonly stats = { hits: 0, misses: 0, expired: 0, expiredFields: 0, evicted: 0 }
  /** Containers handed out by `open` that are not in the keyspace until `changed` names them. */
  readonly opened: { db: Database; key: string; value: Value }[] = []

  constructor(options: StoreOptions) {
    this.clock = options.clock
    this.random = options.random
    this.now = options.clock.now()
    this.databases = Array.from({ length: options.databases ?? 16 }, (_, index) => new Database(this, index))
    this.expiry = new ExpiryTimer(this)
    this.eviction = new Eviction(this)
  }

  holdExpiry(held: boolean): void {
    if (held === this.expiryHeld) return
    this.expiryHeld = held
    this.expiry.rearm()
  }

  refreshNow(): void {
    this.now = this.clock.now()
  }

  get keyCount(): number {
    return this.databases.reduce((n, db) => n + db.size, 0)
  }

  /** Removes every key of every database and returns how many there were. */
  flushAll(): number {
    return this.databases.reduce((n, db) => n + db.flush(), 0)
  }

  swap(a: Database, b: Database): void {
    if (a === b) return
    this.observer.databaseReplaced(a, b)
    this.observer.databaseReplaced(b, a)
    const keyspace = a.keyspace
    a.keyspace = b.keyspace
    b.keyspace = keyspace
  }

  /** Numbers a new snapshot; after 255 the marks start afresh. */
  nextEpoch(): number {
    if (this.epoch === 255) {
      for (const db of this.databases) db.keyspace.forgetEpochs()
      this.epoch = 0
    }
    return ++this.epoch
  }
}
