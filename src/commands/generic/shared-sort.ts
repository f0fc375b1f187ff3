/** SORT and SORT_RO. */
import { E } from '../../resp/errors.ts'
import { custom, flag, int, key, named, oneOf, pattern, shown, unknownKeys } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { Restriction } from '../../spec/restrictions.ts'
import type { Database } from '../../store/database.ts'
import { Bytes } from '../../types/bytes.ts'
import { Hash } from '../../types/hash.ts'
import { List } from '../../types/list.ts'
import { MemberSet } from '../../types/member-set.ts'
import { SortedSet } from '../../types/sorted-set.ts'
import { parseInt64Exact } from '../../util/numbers.ts'
import { partialSort } from '../../util/partial-sort.ts'
import { numberToSortBy } from './shared-sort-number.ts'
import { type Pattern, parsePattern } from './shared-sort-pattern.ts'

export interface SortRequest {
  /** What to sort by; null: the element. */
  by: Pattern | null
  /** False after a BY without `*`: the elements stay as they lie. */
  sorted: boolean
  get: Pattern[]
  /** As given: negative offsets count as 0, negative counts as all. */
  offset: number
  count: number
  descending: boolean
  alpha: boolean
  destination: string | null
}

function readLimit(text: string): number {
  const n = parseInt64Exact(text)
  if (n === null) throw E.notInteger
  return Number(n)
}

/** The index of the key behind the last STORE; options with values are stepped over. */
function destinationIndex(argv: readonly string[], from: number): readonly number[] {
  let found = -1
  for (let i = from; i < argv.length; i++) {
    const word = argv[i].toUpperCase()
    if (word === 'STORE' && i + 1 < argv.length) found = ++i
    else if (word === 'LIMIT') i += 2
    else if (word === 'BY' || word === 'GET') i++
  }
  return found < 0 ? [] : [found]
}

const BY_PATTERN = unknownKeys('RO access', 'The keys that BY and GET name depend on the elements sorted.')
const STORED = unknownKeys('OW update', 'STORE key, anywhere among the options.')

/** The options, to the end of the request. */
export const sortArgument = (storable: boolean) =>
  custom('options', {
    like: [
      shown(named('BY', pattern('pattern')), { keySpec: 1 }),
      named('LIMIT', int('offset'), int('count')),
      shown(named('GET', pattern('pattern')), { keySpec: 1, repeated: true }),
      oneOf('order', { asc: 'ASC', desc: 'DESC' }),
      flag('ALPHA', 'sorting'),
      ...(storable ? [shown(named('STORE', key('destination', 'OW update')), { keySpec: 2 })] : []),
    ],
    min: 0,
    access: 'OW update',
    keySpecs: [BY_PATTERN, ...(storable ? [STORED] : [])],
    ...(storable ? { keys: destinationIndex } : {}),
    read(argv, from): { value: SortRequest; next: number } {
      const request: SortRequest = {
        by: null,
        sorted: true,
        get: [],
        offset: 0,
        count: -1,
        descending: false,
        alpha: false,
        destination: null,
      }
      for (let i = from; i < argv.length; i++) {
        const word = argv[i].toUpperCase()
        const left = argv.length - i - 1
        if (word === 'ASC') request.descending = false
        else if (word === 'DESC') request.descending = true
        else if (word === 'ALPHA') request.alpha = true
        else if (word === 'LIMIT' && left >= 2) {
          request.offset = readLimit(argv[++i])
          request.count = readLimit(argv[++i])
        } else if (storable && word === 'STORE' && left >= 1) request.destination = argv[++i]
        else if (word === 'BY' && left >= 1) {
          request.by = parsePattern(argv[++i])
          if (request.by.is === 'fixed' || request.by.is === 'element') request.sorted = false
        } else if (word === 'GET' && left >= 1) request.get.push(parsePattern(argv[++i]))
        else throw E.syntax
      }
      return { value: request, next: argv.length }
    },
  })

type Sortable = List | MemberSet | SortedSet

function sortable(c: Context, key: string): Sortable | undefined {
  const value = c.db.get(key)
  if (value instanceof List || value instanceof MemberSet || value instanceof SortedSet || value === undefined) {
    return value
  }
  throw E.wrongType
}

function sizeOf(value: Sortable | undefined): number {
  if (value === undefined) return 0
  return value instanceof List ? value.length : value.size
}

/** Places start..end, both included, of the result; end < start when it is empty. */
function limits({ offset, count }: SortRequest, size: number): { start: number; end: number } {
  const start = Math.min(Math.max(offset, 0), size)
  if (start >= size) return { start: 0, end: -1 }
  return { start, end: count < 0 ? size - 1 : Math.min(start + count, size) - 1 }
}

function elementsOf(value: Sortable | undefined): string[] {
  const elements: string[] = []
  value?.forEach((element: string) => {
    elements.push(element)
  })
  return elements
}

/** The elements asked for, in the order in which a list or sorted set has them; `descending` is from its end. */
function unsortedRange(value: Sortable, start: number, end: number, descending: boolean): string[] {
  const elements: string[] = []
  if (end < start) return elements
  const push = (element: string) => {
    elements.push(element)
  }
  if (value instanceof SortedSet) value.rangeByRank(start, end, descending, push)
  else if (value instanceof List) {
    const last = value.length - 1
    value.forEachInRange(descending ? last - end : start, descending ? last - start : end, push)
    if (descending) elements.reverse()
  } else return elementsOf(value).slice(start, end + 1)
  return elements
}

interface Item {
  readonly element: string
  /** What it is sorted by without ALPHA. */
  readonly score: number
  /** What it is sorted by with ALPHA; null, before all others, when BY finds nothing. */
  readonly text: string | null
}

/** What a pattern names for an element; null when there is nothing there, or something of another type. */
function lookUp(db: Database, pattern: Pattern, element: string): string | number | null {
  if (pattern.is === 'element') return element
  if (pattern.is === 'fixed') return null
  const value = db.get(pattern.before + element + pattern.after)
  if (value === undefined) return null
  if (pattern.field !== null) return value instanceof Hash ? (value.get(pattern.field) ?? null) : null
  if (typeof value !== 'object') return value
  return value instanceof Bytes ? value.toString() : null
}

/** Text as C's collation of the plain locale sees it, which ends at a NUL. */
function collated(text: string): string {
  const nul = text.indexOf('\0')
  return nul < 0 ? text : text.slice(0, nul)
}

function itemOf(db: Database, by: Pattern | null, request: SortRequest, element: string): Item {
  const value = by === null ? element : lookUp(db, by, element)
  if (!request.alpha) {
    // A missing weight counts as 0.
    const score = value === null ? 0 : numberToSortBy(value)
    return { element, score, text: null }
  }
  const text = value === null ? null : String(value)
  return { element, score: 0, text: text === null || request.destination !== null ? text : collated(text) }
}

const order = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Equal numbers are told apart by the elements, equal texts are not. */
const byScore = (a: Item, b: Item) => order(a.score, b.score) || order(a.element, b.element)
const byText = (a: Item, b: Item) => {
  if (a.text === null || b.text === null) return Number(a.text !== null) - Number(b.text !== null)
  return order(a.text, b.text)
}

function sortedRange(c: Context, value: Sortable, request: SortRequest, start: number, end: number): string[] {
  const { alpha, destination, descending } = request
  // A set has no order of its own: what is stored, or read by a script, must come out the same on every server.
  const forced = !request.sorted
  const by = forced ? null : request.by
  const elements = elementsOf(value)
  if (value instanceof MemberSet && destination !== null) elements.sort(order)
  const how = forced ? { ...request, alpha: true } : request
  const items = elements.map((element) => itemOf(c.db, by, how, element))
  if (items.some(({ score }) => score !== score)) throw E.sortNotDouble
  const ascending = alpha || forced ? byText : byScore
  const compare = descending ? (a: Item, b: Item) => -ascending(a, b) : ascending
  if (by !== null && (start !== 0 || end !== items.length - 1)) partialSort(items, compare, start, end)
  else items.sort(compare)
  return items.slice(start, end + 1).map(({ element }) => element)
}

/** The elements of the result, before GET. */
function resultOf(c: Context, key: string, request: SortRequest): string[] {
  const value = sortable(c, key)
  if (value === undefined) return []
  const { start, end } = limits(request, sizeOf(value))
  // Sessions without a connection are scripts and the like.
  const mustSort = value instanceof MemberSet && (request.destination !== null || c.session.connection === null)
  if (!request.sorted && !mustSort) return unsortedRange(value, start, end, request.descending)
  return sortedRange(c, value, request, start, end)
}

/** BY and GET read keys that only the elements tell: a user who may not read them all must not use them. */
function checkPatterns({ session, server }: Context, { by, get }: SortRequest): void {
  if ((session.restrictions & Restriction.limitedUser) === 0 || server.acl.readsAllKeys) return
  if (by?.is === 'name') throw E.sortByDenied
  if (get.length > 0) throw E.sortGetDenied
}

export function sort(c: Context, key: string, request: SortRequest): void {
  checkPatterns(c, request)
  const elements = resultOf(c, key, request)
  const { get, destination } = request
  if (destination !== null) return store(c, destination, withGets(c, elements, get))
  const { reply } = c
  reply.array(elements.length * Math.max(1, get.length))
  for (const element of elements) {
    if (get.length === 0) reply.bulk(element)
    for (const pattern of get) {
      const value = lookUp(c.db, pattern, element)
      if (value === null) reply.null()
      else reply.value(value)
    }
  }
}

/** What is stored: nothing found becomes an empty string. */
function withGets({ db }: Context, elements: string[], get: readonly Pattern[]): string[] {
  if (get.length === 0) return elements
  return elements.flatMap((element) => get.map((pattern) => String(lookUp(db, pattern, element) ?? '')))
}

function store({ db, reply }: Context, destination: string, values: readonly string[]): void {
  if (values.length > 0) {
    db.set(destination, List.fromArray(values))
    db.changed(destination, 'sortstore', values.length)
  } else if (db.delete(destination)) db.changed(destination, 'del')
  reply.int(values.length)
}
