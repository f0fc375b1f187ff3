/**
 * One logical database: what handlers call. Keys past their deadline are handled here, so no handler ever sees one.
 *
 * The order in a handler is parse, check, change, announce, reply; the announcement is `changed(key, event)`.
 */
import { Hash } from '../types/hash.ts'
import { List } from '../types/list.ts'
import { MemberSet } from '../types/member-set.ts'
import { SortedSet } from '../types/sorted-set.ts'
import { Stream } from '../types/stream.ts'
import type { Value } from '../types/value.ts'
import { accessNow } from './access.ts'
import { Keyspace } from './keyspace.ts'
import type { Store } from './store.ts'
import { StringView, TypedView } from './views.ts'

/** How many due fields of a hash are removed in one go. */
const FIELDS_AT_ONCE = 256

export class Database {
  readonly store: Store
  readonly index: number
  keyspace = new Keyspace()
  /** The key that `set` gave a string or number last, until it is announced. */
  private plainKey: string | null = null
  readonly strings: StringView
  readonly lists: TypedView<List>
  readonly hashes: TypedView<Hash>
  readonly sets: TypedView<MemberSet>
  readonly sortedSets: TypedView<SortedSet>
  readonly streams: TypedView<Stream>

  constructor(store: Store, index: number) {
    this.store = store
    this.index = index
    this.strings = new StringView(this)
    this.lists = new TypedView(this, 'list', () => new List())
    this.hashes = new TypedView(this, 'hash', () => new Hash())
    this.sets = new TypedView(this, 'set', () => new MemberSet())
    this.sortedSets = new TypedView(this, 'zset', () => new SortedSet())
    this.streams = new TypedView(this, 'stream', () => new Stream())
  }

  /** Keys, those past their deadline but not yet removed included. */
  get size(): number {
    return this.keyspace.size
  }

  /** The slot of a key that lives, or -1. Neither counts a hit nor touches the access time. */
  slotOf(key: string): number {
    const keyspace = this.keyspace
    const slot = keyspace.find(key)
    if (slot < 0) return slot
    if (keyspace.deadlines.size > 0) {
      const deadline = keyspace.deadlines.deadlineOf(slot)
      if (deadline !== -1 && deadline <= this.store.now && this.store.expiryMode !== 'ignore') {
        return this.expired(key, slot)
      }
    }
    return keyspace.fieldDeadlines.size > 0 ? this.withoutDueFields(key, slot) : slot
  }

  private expired(key: string, slot: number): number {
    const store = this.store
    if (store.expiryMode === 'remove' && !store.expiryHeld) this.expireSlot(key, slot)
    return -1
  }

  /** Removes a key for want of room, and tells so. */
  evict(key: string): void {
    const slot = this.keyspace.find(key)
    if (slot < 0) return
    this.removeSlot(slot)
    this.store.stats.evicted++
    this.store.observer.keyEvicted(this, key)
  }

  /** Removes a key whose time has come, and tells so. */
  expireSlot(key: string, slot: number): void {
    const store = this.store
    this.removeSlot(slot)
    store.stats.expired++
    store.observer.keyExpired(this, key)
  }

  /** Removes, hides or shows the due fields of a key, if it is a hash that has any; -1 when no field is left. */
  private withoutDueFields(key: string, slot: number): number {
    const { store, keyspace } = this
    let nearest = keyspace.fieldDeadlines.deadlineOf(slot)
    if (nearest === -1 || nearest > store.now) return slot
    if (store.expiryMode === 'remove' && !store.expiryHeld) {
      while (nearest !== -1 && nearest <= store.now) {
        if (!this.expireFields(key, slot)) return -1
        nearest = keyspace.fieldDeadlines.deadlineOf(slot)
      }
      return slot
    }
    const hash = keyspace.valueAt(slot) as Hash
    if (store.expiryMode === 'ignore') hash.showHidden()
    else hash.hideDue(store.now)
    return hash.size > 0 ? slot : -1
  }

  /** Removes some of the due fields of the hash in a slot, and tells so; false when the key went with the last one. */
  expireFields(key: string, slot: number): boolean {
    const { store, keyspace } = this
    if (store.snapshot !== null) store.snapshot.beforeWrite(keyspace, slot)
    const hash = keyspace.valueAt(slot) as Hash
    const fields = hash.takeDue(store.now, FIELDS_AT_ONCE)
    const left = hash.size > 0
    if (left) keyspace.noteFields(slot)
    else this.removeSlot(slot)
    store.stats.expiredFields += fields.length
    store.observer.fieldsExpired(this, key, fields)
    if (!left && store.observing) store.observer.keyChanged(this, key, 'del')
    return left
  }

  /** The slot of a key about to be read: counts hit or miss and touches the access time. */
  slotForRead(key: string): number {
    const slot = this.slotOf(key)
    const store = this.store
    if (slot < 0) {
      store.stats.misses++
      if (store.observing) store.observer.keyMissed(this, key)
    } else {
      store.stats.hits++
      if (store.touching) this.touchSlot(slot)
    }
    return slot
  }

  /** The slot of a key about to be changed: a running snapshot takes its old value first. */
  slotForWrite(key: string): number {
    const slot = this.slotOf(key)
    if (slot >= 0) {
      if (this.store.snapshot !== null) this.store.snapshot.beforeWrite(this.keyspace, slot)
      if (this.store.touching) this.touchSlot(slot)
    } else if (this.store.expiryMode === 'hide' || this.store.expiryHeld) this.dropHidden(key)
    return slot
  }

  /** A replica that takes writes of its own must not have a second key beside one that is hidden. */
  private dropHidden(key: string): void {
    const slot = this.keyspace.find(key)
    if (slot >= 0) this.removeSlot(slot)
  }

  private touchSlot(slot: number): void {
    this.keyspace.setAccess(slot, accessNow(this.store, this.keyspace.accessAt(slot)))
  }

  /** Does the key exist? Counts as a read. */
  has(key: string): boolean {
    return this.slotForRead(key) >= 0
  }

  /** The value of a key of any type: counts hit or miss but leaves the access time alone. */
  lookAt(key: string): Value | undefined {
    const slot = this.slotOf(key)
    if (slot >= 0) {
      this.store.stats.hits++
      return this.keyspace.valueAt(slot)
    }
    this.store.stats.misses++
    if (this.store.observing) this.store.observer.keyMissed(this, key)
    return undefined
  }

  /** Does the key exist? Leaves statistics and access time alone. */
  peekHas(key: string): boolean {
    return this.slotOf(key) >= 0
  }

  /** The value of a key of any type, as a read. */
  get(key: string): Value | undefined {
    const slot = this.slotForRead(key)
    return slot < 0 ? undefined : this.keyspace.valueAt(slot)
  }

  /** The value of a key of any type; leaves statistics and access time alone. */
  peek(key: string): Value | undefined {
    const slot = this.slotOf(key)
    return slot < 0 ? undefined : this.keyspace.valueAt(slot)
  }

  /** Sets or replaces a value of any type. The key's time to live goes, unless `keepTtl`. */
  set(key: string, value: Value, keepTtl = false): void {
    this.plainKey = typeof value === 'object' ? null : key
    const slot = this.slotForWrite(key)
    if (slot < 0) this.insert(key, value)
    else {
      this.keyspace.setValue(slot, value)
      if (!keepTtl && this.keyspace.deadlines.size > 0) this.keyspace.deadlines.remove(slot)
      this.armForFields(slot)
    }
  }

  /** Adds a key that is known not to be there. */
  insert(key: string, value: Value): number {
    const slot = this.keyspace.insert(key, value, this.store.epoch)
    this.keyspace.setAccess(slot, accessNow(this.store, -1))
    this.armForFields(slot)
    if (this.store.observing) this.store.observer.keyChanged(this, key, 'new')
    return slot
  }

  private armForFields(slot: number): void {
    const { fieldDeadlines } = this.keyspace
    if (fieldDeadlines.size === 0) return
    const nearest = fieldDeadlines.deadlineOf(slot)
    if (nearest !== -1) this.store.expiry.deadlineAdded(nearest)
  }

  /** Removes a key; true when it was there. The caller announces it (`changed(key, 'del')`). */
  delete(key: string): boolean {
    const slot = this.slotOf(key)
    if (slot < 0) return false
    this.removeSlot(slot)
    return true
  }

  private removeSlot(slot: number): void {
    this.plainKey = null
    if (this.store.snapshot !== null) this.store.snapshot.beforeWrite(this.keyspace, slot)
    this.keyspace.remove(slot)
  }

  /** Deadline of a living key in Unix ms; -1 without one; -2 when there is no such key. */
  expireAt(key: string): number {
    const slot = this.slotOf(key)
    return slot < 0 ? -2 : this.keyspace.deadlines.deadlineOf(slot)
  }

  /** Gives a living key a deadline in Unix ms; false when there is no such key. */
  setExpireAt(key: string, unixMs: number): boolean {
    const slot = this.slotForWrite(key)
    if (slot < 0) return false
    this.keyspace.deadlines.set(slot, unixMs)
    this.store.expiry.deadlineAdded(unixMs)
    return true
  }

  /** Takes a key's deadline away; false when it had none. */
  persist(key: string): boolean {
    const slot = this.slotForWrite(key)
    if (slot < 0 || this.keyspace.deadlines.deadlineOf(slot) === -1) return false
    this.keyspace.deadlines.remove(slot)
    return true
  }

  /**
   * Announces a change. To be called once a change is complete and before the reply: counts it for saving and
   * propagation, tells watchers, notifications, tracking and blocked clients, puts a container that `open` made into
   * the keyspace, and removes one that became empty.
   */
  changed(key: string, event: string, changes = 1): void {
    const store = this.store
    if (store.opened.length > 0) this.attachOpened(key)
    store.dirty += changes
    if (store.observing) store.observer.keyChanged(this, key, event)
    // What was just set to a plain value cannot have become empty: the look-up is saved.
    if (key === this.plainKey) {
      this.plainKey = null
      return
    }
    const slot = this.keyspace.find(key)
    if (slot < 0) return
    const value = this.keyspace.valueAt(slot)
    if (typeof value !== 'object') return
    if (this.keyspace.isMeasured) this.keyspace.measure(slot)
    if (isEmptied(value)) {
      this.removeSlot(slot)
      if (store.observing) store.observer.keyChanged(this, key, 'del')
    } else if (value.kind === 'hash' && (value.expiringFields > 0 || this.keyspace.fieldDeadlines.size > 0)) {
      this.keyspace.noteFields(slot)
      this.armForFields(slot)
    }
  }

  /** Tells of an event that is no change of its own (SET with EX also tells `expire`). */
  notify(key: string, event: string): void {
    if (this.store.observing) this.store.observer.keyEvent(this, key, event)
  }

  /** Is the key in a slot past its deadline, for this store's way with such keys? Changes nothing. */
  isPastDeadline(slot: number): boolean {
    const { keyspace, store } = this
    if (store.expiryMode === 'ignore') return false
    const deadline = keyspace.deadlines.deadlineOf(slot)
    if (deadline !== -1 && deadline <= store.now) return true
    if (keyspace.fieldDeadlines.size === 0) return false
    const nearest = keyspace.fieldDeadlines.deadlineOf(slot)
    return nearest !== -1 && nearest <= store.now && (keyspace.valueAt(slot) as Hash).isAllDue(store.now)
  }

  private attachOpened(key: string): void {
    const { opened } = this.store
    for (let i = 0; i < opened.length; i++) {
      const { db, key: openedKey, value } = opened[i]
      if (db !== this || openedKey !== key) continue
      opened.splice(i, 1)
      this.insert(key, value)
      return
    }
  }

  /** Removes every key, and returns how many there were. A running snapshot keeps the old table. */
  flush(): number {
    const { size } = this.keyspace
    this.store.observer.databaseReplaced(this, null)
    if (size > 0) {
      const { isMeasured } = this.keyspace
      this.keyspace = new Keyspace()
      if (isMeasured) this.keyspace.setMeasured(true)
    }
    return size
  }

  /** Mean time to live in ms of the keys that have one, estimated from a sample; 0 when none has. */
  averageTtl(): number {
    const { deadlines } = this.keyspace
    const n = Math.min(deadlines.size, 64)
    let sum = 0
    for (let i = 0; i < n; i++) sum += Math.max(0, deadlines.deadlineAt(i) - this.store.now)
    return n === 0 ? 0 : Math.round(sum / n)
  }

  /** A random living key, or undefined. */
  randomKey(): string | undefined {
    const { store } = this
    // A replica may hold only expired keys it must not remove: give up after many of them.
    for (let tries = 0; this.keyspace.size > 0; tries++) {
      const key = this.keyspace.nameAt(store.random.int(this.keyspace.size))
      if (this.slotOf(key) >= 0 || tries === 100) return key
    }
    return undefined
  }

  /** Visits about `count` keys from `cursor` (0 starts) and returns the next cursor; 0 ends. See `Keyspace`. */
  scan(cursor: number, count: number, visit: (key: string, value: Value) => void): number {
    const { keyspace } = this
    let slot = cursor === 0 || cursor > keyspace.size ? keyspace.size : cursor
    const stop = Math.max(0, slot - count)
    while (slot > stop) {
      slot--
      visit(keyspace.nameAt(slot), keyspace.valueAt(slot))
    }
    return slot
  }
}

function isEmptied(value: Exclude<Value, string | number>): boolean {
  switch (value.kind) {
    case 'list':
      return value.length === 0
    case 'hash':
      return value.storedSize === 0
    case 'set':
    case 'zset':
      return value.size === 0
    default:
      return false
  }
}
