/** ZUNION, ZINTER, ZDIFF and their STORE forms, over sorted sets and plain sets (whose members score 1). */
import { E, type ReplyError } from '../../resp/errors.ts'
import { choice, custom, flag, int, many, named, numkeys } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { MemberSet } from '../../types/member-set.ts'
import { SortedSet } from '../../types/sorted-set.ts'
import { parseDouble, parseInteger } from '../../util/numbers.ts'

export type Operation = 'union' | 'inter' | 'diff'

export interface CombineRequest {
  keys: readonly string[]
  weights: readonly number[] | null
  aggregate: 'sum' | 'min' | 'max'
  withScores: boolean
}

/** `numkeys key [key ...]` and the options, to the end of the request. */
export const combineArgument = (operation: Operation, store: boolean, noKeys: ReplyError) => {
  const weighted = [
    named('WEIGHTS', many(int('weight'))),
    named('AGGREGATE', choice('aggregate', { sum: 'SUM', min: 'MIN', max: 'MAX' })),
  ]
  return custom('numkeys', {
    like: [numkeys('RO access'), ...(operation === 'diff' ? [] : weighted), ...(store ? [] : [flag('WITHSCORES')])],
    min: 2,
    read(argv, from): { value: CombineRequest; next: number } {
      const n = parseInteger(argv[from])
      if (n !== n) throw E.notInteger
      if (n < 1) throw noKeys
      if (n > argv.length - from - 1) throw E.syntax
      const request: CombineRequest = {
        keys: argv.slice(from + 1, from + 1 + n),
        weights: null,
        aggregate: 'sum',
        withScores: false,
      }
      for (let i = from + 1 + n; i < argv.length; ) {
        const word = argv[i].toUpperCase()
        const left = argv.length - i - 1
        if (operation !== 'diff' && word === 'WEIGHTS' && left >= n) {
          request.weights = argv.slice(i + 1, i + 1 + n).map((text) => {
            const weight = parseDouble(text)
            if (weight !== weight) throw E.weightNotFloat
            return weight
          })
          i += n + 1
        } else if (operation !== 'diff' && word === 'AGGREGATE' && left >= 1) {
          const how = argv[i + 1].toLowerCase()
          if (how !== 'sum' && how !== 'min' && how !== 'max') throw E.syntax
          request.aggregate = how
          i += 2
        } else if (!store && word === 'WITHSCORES') {
          request.withScores = true
          i++
        } else throw E.syntax
      }
      return { value: request, next: argv.length }
    },
  })
}

type Source = SortedSet | MemberSet | undefined

function sourceOf(c: Context, key: string): Source {
  const value = c.db.get(key)
  if (value === undefined || value instanceof SortedSet || value instanceof MemberSet) return value
  throw E.wrongType
}

function eachEntry(source: Source, visit: (member: string, score: number) => void): void {
  if (source instanceof MemberSet) source.forEach((member) => visit(member, 1))
  else source?.forEach(visit)
}

function scoreIn(source: Exclude<Source, undefined>, member: string): number | undefined {
  if (source instanceof SortedSet) return source.score(member)
  return source.has(member) ? 1 : undefined
}

/** A weight times a score; infinity times zero counts as zero. */
function weigh(score: number, weight: number): number {
  const value = score * weight
  return value !== value ? 0 : value
}

function aggregated(a: number, b: number, how: CombineRequest['aggregate']): number {
  if (how === 'min') return Math.min(a, b)
  if (how === 'max') return Math.max(a, b)
  const sum = a + b
  // Infinities of opposite sign meet at zero.
  return sum !== sum ? 0 : sum
}

/** The result as members and scores, in order of score and bytes. */
export function combine(c: Context, operation: Operation, request: CombineRequest): SortedSet {
  const { keys, weights, aggregate } = request
  const sources = keys.map((key, i) => ({ source: sourceOf(c, key), weight: weights?.[i] ?? 1 }))
  const result = new SortedSet()
  const { limits } = c.store
  if (operation === 'union') {
    const scores = new Map<string, number>()
    for (const { source, weight } of sources) {
      eachEntry(source, (member, score) => {
        const old = scores.get(member)
        const value = weigh(score, weight)
        scores.set(member, old === undefined ? value : aggregated(old, value, aggregate))
      })
    }
    for (const [member, score] of scores) result.set(member, score, limits)
  } else if (operation === 'inter') {
    if (sources.some(({ source }) => source === undefined)) return result
    const ordered = [...sources].sort((a, b) => a.source!.size - b.source!.size)
    eachEntry(ordered[0].source, (member, score) => {
      let value = weigh(score, ordered[0].weight)
      for (let i = 1; i < ordered.length; i++) {
        const other = scoreIn(ordered[i].source!, member)
        if (other === undefined) return
        value = aggregated(value, weigh(other, ordered[i].weight), aggregate)
      }
      result.set(member, value, limits)
    })
  } else {
    const [first, ...others] = sources
    eachEntry(first.source, (member, score) => {
      if (!others.some(({ source }) => source !== undefined && scoreIn(source, member) !== undefined)) {
        result.set(member, score, limits)
      }
    })
  }
  return result
}

export function replyCombined(c: Context, operation: Operation, request: CombineRequest): void {
  const result = combine(c, operation, request)
  const { reply } = c
  const nested = request.withScores && reply.protocol === 3
  reply.array(request.withScores && !nested ? result.size * 2 : result.size)
  result.forEach((member, score) => {
    if (nested) reply.array(2)
    reply.bulk(member)
    if (request.withScores) reply.double(score)
  })
}

export function storeCombined(c: Context, operation: Operation, destination: string, request: CombineRequest): void {
  const { db, reply } = c
  const result = combine(c, operation, request)
  if (result.size === 0) {
    if (db.delete(destination)) db.changed(destination, 'del')
    return reply.int(0)
  }
  db.set(destination, result)
  db.changed(destination, `z${operation}store`)
  reply.int(result.size)
}
