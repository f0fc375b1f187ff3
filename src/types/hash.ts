/**
 * A hash: a flat row of fields and values while it is small, a dense map once it is not. It never goes back.
 *
 * Fields may have deadlines. What is done about one that has passed is the store's: it removes due fields
 * (`takeDue`), or only puts them out of sight (`hideDue`, `showHidden`). All other methods but those named `...Stored`
 * know only the fields in sight.
 */
import { DenseMap } from '../util/dense-map.ts'
import { FieldDeadlines } from './field-deadlines.ts'
import type { EncodingLimits } from './limits.ts'

/** The latest time a field may expire, in Unix ms: Redis keeps 46 bits. */
export const LAST_FIELD_DEADLINE = 2 ** 46 - 1

export class Hash {
  readonly kind = 'hash' as const
  /** Fields and values in turn, in order of arrival; null once `table` serves. */
  private row: string[] | null = []
  private table: DenseMap<string> | null = null
  /** Null until a field first gets a deadline. */
  private deadlines: FieldDeadlines | null = null

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
    return this.row !== null ? this.row.length / 2 : this.table!.size
  }

  encoding(): 'listpack' | 'listpackex' | 'hashtable' {
    if (this.row === null) return 'hashtable'
    return this.deadlines === null ? 'listpack' : 'listpackex'
  }

  private find(field: string): number {
    const row = this.row!
    for (let i = 0; i < row.length; i += 2) if (row[i] === field) return i
    return -1
  }

  get(field: string): string | undefined {
    if (this.row === null) return this.table!.get(field)
    const i = this.find(field)
    return i < 0 ? undefined : this.row[i + 1]
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
    if (this.row === null) return this.table!.set(field, value)
    const max = limits.hashMaxListpackValue
    if (field.length > max || value.length > max) {
      this.convert()
      return this.table!.set(field, value)
    }
    const i = this.find(field)
    if (i >= 0) {
      this.row[i + 1] = value
      return false
    }
    this.row.push(field, value)
    if (this.row.length > limits.hashMaxListpackEntries * 2) this.convert()
    return true
  }

  private convert(): void {
    const table = new DenseMap<string>()
    const row = this.row!
    for (let i = 0; i < row.length; i += 2) table.set(row[i], row[i + 1])
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
    const i = this.find(field)
    if (i < 0) return false
    this.row.splice(i, 2)
    return true
  }

  /** The field at a place, 0 <= i < size. */
  fieldAt(i: number): string {
    return this.row !== null ? this.row[i * 2] : this.table!.keyAt(i)
  }

  /** The value at a place, 0 <= i < size. */
  valueAt(i: number): string {
    return this.row !== null ? this.row[i * 2 + 1] : this.table!.valueAt(i)
  }

  forEach(visit: (field: string, value: string) => void): void {
    const { size } = this
    for (let i = 0; i < size; i++) visit(this.fieldAt(i), this.valueAt(i))
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
    if (this.row !== null) hash.row = this.row.slice()
    else {
      hash.row = null
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
      if (this.row !== null) this.row.push(field, value)
      else this.table!.set(field, value)
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
