/** The request of XREAD and XREADGROUP. */
import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, int, key, many, named, needed, titled } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { INT64_MAX, parseInt64Exact } from '../../util/numbers.ts'

export interface ReadRequest {
  /** Entries per stream; -1 for all. */
  readonly count: number
  /** Milliseconds to wait, 0 for ever; null not to wait. */
  readonly block: number | bigint | null
  readonly group: string
  readonly consumer: string
  readonly noAck: boolean
  readonly keys: readonly string[]
  /** Per key, as written: what it means depends on the stream. */
  readonly ids: readonly string[]
}

const OPTIONS = new Map(['COUNT', 'BLOCK', 'GROUP', 'NOACK', 'STREAMS'].map((name) => [name, name]))

/** A word in capitals, as clients mostly write options anyway: looking is quicker than converting. */
function capitals(word: string): string {
  return OPTIONS.get(word) ?? word.toUpperCase()
}

/** How many words an option takes behind its name; -1 for none of these. */
function width(word: string): number {
  switch (capitals(word)) {
    case 'COUNT':
    case 'BLOCK':
      return 1
    case 'GROUP':
      return 2
    case 'NOACK':
      return 0
    default:
      return -1
  }
}

/**
 * Where the keys stand: behind STREAMS, the first half of what is left. The options are walked exactly as the request
 * is read, so that a group named STREAMS cannot hide a key from the access check.
 */
function keyPlaces(argv: readonly string[], from: number): number[] {
  for (let i = from; i < argv.length; i++) {
    if (capitals(argv[i]) === 'STREAMS') {
      const n = Math.floor((argv.length - i - 1) / 2)
      return Array.from({ length: n }, (_, k) => i + 1 + k)
    }
    const skip = width(argv[i])
    if (skip < 0) return []
    i += skip
  }
  return []
}

function readRequest(argv: readonly string[], from: number, forGroup: boolean): ReadRequest {
  let count = -1
  let block: ReadRequest['block'] = null
  let group: string | null = null
  let consumer = ''
  let noAck = false
  let i = from
  for (; ; i++) {
    if (i >= argv.length) throw E.syntax
    const word = capitals(argv[i])
    const left = argv.length - i - 1
    if (word === 'BLOCK' && left >= 1) {
      block = parseInt64Exact(argv[++i])
      if (block === null) throw E.timeoutNotInteger
      if (block < 0) throw E.timeoutNegative
    } else if (word === 'COUNT' && left >= 1) {
      const given = parseInt64Exact(argv[++i])
      if (given === null) throw E.notInteger
      count = given <= 0 ? -1 : Number(given)
    } else if (word === 'STREAMS' && left >= 1) {
      i++
      break
    } else if (word === 'GROUP' && left >= 2) {
      if (!forGroup) throw E.streamGroupInXread
      group = argv[++i]
      consumer = argv[++i]
    } else if (word === 'NOACK') {
      if (!forGroup) throw E.streamNoackInXread
      noAck = true
    } else throw E.syntax
  }
  const n = (argv.length - i) / 2
  if (!Number.isInteger(n)) throw E.streamUnbalanced('XREAD')
  if (forGroup && group === null) throw E.streamGroupMissing
  const keys = argv.slice(i, i + n)
  return { count, block, group: group ?? '', consumer, noAck, keys, ids: argv.slice(i + n) }
}

export const readArguments = (forGroup: boolean) =>
  custom('streams', {
    like: [
      ...(forGroup ? [needed(named('GROUP', bytes('group'), bytes('consumer')))] : []),
      named('COUNT', int('count')),
      named('BLOCK', int('milliseconds')),
      ...(forGroup ? [flag('NOACK')] : []),
      needed(titled('streams', named('STREAMS', many(key('key', 'RO access')), many(bytes('id'))))),
    ],
    min: forGroup ? 6 : 3,
    keys: keyPlaces,
    access: 'RO access',
    read: (argv, from) => ({ value: readRequest(argv, from, forGroup), next: argv.length }),
  })

/** The time to wait as `c.block` takes it. */
export function blockMs(c: Context, block: number | bigint): number {
  if (c.session.isScript) throw E.streamBlockInScript(c.session.lastCommand!.name)
  if (BigInt(block) > INT64_MAX - BigInt(c.now)) throw E.timeoutOutOfRange
  return Math.min(Number(block), Number.MAX_SAFE_INTEGER)
}

/** Replies streams one after the other: a map in RESP3, an array of pairs in RESP2, begun with the first. */
export class StreamsReply {
  private readonly c: Context
  private streams = 0

  constructor(c: Context) {
    this.c = c
  }

  /** Begins a stream; its entries are to follow. */
  add(key: string): void {
    const { reply } = this.c
    if (this.streams++ === 0) reply.open()
    if (reply.protocol === 2) reply.array(2)
    reply.bulk(key)
  }

  /** False, having replied nothing, when no stream was added. */
  end(): boolean {
    const { reply } = this.c
    if (this.streams === 0) return false
    if (reply.protocol === 2) reply.closeArray(this.streams)
    else reply.closeMap(this.streams)
    return true
  }
}
