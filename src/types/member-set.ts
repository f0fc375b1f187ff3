/** A set: a row of sorted integers, a packed row of short members, or a dense map. */
import { DenseMap } from '../util/dense-map.ts'
import { parseInt64Exact } from '../util/numbers.ts'
import * as integers from './integer-row.ts'
import type { EncodingLimits } from './limits.ts'
import { after, entryOf, find, flat, placeOf, replaced, textAt, unpack } from './packed-row.ts'

export class MemberSet {
  /** The row of integers or of members, or all members once they are many. One field for all forms: sets are small. */
  private held: string | DenseMap<null> = ''
  /** Chars of an integer in the row; 0 once the members are no integers or too many. */
  private width: integers.Width | 0 = 2
  /** Members in the packed row. */
  private count = 0

  get kind(): 'set' {
    return 'set'
  }

  static fromArray(members: readonly string[], limits: EncodingLimits): MemberSet {
    const set = new MemberSet()
    for (const member of members) set.add(member, limits)
    return set
  }

  get size(): number {
    const { held } = this
    if (typeof held !== 'string') return held.size
    return this.width === 0 ? this.count : held.length / this.width
  }

  /** Chars of the packed row; null once a table serves. */
  get packedLength(): number | null {
    return typeof this.held === 'string' ? this.held.length : null
  }

  /** As Redis 7.0 tells it: it has no form of its own for few short members. */
  encoding(): 'intset' | 'hashtable' {
    return this.width === 0 ? 'hashtable' : 'intset'
  }

  /** Where an integer stands in the row, or -1 - where it would; NaN when it is none or needs a wider row. */
  private searchInteger(row: string, width: integers.Width, member: string): number {
    const n = parseInt64Exact(member)
    if (n === null || integers.widthOf(n) > width) return Number.NaN
    return integers.search(row, integers.encode(n, width))
  }

  has(member: string): boolean {
    const { held, width } = this
    if (typeof held !== 'string') return held.has(member)
    return width === 0 ? find(held, member) >= 0 : this.searchInteger(held, width, member) >= 0
  }

  /** Adds a member; false when it is there. */
  add(member: string, limits: EncodingLimits): boolean {
    if (this.width !== 0) {
      const n = parseInt64Exact(member)
      if (n !== null) return this.addInteger(this.held as string, this.width, n, limits)
      this.leaveIntegers(limits)
    }
    const { held } = this
    if (typeof held !== 'string') return held.set(member, null)
    if (find(held, member) >= 0) return false
    if (fitsRow(this.count + 1, member, limits)) {
      this.held = flat(held + entryOf(member))
      this.count++
      return true
    }
    return this.toTable(unpack(held)).set(member, null)
  }

  private addInteger(row: string, width: integers.Width, n: number | bigint, limits: EncodingLimits): boolean {
    const needed = integers.widthOf(n)
    if (needed > width) {
      row = integers.widened(row, width, needed)
      this.width = width = needed
    }
    const key = integers.encode(n, width)
    const found = integers.search(row, key)
    if (found < 0) row = replaced(row, -1 - found, -1 - found, key)
    this.held = row
    if (row.length / width > limits.setMaxIntsetEntries) this.toTable(this.members())
    return found < 0
  }

  /** Turns integers into members of any kind, in a row if that may hold as many. */
  private leaveIntegers(limits: EncodingLimits): void {
    const members = this.members()
    this.width = 0
    if (fitsRow(members.length + 1, '', limits)) {
      this.held = flat(members.map(entryOf).join(''))
      this.count = members.length
    } else this.toTable(members)
  }

  private toTable(members: readonly string[]): DenseMap<null> {
    const table = new DenseMap<null>()
    for (const member of members) table.set(member, null)
    this.width = 0
    this.held = table
    return table
  }

  delete(member: string): boolean {
    const { held, width } = this
    if (typeof held !== 'string') return held.delete(member)
    if (width !== 0) {
      const at = this.searchInteger(held, width, member)
      if (!(at >= 0)) return false
      this.held = replaced(held, at, at + width, '')
      return true
    }
    const at = find(held, member)
    if (at < 0) return false
    this.held = replaced(held, at, after(held, at), '')
    this.count--
    return true
  }

  /** The member at a place, 0 <= i < size. */
  memberAt(i: number): string {
    const { held, width } = this
    if (typeof held !== 'string') return held.keyAt(i)
    return width === 0 ? textAt(held, placeOf(held, i)) : integers.textAt(held, i * width, width)
  }

  private members(): readonly string[] {
    const { held, width } = this
    if (typeof held !== 'string') return held.keys()
    if (width === 0) return unpack(held)
    const members: string[] = []
    for (let at = 0; at < held.length; at += width) members.push(integers.textAt(held, at, width))
    return members
  }

  forEach(visit: (member: string) => void): void {
    const members = this.members()
    for (let i = 0; i < members.length; i++) visit(members[i])
  }

  /** One step of SSCAN; the small forms are visited whole. */
  scan(cursor: number, count: number, visit: (member: string) => void): number {
    if (typeof this.held !== 'string') return this.held.scan(cursor, count, visit)
    this.forEach(visit)
    return 0
  }

  copy(): MemberSet {
    const set = new MemberSet()
    set.width = this.width
    set.count = this.count
    if (typeof this.held === 'string') set.held = this.held
    else set.toTable(this.held.keys())
    return set
  }
}

function fitsRow(count: number, member: string, limits: EncodingLimits): boolean {
  return count <= limits.setMaxListpackEntries && member.length <= limits.setMaxListpackValue
}
