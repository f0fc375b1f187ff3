/** ZUNION, ZINTER, ZDIFF and their STORE forms, over sorted sets and plain sets (whose members score 1). */
import { E, type ReplyError } from '../../resp/errors.ts'
import { choice, custom, flag, int, many, named, numkeys } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import type { EncodingLimits } from '../../types/limits.ts'
import { MemberSet } from '../../types/member-set.ts'
import { SortedSet } from '../../types/sorted-set.ts'
import { parseClamped, parseDouble } from '../../util/numbers.ts'

export type Operation = 'union' | 'inter' | 'diff'

/** The options are words still: they are looked at only when all keys are known to hold sets. */
export interface CombineRequest {
  readonly keys: readonly string[]
  readonly words: readonly string[]
}

interface CombineOptions {
  weights: readonly number[] | null
  aggregate: 'sum' | 'min' | 'max'
  withScores: boolean
  limit: number
}

/** What a form of the command takes besides keys. */
export type Takes = 'scores' | 'nothing' | 'limit'

/** `numkeys key [key ...]` and the options, to the end of the request. */
export const combineArgument = (operation: Operation, takes: Takes, noKeys: ReplyError) => {
  const weighted = [
    named('WEIGHTS', many(int('weight'))),
    named('AGGREGATE', choice('aggregate', { sum: 'SUM', min: 'MIN', max: 'MAX' })),
  ]
  return custom('numkeys', {
    like: [
      numkeys('RO access'),
      ...(operation === 'diff' || takes === 'limit' ? [] : weighted),
      ...(takes === 'scores' ? [flag('WITHSCORES')] : takes === 'limit' ? [named('LIMIT', int('limit'))] : []),
    ],
    min: 2,
    read(argv, from): { value: CombineRequest; next: number } {
      const n = parseClamped(argv[from])
      if (n !== n) throw E.notInteger
      if (n < 1) throw noKeys
      if (n > argv.length - from - 1) throw E.syntax
      return { value: { keys: argv.slice(from + 1, from + 1 + n), words: argv.slice(from + 1 + n) }, next: argv.length }
    },
  })
}

function readOptions(operation: Operation, takes: Takes, { keys, words }: CombineRequest): CombineOptions {
  const options: CombineOptions = { weights: null, aggregate: 'sum', withScores: false, limit: 0 }
  const weighted = operation !== 'diff' && takes !== 'limit'
  for (let i = 0; i < words.length; ) {
    const word = words[i].toUpperCase()
    const left = words.length - i - 1
    if (weighted && word === 'WEIGHTS' && left >= keys.length) {
      options.weights = words.slice(i + 1, i + 1 + keys.length).map((text) => {
        const weight = parseDouble(text)
        if (weight !== weight) throw E.weightNotFloat
        return weight
      })
      i += keys.length + 1
    } else if (weighted && word === 'AGGREGATE' && left >= 1) {
      const how = words[i + 1].toLowerCase()
      if (how !== 'sum' && how !== 'min' && how !== 'max') throw E.syntax
      options.aggregate = how
      i += 2
    } else if (takes === 'scores' && word === 'WITHSCORES') {
      options.withScores = true
      i++
    } else if (takes === 'limit' && word === 'LIMIT' && left >= 1) {
      options.limit = parseClamped(words[i + 1])
      if (options.limit !== options.limit || options.limit < 0) throw E.limitNegative
      i += 2
    } else throw E.syntax
  }
  return options
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

function aggregated(a: number, b: number, how: CombineOptions['aggregate']): number {
  if (how === 'min') return b < a ? b : a
  if (how === 'max') return b > a ? b : a
  const sum = a + b
  // Infinities of opposite sign meet at zero.
  return sum !== sum ? 0 : sum
}

/** The result as members and scores, in order of score and bytes. */
export function combine(
  c: Context,
  operation: Operation,
  takes: Takes,
  request: CombineRequest,
): { result: SortedSet; options: CombineOptions } {
  const found = request.keys.map((key) => sourceOf(c, key))
  const options = readOptions(operation, takes, request)
  const sources = found.map((source, i) => ({ source, weight: options.weights?.[i] ?? 1 }))
  // What is only shown keeps the sign of -0, which small sets lose, as in Redis.
  const limits = takes === 'scores' ? { ...c.store.limits, zsetMaxListpackEntries: 0 } : c.store.limits
  return { result: combined(operation, sources, options.aggregate, limits), options }
}

function combined(
  operation: Operation,
  sources: readonly { readonly source: Source; readonly weight: number }[],
  aggregate: CombineOptions['aggregate'],
  limits: EncodingLimits,
): SortedSet {
  const result = new SortedSet()
  if (operation === 'union') {
    const scores = new Map<string, number>()
    // From the smallest to the largest, since the order in which floats are added decides on the sum.
    for (const { source, weight } of [...sources].sort((a, b) => (a.source?.size ?? 0) - (b.source?.size ?? 0))) {
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
        // Infinity times zero counts as zero in the first set only; later it makes a sum zero and is passed over else.
        value = aggregated(value, other * ordered[i].weight, aggregate)
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
  const { result, options } = combine(c, operation, 'scores', request)
  const { reply } = c
  const nested = options.withScores && reply.protocol === 3
  reply.array(options.withScores && !nested ? result.size * 2 : result.size)
  result.forEach((member, score) => {
    if (nested) reply.array(2)
    reply.bulk(member)
    if (options.withScores) reply.double(score)
  })
}

export function storeCombined(c: Context, operation: Operation, destination: string, request: CombineRequest): void {
  const { db, reply } = c
  const { result } = combine(c, operation, 'nothing', request)
  if (result.size === 0) {
    if (db.delete(destination)) db.changed(destination, 'del')
    return reply.int(0)
  }
  db.set(destination, result)
  db.changed(destination, `z${operation}store`)
  reply.int(result.size)
}
