/** A set: sorted integers or a dense map. */
import { DenseMap } from '../util/dense-map.ts'
import { parseInt64 } from '../util/numbers.ts'
import type { EncodingLimits } from './limits.ts'

export class MemberSet {
  readonly kind = 'set' as const
  /** Members that are all integers, in order of value; null once `table` serves. */
  private integers: string[] | null = []
  private table: DenseMap<null> | null = null

  static fromArray(members: readonly string[], limits: EncodingLimits): MemberSet {
    const set = new MemberSet()
    for (const member of members) set.add(member, limits)
    return set
  }

  get size(): number {
    return this.integers !== null ? this.integers.length : this.table!.size
  }

  encoding(): 'intset' | 'hashtable' {
    return this.integers !== null ? 'intset' : 'hashtable'
  }

  /** Where an integer stands, or where it would: -1 - place. */
  private search(member: string): number {
    const row = this.integers!
    let low = 0
    let high = row.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const order = compareIntegers(row[middle], member)
      if (order === 0) return middle
      if (order < 0) low = middle + 1
      else high = middle - 1
    }
    return -1 - low
  }

  has(member: string): boolean {
    if (this.integers === null) return this.table!.has(member)
    return parseInt64(member) !== null && this.search(member) >= 0
  }

  /** Adds a member; false when it is there. */
  add(member: string, limits: EncodingLimits): boolean {
    if (this.integers !== null) {
      if (parseInt64(member) !== null) {
        const place = this.search(member)
        if (place >= 0) return false
        this.integers.splice(-1 - place, 0, member)
        if (this.integers.length > limits.setMaxIntsetEntries) this.convert()
        return true
      }
      this.convert()
    }
    return this.table!.set(member, null)
  }

  private convert(): void {
    const table = new DenseMap<null>()
    for (const member of this.integers!) table.set(member, null)
    this.integers = null
    this.table = table
  }

  delete(member: string): boolean {
    if (this.integers === null) return this.table!.delete(member)
    if (parseInt64(member) === null) return false
    const place = this.search(member)
    if (place < 0) return false
    this.integers.splice(place, 1)
    return true
  }

  /** The member at a place, 0 <= i < size. */
  memberAt(i: number): string {
    return this.integers !== null ? this.integers[i] : this.table!.keyAt(i)
  }

  forEach(visit: (member: string) => void): void {
    const members = this.integers ?? this.table!.keys()
    for (let i = 0; i < members.length; i++) visit(members[i])
  }

  /** One step of SSCAN; the small form is visited whole. */
  scan(cursor: number, count: number, visit: (member: string) => void): number {
    if (this.integers === null) return this.table!.scan(cursor, count, visit)
    this.forEach(visit)
    return 0
  }

  copy(): MemberSet {
    const set = new MemberSet()
    if (this.integers !== null) set.integers = this.integers.slice()
    else {
      set.integers = null
      set.table = new DenseMap()
      this.forEach((member) => set.table!.set(member, null))
    }
    return set
  }
}

/** Compares two canonical integers by value. */
function compareIntegers(a: string, b: string): number {
  const negative = a.charCodeAt(0) === 45
  if (negative !== (b.charCodeAt(0) === 45)) return negative ? -1 : 1
  const order = a.length !== b.length ? a.length - b.length : a < b ? -1 : a > b ? 1 : 0
  return negative ? -order : order
}
