/**
 * maxmemory: which keys go when there is no room. As in Redis the policies are approximate: of a few random keys, and
 * the best candidates left over from before, the one that deserves it most goes.
 *
 * While there is a limit each key's size is estimated at every change (`types/memory.ts`), because V8 does not tell
 * what is in use without what is garbage.
 */
import { idleSeconds, lfuCounter } from './access.ts'
import type { Database } from './database.ts'
import type { Store } from './store.ts'

export type EvictionPolicy =
  | 'noeviction'
  | 'allkeys-lru'
  | 'allkeys-lfu'
  | 'allkeys-random'
  | 'volatile-lru'
  | 'volatile-lfu'
  | 'volatile-random'
  | 'volatile-ttl'

interface Candidate {
  readonly db: Database
  readonly key: string
  /** The greater, the better to evict. */
  readonly score: number
}

/** Candidates that are kept for the next time. */
const POOL = 16
/** Evictions between two looks at the clock. */
const CHECK_EVERY = 16

export class Eviction {
  private readonly store: Store
  /** Worst candidate first. */
  private pool: Candidate[] = []
  /** Bytes that are in use beside the keys and count as well. */
  overhead = 0
  /** Bytes in all; Infinity for no limit. */
  limit = Number.POSITIVE_INFINITY
  policy: EvictionPolicy = 'noeviction'
  samples = 5

  constructor(store: Store) {
    this.store = store
  }

  get active(): boolean {
    return this.limit !== Number.POSITIVE_INFINITY
  }

  /** Bytes of all keys and values, about, and the overhead; only while there is a limit. */
  get bytes(): number {
    let bytes = this.overhead
    for (const { keyspace } of this.store.databases) {
      // A whole data set may have been swapped in that nobody measured.
      if (!keyspace.isMeasured) keyspace.setMeasured(true)
      bytes += keyspace.bytes
    }
    return bytes
  }

  /** Begins or stops to count. */
  setActive(on: boolean): void {
    if (!on) {
      this.limit = Number.POSITIVE_INFINITY
      this.pool = []
    }
    for (const { keyspace } of this.store.databases) if (keyspace.isMeasured !== on) keyspace.setMeasured(on)
  }

  /**
   * Evicts until the limit is kept or the time is up: 'ok' when there is room, 'more' when the rest has to wait,
   * 'none' when nothing may be evicted.
   */
  makeRoom(mostUs: number): 'ok' | 'more' | 'none' {
    if (this.bytes <= this.limit) return 'ok'
    if (this.policy === 'noeviction') return 'none'
    const { clock } = this.store
    const end = clock.monotonicUs() + mostUs
    for (let n = 1; this.bytes > this.limit; n++) {
      const victim = this.policy.endsWith('random') ? this.anyKey() : this.bestCandidate()
      if (victim === null) return 'none'
      victim.db.evict(victim.key)
      if (n % CHECK_EVERY === 0 && clock.monotonicUs() > end) return this.bytes <= this.limit ? 'ok' : 'more'
    }
    return 'ok'
  }

  /** A random slot among the keys the policy is about, or null when there is none. */
  private anySlot(): { db: Database; slot: number } | null {
    const { databases, random } = this.store
    const onlyVolatile = this.policy.startsWith('volatile')
    const sizeOf = (db: Database) => (onlyVolatile ? db.keyspace.deadlines.size : db.keyspace.size)
    let total = 0
    for (const db of databases) total += sizeOf(db)
    if (total === 0) return null
    let place = random.int(total)
    for (const db of databases) {
      const size = sizeOf(db)
      if (place < size) return { db, slot: onlyVolatile ? db.keyspace.deadlines.slotAt(place) : place }
      place -= size
    }
    return null
  }

  private anyKey(): { db: Database; key: string } | null {
    const found = this.anySlot()
    return found === null ? null : { db: found.db, key: found.db.keyspace.nameAt(found.slot) }
  }

  private bestCandidate(): Candidate | null {
    for (let i = 0; i < this.samples; i++) {
      const found = this.anySlot()
      if (found === null) return null
      this.consider(found.db, found.slot)
    }
    for (let best = this.pool.pop(); best !== undefined; best = this.pool.pop()) {
      // It may have been deleted or used since.
      const slot = best.db.keyspace.find(best.key)
      if (slot >= 0 && this.scoreOf(best.db, slot) >= best.score) return best
    }
    const any = this.anySlot()
    return any === null ? null : { db: any.db, key: any.db.keyspace.nameAt(any.slot), score: 0 }
  }

  private consider(db: Database, slot: number): void {
    const { pool } = this
    const key = db.keyspace.nameAt(slot)
    const score = this.scoreOf(db, slot)
    if (pool.length === POOL && score <= pool[0].score) return
    if (pool.some((other) => other.key === key && other.db === db)) return
    let at = 0
    while (at < pool.length && pool[at].score < score) at++
    pool.splice(at, 0, { db, key, score })
    if (pool.length > POOL) pool.shift()
  }

  private scoreOf(db: Database, slot: number): number {
    const { keyspace } = db
    if (this.policy === 'volatile-ttl') {
      const deadline = keyspace.deadlines.deadlineOf(slot)
      return deadline === -1 ? Number.NEGATIVE_INFINITY : -deadline
    }
    const access = keyspace.accessAt(slot)
    return this.store.lfu ? 255 - lfuCounter(this.store, access) : idleSeconds(this.store, access)
  }
}
