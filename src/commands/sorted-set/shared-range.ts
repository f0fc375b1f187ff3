/** ZRANGE in all its forms, and its older names. */
import { E } from '../../resp/errors.ts'
import { type AnyArg, bytes, custom, flag, int, named, oneOf, shown } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { SortedSet } from '../../types/sorted-set.ts'
import { parseInt64Exact } from '../../util/numbers.ts'
import { clampRange } from '../generic/shared-range.ts'
import { lexRange, replyEntries, scoreRange } from './shared.ts'

export interface RangeRequest {
  by: 'rank' | 'score' | 'lex'
  reverse: boolean
  first: string
  last: string
  withScores: boolean
  limit: { offset: number; count: number } | null
}

interface Fixed {
  /** What the command's name already says; ZRANGE says nothing. */
  readonly by?: RangeRequest['by']
  readonly reverse?: boolean
  readonly store?: boolean
}

/** The options as documentation shows them. */
export const withScores = flag('WITHSCORES')
export const limitWords = named('LIMIT', int('offset'), int('count'))
export const sortBy = oneOf('sortby', { byscore: 'BYSCORE', bylex: 'BYLEX' })
export const scoreBound = (name: string) => shown(bytes(name), { type: 'double' })

/** `first last` and the options that this form of the command takes, to the end of the request. */
export const rangeArgument = (like: readonly AnyArg[], fixed: Fixed) =>
  custom('range', {
    like,
    min: 2,
    read(argv, from): { value: RangeRequest; next: number } {
      const request: RangeRequest = {
        by: fixed.by ?? 'rank',
        reverse: fixed.reverse ?? false,
        first: argv[from],
        last: argv[from + 1],
        withScores: false,
        limit: null,
      }
      const free = fixed.by === undefined
      for (let i = from + 2; i < argv.length; i++) {
        const word = argv[i].toUpperCase()
        if (word === 'WITHSCORES' && fixed.store !== true) request.withScores = true
        else if (word === 'LIMIT' && i + 2 < argv.length) {
          const offset = parseInt64Exact(argv[i + 1])
          const count = parseInt64Exact(argv[i + 2])
          if (offset === null || count === null) throw E.notInteger
          request.limit = { offset: Number(offset), count: Number(count) }
          i += 2
        } else if (free && word === 'REV' && !request.reverse) request.reverse = true
        else if (free && word === 'BYSCORE' && request.by === 'rank') request.by = 'score'
        else if (free && word === 'BYLEX' && request.by === 'rank') request.by = 'lex'
        else throw E.syntax
      }
      if (request.limit !== null && request.limit.count !== -1 && request.by === 'rank') throw E.limitNotWithRank
      if (request.withScores && request.by === 'lex') throw E.withScoresNotWithLex
      return { value: request, next: argv.length }
    },
  })

interface Found {
  members: string[]
  scores: number[]
}

/** Reads the bounds (which may throw) and gives a function that finds the entries of a set. */
function finder(request: RangeRequest): (set: SortedSet) => Found {
  const { by, reverse, limit } = request
  const offset = limit?.offset ?? 0
  const count = limit?.count ?? -1
  // By score and by member the greater bound comes first when the order is reversed.
  const [low, high] = reverse ? [request.last, request.first] : [request.first, request.last]
  const gather = (walk: (visit: (member: string, score: number) => void) => void): Found => {
    const found: Found = { members: [], scores: [] }
    walk((member, score) => {
      found.members.push(member)
      found.scores.push(score)
    })
    return found
  }
  const nothing = { members: [], scores: [] }
  if (by === 'score') {
    const range = scoreRange(low, high)
    return (set) => (offset < 0 ? nothing : gather((visit) => set.rangeByScore(range, reverse, offset, count, visit)))
  }
  if (by === 'lex') {
    const range = lexRange(low, high)
    return (set) => (offset < 0 ? nothing : gather((visit) => set.rangeByLex(range, reverse, offset, count, visit)))
  }
  const first = parseInt64Exact(request.first)
  const last = parseInt64Exact(request.last)
  if (first === null || last === null) throw E.notInteger
  return (set) => {
    const range = clampRange(first, last, set.size)
    return range === null ? nothing : gather((visit) => set.rangeByRank(range.start, range.stop, reverse, visit))
  }
}

export function replyRange(c: Context, key: string, request: RangeRequest): void {
  const find = finder(request)
  const set = c.db.sortedSets.get(key)
  if (set === undefined) return c.reply.array(0)
  const { members, scores } = find(set)
  replyEntries(c, members, request.withScores ? scores : null)
}

/** ZRANGESTORE: an empty result deletes the destination. */
export function storeRange(c: Context, destination: string, source: string, request: RangeRequest): void {
  const find = finder(request)
  const set = c.db.sortedSets.get(source)
  const found = set === undefined ? { members: [], scores: [] } : find(set)
  storeEntries(c, destination, found, 'zrangestore')
}

/** Replaces a key by the given entries, or deletes it when there are none; replies how many. */
export function storeEntries(c: Context, destination: string, found: Found, event: string): void {
  const { db, reply } = c
  const { members, scores } = found
  if (members.length === 0) {
    if (db.delete(destination)) db.changed(destination, 'del')
    return reply.int(0)
  }
  const result = new SortedSet()
  for (let i = 0; i < members.length; i++) result.set(members[i], scores[i], c.store.limits)
  db.set(destination, result)
  db.changed(destination, event)
  reply.int(members.length)
}
