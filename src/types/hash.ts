/**
 * A hash: a packed row of fields and values in turn while it is small, a dense map once it is not. It never goes back.
 *
 * Fields may have deadlines. What is done about one that has passed is the store's: it removes due fields
 * (`takeDue`), or only puts them out of sight (`hideDue`, `showHidden`). All other methods but those named `...Stored`
 * know only the fields in sight.
 */
import { DenseMap } from '../util/dense-map.ts'
import { FieldDeadlines } from './field-deadlines.ts'
import type { EncodingLimits } from './limits.ts'
import { after, entryOf, flat, isAt, replaced, textAt } from './packed-row.ts'

/** The latest time a field may expire, in Unix ms: Redis keeps 46 bits. */
export const LAST_FIELD_DEADLINE = 2 ** 46 - 1

/** A change to a row costs its length, so from this many chars on a table serves, whatever the limits allow. */
const MAX_ROW = 4096

export class Hash {
  /** Fields and values in turn, in order of arrival; null once `table` serves. */
  private row: string | null = ''
  /** Fields in the row. */
  private count = 0
  private table: DenseMap<string> | null = null
  /** Has been within the limits of a listpack ever since. */
  private isSmall = true
  /** Null until a field first gets a deadline. */
  private deadlines: FieldDeadlines | null = null

  get kind(): 'hash' {
    return 'hash'
  }

  /** `expiries`, if given, has a Unix time in ms per field, 0 for none. */
  static fromPairs(
    fields: readonly string[],
    values: readonly string[],
    limits: EncodingLimits,
    expiries: readonly number[] | null = null,
  ): Hash {
    const hash = new Hash()
    for (let i = 0; i < fields.length; i++) {
      hash.set(fields[i], values[i], limits)
      if (expiries !== null && expiries[i] > 0) hash.setDeadline(fields[i], expiries[i])
    }
    return hash
  }

  get size(): number {
    return this.row !== null ? this.count : this.table!.size
  }

  /** Chars of the packed row; null once a table serves. */
  get packedLength(): number | null {
    return this.row === null ? null : this.row.length
  }

  encoding(): 'listpack' | 'listpackex' | 'hashtable' {
    if (!this.isSmall) return 'hashtable'
    return this.deadlines === null ? 'listpack' : 'listpackex'
  }

  /** The place of a field in the row, or -1. */
  private find(field: string): number {
    const row = this.row!
    for (let at = 0; at < row.length; at = after(row, after(row, at))) if (isAt(row, at, field)) return at
    return -1
  }

  get(field: string): string | undefined {
    if (this.row === null) return this.table!.get(field)
    const at = this.find(field)
    return at < 0 ? undefined : textAt(this.row, after(this.row, at))
  }

  has(field: string): boolean {
    return this.row === null ? this.table!.has(field) : this.find(field) >= 0
  }

  /** Sets a field, which then has no deadline; true when it is new. */
  set(field: string, value: string, limits: EncodingLimits): boolean {
    if (this.deadlines !== null && !this.deadlines.delete(field)) this.deadlines.dropAside(field)
    return this.put(field, value, limits)
  }

  /** Sets a field but leaves it its deadline; true when it is new. */
  update(field: string, value: string, limits: EncodingLimits): boolean {
    this.deadlines?.dropAside(field)
    return this.put(field, value, limits)
  }

  private put(field: string, value: string, limits: EncodingLimits): boolean {
    const isNew = this.putAnywhere(field, value, limits)
    if (isNew && this.isSmall && this.size > limits.hashMaxListpackEntries) this.leaveRow()
    return isNew
  }

  private putAnywhere(field: string, value: string, limits: EncodingLimits): boolean {
    const max = limits.hashMaxListpackValue
    if (this.isSmall && (field.length > max || value.length > max)) this.leaveRow()
    if (this.row === null) return this.table!.set(field, value)
    const { row } = this
    const at = this.find(field)
    if (at >= 0) {
      const from = after(row, at)
      this.row = replaced(row, from, after(row, from), entryOf(value))
    } else {
      this.row = flat(row + entryOf(field) + entryOf(value))
      this.count++
    }
    if (this.row.length > MAX_ROW) this.toTable()
    return at < 0
  }

  /** Past the limits of a listpack. */
  private leaveRow(): void {
    this.isSmall = false
    if (this.row !== null) this.toTable()
  }

  private toTable(): void {
    const table = new DenseMap<string>()
    this.forEach((field, value) => table.set(field, value))
    this.row = null
    this.table = table
  }

  delete(field: string): boolean {
    if (!this.remove(field)) return false
    this.deadlines?.delete(field)
    return true
  }

  private remove(field: string): boolean {
    if (this.row === null) return this.table!.delete(field)
    const at = this.find(field)
    if (at < 0) return false
    this.row = replaced(this.row, at, after(this.row, after(this.row, at)), '')
    this.count--
    return true
  }

  /** The place of a field in the row by its number. */
  private placeAt(i: number): number {
    const row = this.row!
    let at = 0
    for (let n = 0; n < i; n++) at = after(row, after(row, at))
    return at
  }

  /** The field at a place, 0 <= i < size. */
  fieldAt(i: number): string {
    return this.row !== null ? textAt(this.row, this.placeAt(i)) : this.table!.keyAt(i)
  }

  /** The value at a place, 0 <= i < size. */
  valueAt(i: number): string {
    return this.row !== null ? textAt(this.row, after(this.row, this.placeAt(i))) : this.table!.valueAt(i)
  }

  forEach(visit: (field: string, value: string) => void): void {
    const { row } = this
    if (row === null) {
      const table = this.table!
      for (let i = 0; i < table.size; i++) visit(table.keyAt(i), table.valueAt(i))
      return
    }
    for (let at = 0; at < row.length; ) {
      const valueAt = after(row, at)
      visit(textAt(row, at), textAt(row, valueAt))
      at = after(row, valueAt)
    }
  }

  /** One step of HSCAN; the small form is visited whole. */
  scan(cursor: number, count: number, visit: (field: string, value: string) => void): number {
    if (this.row === null) return this.table!.scan(cursor, count, visit)
    this.forEach(visit)
    return 0
  }

  /** A copy of the fields in sight. */
  copy(): Hash {
    const hash = new Hash()
    hash.row = this.row
    hash.count = this.count
    hash.isSmall = this.isSmall
    if (this.table !== null) {
      hash.table = new DenseMap()
      this.forEach((field, value) => hash.table!.set(field, value))
    }
    hash.deadlines = this.deadlines === null ? null : this.deadlines.copy()
    return hash
  }

  // ---- deadlines

  /** The deadline of a field in Unix ms; -1 when it has none. */
  deadlineOf(field: string): number {
    return this.deadlines === null ? -1 : this.deadlines.deadlineOf(field)
  }

  /** Gives a field that is there a deadline, 1 .. LAST_FIELD_DEADLINE. */
  setDeadline(field: string, unixMs: number): void {
    this.deadlines ??= new FieldDeadlines()
    this.deadlines.set(field, unixMs)
  }

  /** Takes the deadline of a field away; false when it had none. */
  persist(field: string): boolean {
    return this.deadlines?.delete(field) ?? false
  }

  /** Fields with a deadline, hidden ones included. */
  get expiringFields(): number {
    return this.deadlines === null ? 0 : this.deadlines.size
  }

  /** The nearest deadline of a field, hidden ones included; Infinity when no field has one. */
  get nearestDeadline(): number {
    return this.deadlines === null ? Number.POSITIVE_INFINITY : this.deadlines.nearest()
  }

  /** Removes up to `most` fields whose deadline is `now` or earlier, hidden ones too, and returns their names. */
  takeDue(now: number, most: number): string[] {
    const taken: string[] = []
    const { deadlines } = this
    if (deadlines === null) return taken
    this.showHidden()
    while (taken.length < most) {
      const field = deadlines.dueField(now)
      if (field === undefined) break
      this.delete(field)
      taken.push(field)
    }
    return taken
  }

  /** Hides the fields whose deadline is `now` or earlier. */
  hideDue(now: number): void {
    const { deadlines } = this
    if (deadlines === null) return
    for (let field = deadlines.dueField(now); field !== undefined; field = deadlines.dueField(now)) {
      deadlines.putAside(field, this.get(field)!)
      this.remove(field)
    }
  }

  /** Brings hidden fields back into sight. */
  showHidden(): void {
    this.deadlines?.takeBack((field, value) => {
      if (this.row === null) this.table!.set(field, value)
      else {
        this.row = flat(this.row + entryOf(field) + entryOf(value))
        this.count++
      }
    })
  }

  /** Would no field be left in sight at `now`? */
  isAllDue(now: number): boolean {
    const { storedSize } = this
    return this.expiringFields === storedSize && this.deadlines!.countDue(now, storedSize) === storedSize
  }

  /** All fields, hidden ones included. */
  get storedSize(): number {
    return this.deadlines === null ? this.size : this.size + this.deadlines.asideSize
  }

  /** Visits all fields, hidden ones included, with their deadlines (-1: none). */
  forEachStored(visit: (field: string, value: string, deadline: number) => void): void {
    this.forEach((field, value) => visit(field, value, this.deadlineOf(field)))
    this.deadlines?.forEachAside(visit)
  }
}
