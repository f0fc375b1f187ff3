/** GEOSEARCH, GEORADIUS and their relatives: one search, told in several ways. */
import { E } from '../../resp/errors.ts'
import {
  type AnyArg,
  block,
  bytes,
  custom,
  double,
  flag,
  int,
  key,
  named,
  needed,
  oneOf,
  optional,
  since,
  variant,
} from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { exactDistanceBetween } from '../../types/geo-distance.ts'
import { type Area, type Found, searchArea } from '../../types/geo-search.ts'
import { decodeScore } from '../../types/geohash.ts'
import type { SortedSet } from '../../types/sorted-set.ts'
import { INT64_MIN, parseDouble, parseInt64Exact } from '../../util/numbers.ts'
import { partialSort } from '../../util/partial-sort.ts'
import { storeEntries } from '../sorted-set/shared-range.ts'
import { distanceText, metresOf, readPlace, replyPlace, unit } from './shared.ts'

/** How a command tells what is searched. */
export interface Form {
  /** `place` and `member`: a circle, by position. `options`: FROMMEMBER, FROMLONLAT, BYRADIUS and BYBOX. */
  readonly centre: 'place' | 'member' | 'options'
  /** `words`: by STORE key and STOREDIST key. `always`: the result is stored, and STOREDIST is a flag. */
  readonly store: 'never' | 'words' | 'always'
}

interface Options {
  withDistance: boolean
  withHash: boolean
  withPlace: boolean
  any: boolean
  /** 0: all. */
  count: number
  order: 'none' | 'asc' | 'desc'
  destination: string | null
  storeDistance: boolean
  /** Given, though perhaps not known: without a source key nothing is looked up. */
  from: 'nothing' | 'member' | 'place'
  by: 'nothing' | 'radius' | 'box'
  area: { longitude: number; latitude: number; metres: number; extent: Area['extent'] }
}

/** The words after the keys, read by `search` itself: what it refuses first depends on what the source key holds. */
export function searchArgument(form: Form) {
  const words = POSITIONAL_WORDS[form.centre]
  const keys = (argv: readonly string[], from: number) => destinations(argv, from + words)
  return custom('search', {
    like: wordsOf(form),
    min: form.centre === 'options' ? 5 : words,
    read: (argv) => ({ value: argv, next: argv.length }),
    access: 'OW update',
    ...(form.store === 'words' ? { keys } : {}),
  })
}

const place = [double('longitude'), double('latitude')] as const
const order = oneOf('order', { asc: 'ASC', desc: 'DESC' })
const extras = [flag('WITHCOORD'), flag('WITHDIST'), flag('WITHHASH')]

const CENTRES: Readonly<Record<Form['centre'], readonly AnyArg[]>> = {
  place: [...place, double('radius'), unit],
  member: [bytes('member'), double('radius'), unit],
  options: [
    needed(variant('from', { member: named('FROMMEMBER', bytes('member')), place: named('FROMLONLAT', ...place) })),
    needed(
      variant('by', {
        circle: block('circle', needed(named('BYRADIUS', double('radius'))), unit),
        box: block('box', needed(named('BYBOX', double('width'))), double('height'), unit),
      }),
    ),
  ],
}

function wordsOf({ centre, store }: Form): readonly AnyArg[] {
  const any = flag('ANY')
  const count = optional(
    block('count', needed(named('COUNT', int('count'))), centre === 'place' ? since('6.2.0', any) : any),
  )
  if (centre === 'options') {
    return [...CENTRES.options, order, count, ...(store === 'always' ? [flag('STOREDIST')] : extras)]
  }
  const stored = [named('STORE', key('key', 'OW update')), named('STOREDIST', key('key', 'OW update'))]
  return [...CENTRES[centre], ...extras, count, order, ...(store === 'words' ? stored : [])]
}

/** Words that stand before the options. */
const POSITIONAL_WORDS = { place: 4, member: 3, options: 0 } as const

/** Indexes of the keys behind STORE and STOREDIST, the last of each. */
function destinations(argv: readonly string[], from: number): number[] {
  let store = -1
  let storeDistance = -1
  for (let i = from; i + 1 < argv.length; i++) {
    const word = argv[i].toUpperCase()
    if (word === 'STORE') store = ++i
    else if (word === 'STOREDIST') storeDistance = ++i
    else if (word === 'COUNT') i++
  }
  return [store, storeDistance].filter((i) => i >= 0)
}

/** A key the words are about, and where the words begin in argv. */
interface Source {
  readonly key: string
  readonly wordsAt: number
}

/** Runs a search and replies. `destination` only where the form says `always`. */
export function search(
  c: Context,
  argv: readonly string[],
  form: Form,
  { key, wordsAt }: Source,
  destination: string | null = null,
): void {
  const set = c.db.sortedSets.get(key)
  const options: Options = {
    withDistance: false,
    withHash: false,
    withPlace: false,
    any: false,
    count: 0,
    order: 'none',
    destination,
    storeDistance: false,
    from: 'nothing',
    by: 'nothing',
    area: { longitude: 0, latitude: 0, metres: 1, extent: { kind: 'circle', radius: 0 } },
  }
  readCentre(argv, wordsAt, form, set, options.area)
  readOptions(argv, wordsAt + POSITIONAL_WORDS[form.centre], form, set, options)
  check(argv[0], form, options)
  const found = set === undefined ? [] : find(set, options)
  if (options.destination === null) replyFound(c, found, options)
  else {
    const { longitude, latitude, metres } = options.area
    const scores = found.map((place) =>
      options.storeDistance
        ? exactDistanceBetween(longitude, latitude, place.longitude, place.latitude) / metres
        : place.score,
    )
    const members = found.map(({ member }) => member)
    const event = form.centre === 'options' ? 'geosearchstore' : 'georadiusstore'
    storeEntries(c, options.destination, { members, scores }, event)
  }
}

function readCentre(
  argv: readonly string[],
  at: number,
  { centre }: Form,
  set: SortedSet | undefined,
  area: Options['area'],
) {
  if (centre === 'place') {
    Object.assign(area, readPlace(argv[at], argv[at + 1]))
    readRadius(argv, at + 2, area)
  } else if (centre === 'member' && set !== undefined) {
    Object.assign(area, placeOf(set, argv[at]))
    readRadius(argv, at + 1, area)
  }
}

function placeOf(set: SortedSet, member: string): { longitude: number; latitude: number } {
  const score = set.score(member)
  if (score === undefined) throw E.geoNoMember
  return decodeScore(score)
}

function readRadius(argv: readonly string[], at: number, area: Options['area']): void {
  const radius = parseDouble(argv[at])
  if (radius !== radius) throw E.geoRadius
  if (radius < 0) throw E.geoRadiusNegative
  area.metres = metresOf(argv[at + 1])
  area.extent = { kind: 'circle', radius }
}

function readBox(argv: readonly string[], at: number, area: Options['area']): void {
  const width = parseDouble(argv[at])
  if (width !== width) throw E.geoBoxWidth
  const height = parseDouble(argv[at + 1])
  if (height !== height) throw E.geoBoxHeight
  if (height < 0 || width < 0) throw E.geoBoxNegative
  area.metres = metresOf(argv[at + 2])
  area.extent = { kind: 'box', width, height }
}

function readOptions(argv: readonly string[], at: number, form: Form, set: SortedSet | undefined, out: Options): void {
  for (let i = at; i < argv.length; i++) {
    const word = argv[i].toUpperCase()
    const left = argv.length - i - 1
    if (word === 'WITHDIST') out.withDistance = true
    else if (word === 'WITHHASH') out.withHash = true
    else if (word === 'WITHCOORD') out.withPlace = true
    else if (word === 'ANY') out.any = true
    else if (word === 'ASC') out.order = 'asc'
    else if (word === 'DESC') out.order = 'desc'
    else if (word === 'COUNT' && left >= 1) out.count = readCount(argv[++i])
    else if (form.store === 'words' && left >= 1 && (word === 'STORE' || word === 'STOREDIST')) {
      out.destination = argv[++i]
      out.storeDistance = word === 'STOREDIST'
    } else if (form.store === 'always' && word === 'STOREDIST') out.storeDistance = true
    else if (form.centre === 'options') i += readAreaOption(argv, i, word, left, set, out)
    else throw E.syntax
  }
}

/** FROMMEMBER, FROMLONLAT, BYRADIUS, BYBOX. Returns how many words it took besides its name. */
function readAreaOption(
  argv: readonly string[],
  i: number,
  word: string,
  left: number,
  set: SortedSet | undefined,
  out: Options,
): number {
  if (word === 'FROMMEMBER' && left >= 1 && out.from !== 'place') {
    if (set !== undefined) Object.assign(out.area, placeOf(set, argv[i + 1]))
    out.from = 'member'
    return 1
  }
  if (word === 'FROMLONLAT' && left >= 2 && out.from !== 'member') {
    Object.assign(out.area, readPlace(argv[i + 1], argv[i + 2]))
    out.from = 'place'
    return 2
  }
  if (word === 'BYRADIUS' && left >= 2 && out.by !== 'box') {
    readRadius(argv, i + 1, out.area)
    out.by = 'radius'
    return 2
  }
  if (word === 'BYBOX' && left >= 3 && out.by !== 'radius') {
    readBox(argv, i + 1, out.area)
    out.by = 'box'
    return 3
  }
  throw E.syntax
}

function readCount(text: string): number {
  const count = parseInt64Exact(text)
  if (count === null) throw E.notInteger
  if (count <= 0) throw E.countNotPositive
  return Number(count)
}

/** Refuses options that do not go together. */
function check(name: string, form: Form, options: Options): void {
  if (options.destination !== null && (options.withDistance || options.withHash || options.withPlace)) {
    throw E.geoStoreWith(form.store === 'always' ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS')
  }
  if (form.centre === 'options') {
    if (options.from === 'nothing') throw E.geoFrom(name)
    if (options.by === 'nothing') throw E.geoBy(name)
  }
  if (options.any && options.count === 0) throw E.geoAnyWithoutCount
}

const nearestFirst = (a: Found, b: Found) => (a.distance > b.distance ? 1 : a.distance === b.distance ? 0 : -1)
const farthestFirst = (a: Found, b: Found) => -nearestFirst(a, b)

/** The members to reply or store, in order. */
function find(set: SortedSet, { area, count, any, order }: Options): Found[] {
  const found = searchArea(set, area, any ? count : 0)
  // A count without an order means the nearest ones.
  const sorting = order === 'none' && count > 0 && !any ? 'asc' : order
  const compare = sorting === 'desc' ? farthestFirst : nearestFirst
  if (count === 0 || found.length <= count) return sorting === 'none' ? found : found.sort(compare)
  if (sorting !== 'none') partialSort(found, compare, 0, count - 1)
  return found.slice(0, count)
}

function replyFound({ reply }: Context, found: readonly Found[], options: Options): void {
  const { withDistance, withHash, withPlace, area } = options
  const extras = Number(withDistance) + Number(withHash) + Number(withPlace)
  reply.array(found.length)
  for (const place of found) {
    if (extras > 0) reply.array(extras + 1)
    reply.bulk(place.member)
    if (withDistance) reply.bulk(distanceText(place.distance / area.metres))
    if (withHash) reply.int(wholeScore(place.score))
    if (withPlace) replyPlace(reply, place)
  }
}

/** A score as a 64-bit integer. */
function wholeScore(score: number): number | bigint {
  const whole = Math.trunc(score)
  if (Number.isSafeInteger(whole)) return whole
  return Math.abs(whole) < 2 ** 63 ? BigInt(whole) : INT64_MIN
}
