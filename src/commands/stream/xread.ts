import { E } from '../../resp/errors.ts'
import { custom } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { map } from '../../spec/reply-shape.ts'
import { MAX_ID, MIN_ID, nextId, type StreamId } from '../../types/stream-id.ts'
import { parseInteger } from '../../util/numbers.ts'
import { readId, replyEntries } from './shared.ts'

interface Request {
  readonly count: number
  /** Milliseconds to wait; -1 not to. */
  readonly blockMs: number
  readonly keys: readonly string[]
  /** `$`: what comes after now; `+`: the last entry; else the id to read after. */
  readonly after: readonly ('$' | '+' | StreamId)[]
}

/** Where the keys stand: behind STREAMS, the first half of what is left. */
function keyPlaces(argv: readonly string[], from: number): number[] {
  for (let i = from; i < argv.length; i++) {
    if (argv[i].toUpperCase() !== 'STREAMS') continue
    const n = Math.floor((argv.length - i - 1) / 2)
    return Array.from({ length: n }, (_, k) => i + 1 + k)
  }
  return []
}

const request = custom('streams', {
  syntax: '[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]',
  min: 3,
  keys: keyPlaces,
  access: 'read',
  read(argv, from): { value: Request; next: number } {
    let count = -1
    let blockMs = -1
    let i = from
    for (; i < argv.length; i++) {
      const word = argv[i].toUpperCase()
      const left = argv.length - i - 1
      if (word === 'STREAMS' && left >= 1) {
        i++
        break
      }
      if (word === 'BLOCK' && left >= 1) {
        blockMs = parseInteger(argv[++i])
        if (blockMs !== blockMs) throw E.timeoutNotInteger
        if (blockMs < 0) throw E.timeoutNegative
      } else if (word === 'COUNT' && left >= 1) {
        count = parseInteger(argv[++i])
        if (count !== count) throw E.notInteger
        // As Redis: a count of zero or less is no limit.
        if (count <= 0) count = -1
      } else throw E.syntax
    }
    const left = argv.length - i
    if (left === 0) throw E.syntax
    if (left % 2 !== 0) throw E.streamUnbalanced('XREAD')
    const n = left / 2
    const after = argv.slice(i + n).map((text) => (text === '$' || text === '+' ? text : readId(text)))
    return { value: { count, blockMs, keys: argv.slice(i, i + n), after }, next: argv.length }
  },
})

interface Reader {
  readonly key: string
  /** Entries after this id are new to the client. */
  readonly after: StreamId
  /** Only the last entry is wanted (`+`). */
  readonly lastOnly: boolean
}

/** Fixes what `$` and `+` mean at the moment of the request. */
function readerOf(c: Context, key: string, after: '$' | '+' | StreamId): Reader {
  const stream = c.db.streams.get(key)
  if (after === '$') return { key, after: stream?.lastId ?? MIN_ID, lastOnly: false }
  if (after !== '+') return { key, after, lastOnly: false }
  const hasEntries = stream !== undefined && stream.length > 0
  return { key, after: hasEntries ? MIN_ID : (stream?.lastId ?? MIN_ID), lastOnly: hasEntries }
}

/** Replies the streams that have something new; false, having replied nothing, when none has. */
function replyNew(c: Context, readers: readonly Reader[], count: number): boolean {
  const { reply } = c
  let streams = 0
  for (const { key, after, lastOnly } of readers) {
    const stream = c.db.streams.get(key)
    if (stream === undefined || stream.length === 0 || stream.newestId <= after) continue
    if (streams++ === 0) reply.open()
    // RESP3 has a map of streams; RESP2 an array of pairs.
    if (reply.protocol === 2) reply.array(2)
    reply.bulk(key)
    if (lastOnly) replyEntries(c, stream, MIN_ID, MAX_ID, { reverse: true, count: 1 })
    else replyEntries(c, stream, nextId(after)!, MAX_ID, { reverse: false, count })
  }
  if (streams === 0) return false
  if (reply.protocol === 2) reply.closeArray(streams)
  else reply.closeMap(streams)
  return true
}

export default command({
  name: 'XREAD',
  group: 'stream',
  since: '5.0.0',
  summary: 'Returns the entries of streams after the given ids; can wait for new ones.',
  complexity: 'O(log(N)+M) for each stream, N being its entries, M those returned',
  flags: 'readonly blocking',
  args: [request],
  reply: map('streams and their entries; null when there are none'),
  run(c, { count, blockMs, keys, after }) {
    const readers = keys.map((key, i) => readerOf(c, key, after[i]))
    if (replyNew(c, readers, count)) return
    if (blockMs < 0) return c.reply.nullArray()
    c.block({
      keys,
      timeoutMs: blockMs,
      retry: (key) => {
        const value = c.db.peek(key)
        if (typeof value !== 'object' || value.kind !== 'stream') return false
        return replyNew(
          c,
          readers.filter((reader) => reader.key === key),
          count,
        )
      },
      timedOut: () => c.reply.nullArray(),
    })
  },
})
