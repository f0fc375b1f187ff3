/** Typed look-ups of a database. Each throws WRONGTYPE when the key holds another type. */
import { E } from '../resp/errors.ts'
import type { Bytes } from '../types/bytes.ts'
import type { Value } from '../types/value.ts'
import type { Database } from './database.ts'

export type StringValue = string | number | Bytes
type Container = Exclude<Value, string | number | Bytes>

/** Containers of one type: lists, hashes, sets, sorted sets, streams. */
export class TypedView<T extends Container> {
  private readonly db: Database
  private readonly kind: T['kind']
  private readonly create: () => T

  constructor(db: Database, kind: T['kind'], create: () => T) {
    this.db = db
    this.kind = kind
    this.create = create
  }

  private checked(slot: number): T {
    const value = this.db.keyspace.valueAt(slot)
    if (typeof value !== 'object' || value.kind !== this.kind) throw E.wrongType
    return value as T
  }

  /** For reading; undefined when there is no such key. */
  get(key: string): T | undefined {
    const slot = this.db.slotForRead(key)
    return slot < 0 ? undefined : this.checked(slot)
  }

  /** For changing in place; undefined when there is no such key. */
  edit(key: string): T | undefined {
    const slot = this.db.slotForWrite(key)
    return slot < 0 ? undefined : this.checked(slot)
  }

  /**
   * For changing in place; a new empty container when there is no such key. The new one joins the keyspace when
   * `db.changed(key, ...)` announces it, so a handler that changes nothing leaves nothing behind.
   */
  open(key: string): T {
    const slot = this.db.slotForWrite(key)
    if (slot >= 0) return this.checked(slot)
    const value = this.create()
    this.db.store.opened.push({ db: this.db, key, value })
    return value
  }
}

export class StringView {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  private checked(slot: number): StringValue {
    const value = this.db.keyspace.valueAt(slot)
    if (typeof value === 'object' && value.kind !== 'string') throw E.wrongType
    return value as StringValue
  }

  /** For reading, in whichever form it is kept; undefined when there is no such key. */
  get(key: string): StringValue | undefined {
    const slot = this.db.slotForRead(key)
    return slot < 0 ? undefined : this.checked(slot)
  }

  /** For changing: the current value; undefined when there is no such key. */
  edit(key: string): StringValue | undefined {
    const slot = this.db.slotForWrite(key)
    return slot < 0 ? undefined : this.checked(slot)
  }

  /** Replaces the value of a key that `edit` found or missed, keeping its deadline. */
  put(key: string, value: StringValue): void {
    this.db.set(key, value, true)
  }
}
