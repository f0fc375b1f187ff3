/** A set: a row of sorted integers, a packed row of short members, or a dense map. */
import { DenseMap } from '../util/dense-map.ts'
import { parseInt64Exact } from '../util/numbers.ts'
import * as integers from './integer-row.ts'
import type { EncodingLimits } from './limits.ts'
import { after, entryOf, find, flat, placeOf, replaced, textAt, unpack } from './packed-row.ts'

type Form = 'integers' | 'row' | 'table'

export class MemberSet {
  private form: Form = 'integers'
  /** The members in the forms `integers` and `row`. */
  private row = ''
  /** Chars of an integer, in the form `integers`. */
  private width: integers.Width = 2
  /** Members in the form `row`. */
  private count = 0
  private table: DenseMap<null> | null = null

  get kind(): 'set' {
    return 'set'
  }

  static fromArray(members: readonly string[], limits: EncodingLimits): MemberSet {
    const set = new MemberSet()
    for (const member of members) set.add(member, limits)
    return set
  }

  get size(): number {
    if (this.form === 'integers') return this.row.length / this.width
    return this.form === 'row' ? this.count : this.table!.size
  }

  /** As Redis 7.0 tells it: it has no form of its own for few short members. */
  encoding(): 'intset' | 'hashtable' {
    return this.form === 'integers' ? 'intset' : 'hashtable'
  }

  /** Where an integer stands in the row, or -1 - where it would; NaN when it is none or needs a wider row. */
  private searchInteger(member: string): number {
    const n = parseInt64Exact(member)
    if (n === null || integers.widthOf(n) > this.width) return Number.NaN
    return integers.search(this.row, integers.encode(n, this.width))
  }

  has(member: string): boolean {
    if (this.form === 'integers') return this.searchInteger(member) >= 0
    return this.form === 'row' ? find(this.row, member) >= 0 : this.table!.has(member)
  }

  /** Adds a member; false when it is there. */
  add(member: string, limits: EncodingLimits): boolean {
    if (this.form === 'integers') {
      const n = parseInt64Exact(member)
      if (n !== null) return this.addInteger(n, limits)
      this.toRow(limits)
    }
    if (this.form === 'row') {
      if (find(this.row, member) >= 0) return false
      if (fitsRow(this.count + 1, member, limits)) {
        this.row = flat(this.row + entryOf(member))
        this.count++
        return true
      }
      this.toTable(unpack(this.row))
    }
    return this.table!.set(member, null)
  }

  private addInteger(n: number | bigint, limits: EncodingLimits): boolean {
    const width = integers.widthOf(n)
    if (width > this.width) {
      this.row = integers.widened(this.row, this.width, width)
      this.width = width
    }
    const key = integers.encode(n, this.width)
    const found = integers.search(this.row, key)
    if (found >= 0) return false
    const at = -1 - found
    this.row = replaced(this.row, at, at, key)
    if (this.size > limits.setMaxIntsetEntries) this.toTable(this.members())
    return true
  }

  /** Leaves the form `integers`, for the row if that may hold as many. */
  private toRow(limits: EncodingLimits): void {
    const members = this.members()
    if (!fitsRow(members.length + 1, '', limits)) return this.toTable(members)
    this.form = 'row'
    this.count = members.length
    this.row = flat(members.map(entryOf).join(''))
  }

  private toTable(members: readonly string[]): void {
    const table = new DenseMap<null>()
    for (const member of members) table.set(member, null)
    this.form = 'table'
    this.row = ''
    this.table = table
  }

  delete(member: string): boolean {
    if (this.form === 'integers') {
      const at = this.searchInteger(member)
      if (!(at >= 0)) return false
      this.row = replaced(this.row, at, at + this.width, '')
      return true
    }
    if (this.form === 'table') return this.table!.delete(member)
    const at = find(this.row, member)
    if (at < 0) return false
    this.row = replaced(this.row, at, after(this.row, at), '')
    this.count--
    return true
  }

  /** The member at a place, 0 <= i < size. */
  memberAt(i: number): string {
    if (this.form === 'integers') return integers.textAt(this.row, i * this.width, this.width)
    return this.form === 'row' ? textAt(this.row, placeOf(this.row, i)) : this.table!.keyAt(i)
  }

  private members(): readonly string[] {
    if (this.form === 'table') return this.table!.keys()
    if (this.form === 'row') return unpack(this.row)
    const members: string[] = []
    for (let at = 0; at < this.row.length; at += this.width) members.push(integers.textAt(this.row, at, this.width))
    return members
  }

  forEach(visit: (member: string) => void): void {
    const members = this.members()
    for (let i = 0; i < members.length; i++) visit(members[i])
  }

  /** One step of SSCAN; the small forms are visited whole. */
  scan(cursor: number, count: number, visit: (member: string) => void): number {
    if (this.form === 'table') return this.table!.scan(cursor, count, visit)
    this.forEach(visit)
    return 0
  }

  copy(): MemberSet {
    const set = new MemberSet()
    set.form = this.form
    set.row = this.row
    set.width = this.width
    set.count = this.count
    if (this.table !== null) set.toTable(this.table.keys())
    return set
  }
}

function fitsRow(count: number, member: string, limits: EncodingLimits): boolean {
  return count <= limits.setMaxListpackEntries && member.length <= limits.setMaxListpackValue
}
