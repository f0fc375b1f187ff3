/** A sorted set: two sorted rows while it is small; a map of scores and a tree of ranks once it is not. */
import { DenseMap } from '../util/dense-map.ts'
import type { EncodingLimits } from './limits.ts'
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
  readonly kind = 'zset' as const
  /** The small form: entries in order. Null once `scores` and `tree` serve. */
  private small: { members: string[]; scores: number[] } | null = { members: [], scores: [] }
  private scores: DenseMap<number> | null = null
  private tree: ScoreTree | null = null

  static fromPairs(members: readonly string[], scores: readonly number[], limits: EncodingLimits): SortedSet {
    const set = new SortedSet()
    for (let i = 0; i < members.length; i++) set.set(members[i], scores[i], limits)
    return set
  }

  get size(): number {
    return this.small !== null ? this.small.members.length : this.tree!.size
  }

  encoding(): 'listpack' | 'skiplist' {
    return this.small !== null ? 'listpack' : 'skiplist'
  }

  score(member: string): number | undefined {
    if (this.small === null) return this.scores!.get(member)
    const i = this.small.members.indexOf(member)
    return i < 0 ? undefined : this.small.scores[i]
  }

  /** Sets the score of a member, never NaN. */
  set(member: string, score: number, limits: EncodingLimits): 'added' | 'updated' | 'same' {
    if (this.small !== null) {
      const { members, scores } = this.small
      const i = members.indexOf(member)
      if (i >= 0) {
        if (scores[i] === score) return 'same'
        members.splice(i, 1)
        scores.splice(i, 1)
        this.insertSmall(member, score)
        return 'updated'
      }
      if (members.length < limits.zsetMaxListpackEntries && member.length <= limits.zsetMaxListpackValue) {
        this.insertSmall(member, score)
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
    const { members, scores } = this.small!
    let low = 0
    let high = members.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (scores[middle] < score || (scores[middle] === score && members[middle] < member)) low = middle + 1
      else high = middle
    }
    members.splice(low, 0, member)
    // Redis's small form keeps whole scores as integers, which have no negative zero.
    scores.splice(low, 0, score === 0 ? 0 : score)
  }

  private convert(): void {
    const { members, scores } = this.small!
    this.scores = new DenseMap()
    for (let i = 0; i < members.length; i++) this.scores.set(members[i], scores[i])
    this.tree = ScoreTree.fromSorted(members, scores)
    this.small = null
  }

  delete(member: string): boolean {
    if (this.small !== null) {
      const i = this.small.members.indexOf(member)
      if (i < 0) return false
      this.small.members.splice(i, 1)
      this.small.scores.splice(i, 1)
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
    if (this.small !== null) return this.small.members.indexOf(member)
    const score = this.scores!.get(member)
    if (score === undefined) return -1
    return this.tree!.countBefore((s, m) => s < score || (s === score && m < member))
  }

  /** The entry at a place, 0 <= rank < size. */
  entryAt(rank: number): Entry {
    if (this.small === null) return this.tree!.at(rank)
    return { member: this.small.members[rank], score: this.small.scores[rank] }
  }

  private countBefore(before: Before): number {
    if (this.small === null) return this.tree!.countBefore(before)
    const { members, scores } = this.small
    let i = 0
    while (i < members.length && before(scores[i], members[i])) i++
    return i
  }

  /** Visits places start..stop of the order asked for, both included, inside and not negative. */
  rangeByRank(start: number, stop: number, reverse: boolean, visit: Visit): void {
    if (reverse) this.visitRanks(this.size - 1 - stop, this.size - 1 - start, true, visit)
    else this.visitRanks(start, stop, false, visit)
  }

  /** Visits ascending ranks low..high, both included, in either direction. */
  private visitRanks(low: number, high: number, reverse: boolean, visit: Visit): void {
    if (this.small === null) return this.tree!.range(low, high, reverse, visit)
    const { members, scores } = this.small
    if (reverse) for (let i = high; i >= low; i--) visit(members[i], scores[i])
    else for (let i = low; i <= high; i++) visit(members[i], scores[i])
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
    if (this.small !== null) {
      this.small.members.splice(start, stop - start + 1)
      this.small.scores.splice(start, stop - start + 1)
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
    if (this.small === null) return this.scores!.scan(cursor, count, visit)
    this.forEach(visit)
    return 0
  }

  copy(): SortedSet {
    const set = new SortedSet()
    if (this.small !== null) {
      set.small = { members: this.small.members.slice(), scores: this.small.scores.slice() }
      return set
    }
    set.small = null
    set.tree = this.tree!.copy()
    set.scores = new DenseMap()
    this.forEach((member, score) => set.scores!.set(member, score))
    return set
  }
}
