/** A sorted set: two sorted rows while it is small; a map of scores and a tree of ranks once it is not. */
import { DenseMap } from '../util/dense-map.ts'
import type { EncodingLimits } from './limits.ts'
import { after, entryOf, isAt, replaced, textAt } from './packed-row.ts'
import { type Before, ScoreTree } from './score-tree.ts'

export interface ScoreRange {
  readonly min: number
  readonly minExclusive: boolean
  readonly max: number
  readonly maxExclusive: boolean
}

/** A bound of a range of members; `-` is before all of them, `+` behind. */
export type LexBound = { readonly value: string; readonly exclusive: boolean } | '-' | '+'

export interface LexRange {
  readonly min: LexBound
  readonly max: LexBound
}

export interface Entry {
  readonly member: string
  readonly score: number
}

type Visit = (member: string, score: number) => void

/** Entries below the lower bound of a range of scores. */
function belowScore(range: ScoreRange): Before {
  const { min, minExclusive } = range
  return minExclusive ? (score) => score <= min : (score) => score < min
}

/** Entries below or within a range of scores. */
function throughScore(range: ScoreRange): Before {
  const { max, maxExclusive } = range
  return maxExclusive ? (score) => score < max : (score) => score <= max
}

function belowLex(bound: LexBound): Before {
  if (bound === '-') return () => false
  if (bound === '+') return () => true
  const { value, exclusive } = bound
  return exclusive ? (_score, member) => member <= value : (_score, member) => member < value
}

function throughLex(bound: LexBound): Before {
  if (bound === '-') return () => false
  if (bound === '+') return () => true
  const { value, exclusive } = bound
  return exclusive ? (_score, member) => member < value : (_score, member) => member <= value
}

export class SortedSet {
  /** The small form: a packed row, entries in order, a score of eight chars behind each member. Null once `tree` serves. */
  private row: string | null = ''
  /** Entries of the row. */
  private count = 0
  private scores: DenseMap<number> | null = null
  private tree: ScoreTree | null = null

  get kind(): 'zset' {
    return 'zset'
  }

  static fromPairs(members: readonly string[], scores: readonly number[], limits: EncodingLimits): SortedSet {
    const set = new SortedSet()
    for (let i = 0; i < members.length; i++) set.set(members[i], scores[i], limits)
    return set
  }

  get size(): number {
    return this.row !== null ? this.count : this.tree!.size
  }

  /** Chars of the packed row; null once a tree serves. */
  get packedLength(): number | null {
    return this.row === null ? null : this.row.length
  }

  encoding(): 'listpack' | 'skiplist' {
    return this.row !== null ? 'listpack' : 'skiplist'
  }

  score(member: string): number | undefined {
    if (this.row === null) return this.scores!.get(member)
    const at = findMember(this.row, member)
    return at < 0 ? undefined : scoreBehind(this.row, at)
  }

  /** Sets the score of a member, never NaN. */
  set(member: string, score: number, limits: EncodingLimits): 'added' | 'updated' | 'same' {
    if (this.row !== null) {
      const at = findMember(this.row, member)
      if (at >= 0) {
        if (scoreBehind(this.row, at) === score) return 'same'
        this.row = replaced(this.row, at, nextEntry(this.row, at), '')
        this.insertSmall(member, score)
        return 'updated'
      }
      if (this.count < limits.zsetMaxListpackEntries && member.length <= limits.zsetMaxListpackValue) {
        this.insertSmall(member, score)
        this.count++
        return 'added'
      }
      this.convert()
    }
    const old = this.scores!.get(member)
    if (old === score) return 'same'
    if (old !== undefined) this.tree!.remove(old, member)
    this.tree!.insert(score, member)
    this.scores!.set(member, score)
    return old === undefined ? 'added' : 'updated'
  }

  private insertSmall(member: string, score: number): void {
    const row = this.row!
    let at = 0
    while (at < row.length) {
      const there = scoreBehind(row, at)
      if (there > score || (there === score && textAt(row, at) > member)) break
      at = nextEntry(row, at)
    }
    // Redis's small form keeps whole scores as integers, which have no negative zero.
    this.row = replaced(row, at, at, entryOf(member) + encodeScore(score === 0 ? 0 : score))
  }

  private convert(): void {
    const members: string[] = []
    const scores: number[] = []
    this.forEach((member, score) => {
      members.push(member)
      scores.push(score)
    })
    this.scores = new DenseMap()
    for (let i = 0; i < members.length; i++) this.scores.set(members[i], scores[i])
    this.tree = ScoreTree.fromSorted(members, scores)
    this.row = null
  }

  delete(member: string): boolean {
    if (this.row !== null) {
      const at = findMember(this.row, member)
      if (at < 0) return false
      this.row = replaced(this.row, at, nextEntry(this.row, at), '')
      this.count--
      return true
    }
    const score = this.scores!.get(member)
    if (score === undefined) return false
    this.scores!.delete(member)
    this.tree!.remove(score, member)
    return true
  }

  /** The place of a member in ascending order, or -1. */
  rank(member: string): number {
    if (this.row !== null) {
      let rank = 0
      for (let at = 0; at < this.row.length; at = nextEntry(this.row, at)) {
        if (isAt(this.row, at, member)) return rank
        rank++
      }
      return -1
    }
    const score = this.scores!.get(member)
    if (score === undefined) return -1
    return this.tree!.countBefore((s, m) => s < score || (s === score && m < member))
  }

  /** The entry at a place, 0 <= rank < size. */
  entryAt(rank: number): Entry {
    if (this.row === null) return this.tree!.at(rank)
    const at = entryPlace(this.row, rank)
    return { member: textAt(this.row, at), score: scoreBehind(this.row, at) }
  }

  private countBefore(before: Before): number {
    if (this.row === null) return this.tree!.countBefore(before)
    let n = 0
    for (let at = 0; at < this.row.length; at = nextEntry(this.row, at)) {
      if (!before(scoreBehind(this.row, at), textAt(this.row, at))) break
      n++
    }
    return n
  }

  /** Visits places start..stop of the order asked for, both included, inside and not negative. */
  rangeByRank(start: number, stop: number, reverse: boolean, visit: Visit): void {
    if (reverse) this.visitRanks(this.size - 1 - stop, this.size - 1 - start, true, visit)
    else this.visitRanks(start, stop, false, visit)
  }

  /** Visits ascending ranks low..high, both included, in either direction. */
  private visitRanks(low: number, high: number, reverse: boolean, visit: Visit): void {
    const { row } = this
    if (row === null) return this.tree!.range(low, high, reverse, visit)
    const places: number[] = []
    let at = entryPlace(row, low)
    for (let i = low; i <= high; i++) {
      places.push(at)
      at = nextEntry(row, at)
    }
    if (reverse) places.reverse()
    for (const place of places) visit(textAt(row, place), scoreBehind(row, place))
  }

  private visitBetween(from: number, to: number, reverse: boolean, offset: number, count: number, visit: Visit): void {
    const n = count < 0 ? to - from - offset : Math.min(count, to - from - offset)
    if (n <= 0) return
    if (reverse) this.visitRanks(to - offset - n, to - offset - 1, true, visit)
    else this.visitRanks(from + offset, from + offset + n - 1, false, visit)
  }

  /** Visits entries with scores in a range, from the lowest or the highest; a negative count means all. */
  rangeByScore(range: ScoreRange, reverse: boolean, offset: number, count: number, visit: Visit): void {
    this.visitBetween(
      this.countBefore(belowScore(range)),
      this.countBefore(throughScore(range)),
      reverse,
      offset,
      count,
      visit,
    )
  }

  /** Visits members in a range of bytes; meaningful when all scores are equal. A negative count means all. */
  rangeByLex(range: LexRange, reverse: boolean, offset: number, count: number, visit: Visit): void {
    this.visitBetween(
      this.countBefore(belowLex(range.min)),
      this.countBefore(throughLex(range.max)),
      reverse,
      offset,
      count,
      visit,
    )
  }

  countByScore(range: ScoreRange): number {
    return Math.max(0, this.countBefore(throughScore(range)) - this.countBefore(belowScore(range)))
  }

  countByLex(range: LexRange): number {
    return Math.max(0, this.countBefore(throughLex(range.max)) - this.countBefore(belowLex(range.min)))
  }

  /** Removes places start..stop, both included and inside; returns how many. */
  removeRangeByRank(start: number, stop: number): number {
    if (stop < start) return 0
    if (this.row !== null) {
      const from = entryPlace(this.row, start)
      let to = from
      for (let i = start; i <= stop; i++) to = nextEntry(this.row, to)
      this.row = replaced(this.row, from, to, '')
      this.count -= stop - start + 1
    } else this.tree!.removeRange(start, stop, (member) => this.scores!.delete(member))
    return stop - start + 1
  }

  removeRangeByScore(range: ScoreRange): number {
    return this.removeRangeByRank(this.countBefore(belowScore(range)), this.countBefore(throughScore(range)) - 1)
  }

  removeRangeByLex(range: LexRange): number {
    return this.removeRangeByRank(this.countBefore(belowLex(range.min)), this.countBefore(throughLex(range.max)) - 1)
  }

  private popAt(rank: number): Entry | undefined {
    if (this.size === 0) return undefined
    const entry = this.entryAt(rank)
    this.removeRangeByRank(rank, rank)
    return entry
  }

  popMin(): Entry | undefined {
    return this.popAt(0)
  }

  popMax(): Entry | undefined {
    return this.popAt(this.size - 1)
  }

  /** Visits all entries in ascending order. */
  forEach(visit: Visit): void {
    this.visitRanks(0, this.size - 1, false, visit)
  }

  /** One step of ZSCAN; the small form is visited whole. */
  scan(cursor: number, count: number, visit: Visit): number {
    if (this.row === null) return this.scores!.scan(cursor, count, visit)
    this.forEach(visit)
    return 0
  }

  copy(): SortedSet {
    const set = new SortedSet()
    set.row = this.row
    set.count = this.count
    if (this.row !== null) return set
    set.tree = this.tree!.copy()
    set.scores = new DenseMap()
    this.forEach((member, score) => set.scores!.set(member, score))
    return set
  }
}

const SCORE = 8
const scratch = Buffer.allocUnsafeSlow(SCORE)
const float = new Float64Array(scratch.buffer, scratch.byteOffset, 1)

function encodeScore(score: number): string {
  float[0] = score
  return scratch.latin1Slice(0, SCORE)
}

/** The score of the entry at a place of a row. */
function scoreBehind(row: string, at: number): number {
  const from = after(row, at)
  for (let i = 0; i < SCORE; i++) scratch[i] = row.charCodeAt(from + i)
  return float[0]
}

function nextEntry(row: string, at: number): number {
  return after(row, at) + SCORE
}

function entryPlace(row: string, rank: number): number {
  let at = 0
  for (let i = 0; i < rank; i++) at = nextEntry(row, at)
  return at
}

function findMember(row: string, member: string): number {
  for (let at = 0; at < row.length; at = nextEntry(row, at)) if (isAt(row, at, member)) return at
  return -1
}
