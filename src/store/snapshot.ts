/**
 * A point-in-time walk over the whole store while it goes on changing, without fork.
 *
 * Every key carries the number (epoch) of the last snapshot that has it. The walk visits slots downward in short
 * slices; a write to a key the walk has not reached first hands over the old value (`beforeWrite`). Keys added
 * meanwhile carry the current epoch and are passed over. Removal moves the last key into the gap: that key is either
 * already saved (its mark says so) or still below the walk. FLUSHALL gives a database a new table and leaves the old
 * one to the walk. So the sink sees exactly the state at the start, each key once, and memory grows only by what the
 * sink keeps.
 */
import type { Value } from '../types/value.ts'
import type { Keyspace } from './keyspace.ts'
import type { Store } from './store.ts'

/** One key of a snapshot. The value must be used at once: it may change after the call. */
export interface SnapshotEntry {
  db: number
  key: string
  value: Value
  /** Unix ms, or -1. */
  expireAt: number
  access: number
}

export interface DatabaseSizes {
  readonly db: number
  readonly keys: number
  /** Keys with a deadline. */
  readonly expires: number
  /** Hashes with fields that have a deadline. */
  readonly fieldExpires: number
}

const SLICE_US = 1500
const CHECK_EVERY = 16

export class Snapshot {
  /** Keys per database at the start, for progress and for the dump's size hints. */
  readonly sizes: readonly DatabaseSizes[]
  private readonly store: Store
  private readonly epoch: number
  private readonly keyspaces: readonly Keyspace[]
  private readonly sink: (entry: SnapshotEntry) => void
  private readonly entry: SnapshotEntry = { db: 0, key: '', value: '', expireAt: -1, access: 0 }
  private at: number
  private slot: number
  private finished = false

  /** Starts a snapshot; only one runs at a time. */
  constructor(store: Store, sink: (entry: SnapshotEntry) => void) {
    if (store.snapshot !== null) throw new Error('a snapshot is already running')
    this.store = store
    this.sink = sink
    this.epoch = store.nextEpoch()
    this.keyspaces = store.databases.map((db) => db.keyspace)
    this.sizes = this.keyspaces.flatMap((k, db) =>
      k.size > 0 ? [{ db, keys: k.size, expires: k.deadlines.size, fieldExpires: k.fieldDeadlines.size }] : [],
    )
    this.at = 0
    this.slot = this.keyspaces[0].size
    store.snapshot = this
  }

  /** Called by the store before a key changes or goes. */
  beforeWrite(keyspace: Keyspace, slot: number): void {
    if (keyspace.epochAt(slot) === this.epoch) return
    const db = this.keyspaces.indexOf(keyspace)
    if (db >= 0) this.save(keyspace, slot, db)
  }

  private save(keyspace: Keyspace, slot: number, db: number): void {
    keyspace.setEpoch(slot, this.epoch)
    const { entry } = this
    entry.db = db
    entry.key = keyspace.nameAt(slot)
    entry.value = keyspace.valueAt(slot)
    entry.expireAt = keyspace.deadlines.deadlineOf(slot)
    entry.access = keyspace.accessAt(slot)
    this.sink(entry)
  }

  /** Walks on for one slice; true when everything has been handed over. */
  advance(sliceUs = SLICE_US): boolean {
    const { clock } = this.store
    const end = clock.monotonicUs() + sliceUs
    let visited = 0
    while (this.at < this.keyspaces.length) {
      const keyspace = this.keyspaces[this.at]
      if (this.slot > keyspace.size) this.slot = keyspace.size
      while (this.slot > 0) {
        const slot = --this.slot
        if (keyspace.epochAt(slot) !== this.epoch) this.save(keyspace, slot, this.at)
        if (++visited % CHECK_EVERY === 0 && clock.monotonicUs() >= end) return false
      }
      this.at++
      if (this.at < this.keyspaces.length) this.slot = this.keyspaces[this.at].size
    }
    this.end()
    return true
  }

  /** Walks to the end at once (SAVE). */
  finish(): void {
    while (!this.advance(Number.POSITIVE_INFINITY)) {}
  }

  /** Ends the snapshot, whether complete or given up. */
  end(): void {
    if (this.finished) return
    this.finished = true
    if (this.store.snapshot === this) this.store.snapshot = null
  }
}
