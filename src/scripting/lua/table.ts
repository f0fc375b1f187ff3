import { LuaError } from './errors.ts'
import type { LuaValue } from './values.ts'

const NO_ITEMS: LuaValue[] = [undefined]
const NO_KEYS: LuaValue[] = []
const NO_VALUES: LuaValue[] = []

/** Up to this many keys are found by comparing, which is faster than hashing and needs no Map. */
const SMALL = 8

/** What one Map can hold. */
const MAX_HASH_KEYS = 16_777_216
const MAX_ITEMS = 1 << 27

/**
 * A table: items 1..n in an array, everything else as rows of key and value in order of insertion, with a Map from key
 * to row once there are more than a few.
 *
 * Setting nil empties a row but leaves it, so that a traversal may clear the fields it meets; rows are thrown out when
 * the table next grows.
 */
export class LuaTable {
  metatable: LuaTable | undefined = undefined
  /** Writes from Lua fail, raw ones too. The host can still use `put`. */
  readonly = false
  /** Item i at index i; index 0 is never used. */
  items: LuaValue[]
  keys: LuaValue[]
  values: LuaValue[]
  private rows: Map<LuaValue, number> | undefined = undefined
  /** Rows at which the hash part is looked over before it grows. */
  private room: number
  /** The largest index that was ever cut off the end of `items`. */
  private cut = 0

  /** The arrays become the table's own; `keys` must be distinct, neither nil nor NaN nor 1. */
  constructor(items: LuaValue[] = NO_ITEMS, keys: LuaValue[] = NO_KEYS, values: LuaValue[] = NO_VALUES) {
    this.items = items
    this.keys = keys
    this.values = values
    this.room = SMALL
    if (keys.length > SMALL) this.rehash()
  }

  static fromList(list: readonly LuaValue[]): LuaTable {
    return list.length === 0 ? new LuaTable() : new LuaTable([undefined, ...list])
  }

  /** The value under a key, without metatables. */
  get(key: LuaValue): LuaValue {
    if (typeof key === 'number') {
      const value = this.items[key]
      if (value !== undefined || this.keys.length === 0) return value
    }
    return this.getField(key)
  }

  /** As `get`, for a key that is not a number. */
  getField(key: LuaValue): LuaValue {
    const rows = this.rows
    if (rows !== undefined) {
      const row = rows.get(key)
      return row === undefined ? undefined : this.values[row]
    }
    const keys = this.keys
    for (let row = 0; row < keys.length; row++) if (keys[row] === key) return this.values[row]
    return undefined
  }

  /** Sets a key from Lua code, without metatables. Throws LuaError for nil, NaN, and read-only tables. */
  set(key: LuaValue, value: LuaValue): void {
    if (this.readonly) throw new LuaError('Attempt to modify a readonly table')
    this.put(key, value)
  }

  /** As `set`, even where the table is read-only. */
  put(key: LuaValue, value: LuaValue): void {
    if (typeof key === 'number') {
      const items = this.items
      if (key > 0 && key <= items.length && key === Math.floor(key)) {
        if (key < items.length) {
          items[key] = value
          if (value === undefined && key === items.length - 1) {
            items.pop()
            if (key > this.cut) this.cut = key
          }
        } else if (value !== undefined) this.push(value)
        return
      }
      if (key !== key) throw new LuaError('table index is NaN')
    } else if (key === undefined) throw new LuaError('table index is nil')
    const row = this.rowOf(key)
    if (row >= 0) this.values[row] = value
    else if (value !== undefined) this.addRow(key, value)
  }

  /** A border: n where item n is there and item n + 1 is not, or 0. */
  get length(): number {
    const items = this.items
    let high = items.length - 1
    if (high <= 0 || items[high] !== undefined) return high
    let low = 0
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (items[middle] === undefined) high = middle
      else low = middle
    }
    return low
  }

  /**
   * The position after `key` in the order of traversal: items, then rows; `undefined` starts. -1 at the end. Give it to
   * `keyAt` and `valueAt`. Throws LuaError when the key was never there.
   */
  after(key: LuaValue): number {
    let position = 0
    if (key !== undefined) {
      const { items } = this
      if (typeof key === 'number' && key >= 1 && key < items.length && key === Math.floor(key)) position = key
      else {
        const row = this.rowOf(key)
        if (row >= 0) position = items.length + row
        else if (typeof key === 'number' && key >= 1 && key <= this.cut && key === Math.floor(key)) {
          position = items.length - 1
        } else throw new LuaError("invalid key to 'next'")
      }
    }
    return this.nextPosition(position)
  }

  /** The next filled position after a position, 0 being before the first; -1 at the end. */
  nextPosition(position: number): number {
    const { items, values } = this
    for (position++; position < items.length; position++) if (items[position] !== undefined) return position
    for (let row = position - items.length; row < values.length; row++) {
      if (values[row] !== undefined) return items.length + row
    }
    return -1
  }

  keyAt(position: number): LuaValue {
    return position < this.items.length ? position : this.keys[position - this.items.length]
  }

  valueAt(position: number): LuaValue {
    return position < this.items.length ? this.items[position] : this.values[position - this.items.length]
  }

  /** The pairs in order of traversal. The table must not get new keys meanwhile. */
  *entries(): Generator<[LuaValue, LuaValue]> {
    for (let at = this.nextPosition(0); at >= 0; at = this.nextPosition(at)) yield [this.keyAt(at), this.valueAt(at)]
  }

  /** Adds an item at the end of the array part, and whatever of the rest now follows it. */
  push(value: LuaValue): void {
    if (this.items === NO_ITEMS) this.items = [undefined, value]
    else {
      if (this.items.length > MAX_ITEMS) throw new LuaError('table overflow')
      this.items.push(value)
    }
    if (this.keys.length > 0) this.gather()
  }

  private gather(): void {
    const { items, values } = this
    for (;;) {
      const row = this.rowOf(items.length)
      if (row < 0 || values[row] === undefined) return
      items.push(values[row])
      values[row] = undefined
    }
  }

  /** The row of a key that is not an item, empty or not; -1 where there is none. */
  rowOf(key: LuaValue): number {
    if (this.rows !== undefined) return this.rows.get(key) ?? -1
    const keys = this.keys
    for (let row = 0; row < keys.length; row++) if (keys[row] === key) return row
    return -1
  }

  private addRow(key: LuaValue, value: LuaValue): void {
    if (this.keys === NO_KEYS) {
      this.keys = [key]
      this.values = [value]
      return
    }
    if (this.keys.length >= this.room) this.rehash()
    this.rows?.set(key, this.keys.length)
    this.keys.push(key)
    this.values.push(value)
  }

  private rehash(): void {
    const keys: LuaValue[] = []
    const values: LuaValue[] = []
    for (let row = 0; row < this.keys.length; row++) {
      if (this.values[row] === undefined) continue
      keys.push(this.keys[row])
      values.push(this.values[row])
    }
    if (keys.length >= MAX_HASH_KEYS - 1) throw new LuaError('table overflow')
    this.keys = keys
    this.values = values
    this.room = Math.min(Math.max(SMALL, keys.length * 2), MAX_HASH_KEYS - 1)
    this.rows = undefined
    if (keys.length < SMALL) return
    const rows = new Map<LuaValue, number>()
    for (let row = 0; row < keys.length; row++) rows.set(keys[row], row)
    this.rows = rows
  }
}
