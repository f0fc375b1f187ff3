/** A hash: a flat row of fields and values while it is small, a dense map once it is not. It never goes back. */
import { DenseMap } from '../util/dense-map.ts'
import type { EncodingLimits } from './limits.ts'

export class Hash {
  readonly kind = 'hash' as const
  /** Fields and values in turn, in order of arrival; null once `table` serves. */
  private row: string[] | null = []
  private table: DenseMap<string> | null = null

  static fromPairs(fields: readonly string[], values: readonly string[], limits: EncodingLimits): Hash {
    const hash = new Hash()
    for (let i = 0; i < fields.length; i++) hash.set(fields[i], values[i], limits)
    return hash
  }

  get size(): number {
    return this.row !== null ? this.row.length / 2 : this.table!.size
  }

  encoding(): 'listpack' | 'hashtable' {
    return this.row !== null ? 'listpack' : 'hashtable'
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

  /** Sets a field; true when it is new. */
  set(field: string, value: string, limits: EncodingLimits): boolean {
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

  copy(): Hash {
    const hash = new Hash()
    if (this.row !== null) hash.row = this.row.slice()
    else {
      hash.row = null
      hash.table = new DenseMap()
      this.forEach((field, value) => hash.table!.set(field, value))
    }
    return hash
  }
}
