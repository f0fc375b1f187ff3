/** What the sorted-set commands share: bounds of ranges, replies with scores, pops. */
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import type { LexRange, ScoreRange, SortedSet } from '../../types/sorted-set.ts'
import { parseDoubleLenient } from '../../util/numbers.ts'

/** `1.5`, `(1.5`, `-inf`: a bound of a range of scores. */
function scoreBound(text: string): { value: number; exclusive: boolean } {
  const exclusive = text.charCodeAt(0) === 40
  const value = parseDoubleLenient(exclusive ? text.slice(1) : text)
  if (value !== value) throw E.minMaxNotFloat
  return { value, exclusive }
}

export function scoreRange(min: string, max: string): ScoreRange {
  const low = scoreBound(min)
  const high = scoreBound(max)
  return { min: low.value, minExclusive: low.exclusive, max: high.value, maxExclusive: high.exclusive }
}

/** `[a`, `(a`, `-`, `+`: a bound of a range of members. */
function lexBound(text: string): { value: string; exclusive: boolean } | '-' | '+' {
  if (text === '-' || text === '+') return text
  const first = text.charCodeAt(0)
  if (first !== 40 && first !== 91) throw E.minMaxNotString
  return { value: text.slice(1), exclusive: first === 40 }
}

export function lexRange(min: string, max: string): LexRange {
  return { min: lexBound(min), max: lexBound(max) }
}

/** Members with or without scores; RESP3 pairs are arrays of two. */
export function replyEntries(c: Context, members: readonly string[], scores: readonly number[] | null): void {
  const { reply } = c
  if (scores === null) {
    reply.array(members.length)
    for (const member of members) reply.bulk(member)
    return
  }
  const nested = reply.protocol === 3
  reply.array(nested ? members.length : members.length * 2)
  for (let i = 0; i < members.length; i++) {
    if (nested) reply.array(2)
    reply.bulk(members[i])
    reply.double(scores[i])
  }
}

export type Side = 'min' | 'max'

/** Takes up to count entries off one side. */
export function popEntries(set: SortedSet, side: Side, count: number): { members: string[]; scores: number[] } {
  const members: string[] = []
  const scores: number[] = []
  for (let i = 0; i < count; i++) {
    const entry = side === 'min' ? set.popMin() : set.popMax()
    if (entry === undefined) break
    members.push(entry.member)
    scores.push(entry.score)
  }
  return { members, scores }
}

/** ZPOPMIN and ZPOPMAX. */
export function popSome(c: Context, key: string, count: number | null, side: Side): void {
  const set = c.db.sortedSets.edit(key)
  if (set === undefined) return c.reply.array(0)
  const { members, scores } = popEntries(set, side, count ?? 1)
  if (members.length > 0) c.db.changed(key, side === 'min' ? 'zpopmin' : 'zpopmax', members.length)
  if (count !== null) return replyEntries(c, members, scores)
  c.reply.array(2)
  c.reply.bulk(members[0])
  c.reply.double(scores[0])
}

/** BZPOPMIN and BZPOPMAX. */
export function blockingPop(c: Context, keys: readonly string[], timeoutMs: number, side: Side): void {
  const tryKey = (key: string): boolean => {
    const set = c.db.sortedSets.edit(key)
    if (set === undefined) return false
    const { members, scores } = popEntries(set, side, 1)
    c.propagate.as(side === 'min' ? 'ZPOPMIN' : 'ZPOPMAX', key)
    c.db.changed(key, side === 'min' ? 'zpopmin' : 'zpopmax')
    c.reply.array(3)
    c.reply.bulk(key)
    c.reply.bulk(members[0])
    c.reply.double(scores[0])
    return true
  }
  for (const key of keys) if (tryKey(key)) return
  c.block({ keys, timeoutMs, retry: (key) => retrySortedSet(c, key, tryKey), timedOut: () => c.reply.nullArray() })
}

/** A waiter is only served by a sorted set; a key of another type leaves it waiting. */
export function retrySortedSet(c: Context, key: string, tryKey: (key: string) => boolean): boolean {
  const value = c.db.peek(key)
  return typeof value === 'object' && value.kind === 'zset' && tryKey(key)
}

export const SIDES = { MIN: 'min', MAX: 'max' } as const

/** ZMPOP: up to count entries off one sorted set, with its name. False when it is empty. */
export function popMultiple(c: Context, key: string, side: Side, count: number): boolean {
  const set = c.db.sortedSets.edit(key)
  if (set === undefined) return false
  const { members, scores } = popEntries(set, side, count)
  c.propagate.as(side === 'min' ? 'ZPOPMIN' : 'ZPOPMAX', key, String(members.length))
  c.db.changed(key, side === 'min' ? 'zpopmin' : 'zpopmax', members.length)
  const { reply } = c
  reply.array(2)
  reply.bulk(key)
  reply.array(members.length)
  for (let i = 0; i < members.length; i++) {
    reply.array(2)
    reply.bulk(members[i])
    reply.double(scores[i])
  }
  return true
}
