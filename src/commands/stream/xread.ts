import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { map } from '../../spec/reply-shape.ts'
import type { Stream } from '../../types/stream.ts'
import { MAX_ID, MIN_ID, nextId, type StreamId } from '../../types/stream-id.ts'
import { readId, replyEntries } from './shared.ts'
import { blockMs, readArguments, StreamsReply } from './shared-read.ts'

interface Reader {
  readonly key: string
  /** What is at the key now. */
  stream: Stream | undefined
  /** Entries after this id are new to the client. */
  readonly after: StreamId
  /** Only the last entry is wanted (`+`). */
  readonly lastOnly: boolean
}

/** Fixes what `$` and `+` mean at the moment of the request. */
function readerOf(c: Context, key: string, id: string): Reader {
  const stream = c.db.streams.get(key)
  if (id === '$') return { key, stream, after: stream?.lastId ?? MIN_ID, lastOnly: false }
  if (id === '>') throw E.streamGreaterInXread
  if (id !== '+') return { key, stream, after: readId(id), lastOnly: false }
  const hasEntries = stream !== undefined && stream.length > 0
  return { key, stream, after: hasEntries ? MIN_ID : (stream?.lastId ?? MIN_ID), lastOnly: hasEntries }
}

/** Replies the streams that have something new; false, having replied nothing, when none has. */
function replyNew(c: Context, readers: readonly Reader[], count: number): boolean {
  const reply = new StreamsReply(c)
  for (const { key, stream, after, lastOnly } of readers) {
    if (stream === undefined || stream.length === 0 || stream.newestId <= after) continue
    reply.add(key)
    if (lastOnly) replyEntries(c, stream, MIN_ID, MAX_ID, { reverse: true, count: 1 })
    else replyEntries(c, stream, nextId(after)!, MAX_ID, { reverse: false, count })
  }
  return reply.end()
}

export default command({
  name: 'XREAD',
  group: 'stream',
  since: '5.0.0',
  summary: 'Returns the entries of streams after the given ids; can wait for new ones.',
  complexity: 'O(log(N)+M) for each stream, N being its entries, M those returned',
  flags: 'readonly blocking',
  args: [readArguments(false)],
  reply: map('streams and their entries; null when there are none'),
  run(c, { count, block, keys, ids }) {
    const timeoutMs = block === null ? 0 : blockMs(c, block)
    const readers = keys.map((key, i) => readerOf(c, key, ids[i]))
    // Redis looks for each key twice, which shows where there is none: in misses and their events.
    for (const { key, stream } of readers) if (stream === undefined) c.db.lookAt(key)
    if (replyNew(c, readers, count)) return
    if (block === null) return c.reply.nullArray()
    c.block({
      keys,
      timeoutMs,
      retry: (key) => {
        const value = c.db.peek(key)
        if (typeof value !== 'object' || value.kind !== 'stream') return false
        for (const reader of readers) reader.stream = c.db.streams.get(reader.key)
        return replyNew(c, readers, count)
      },
      timedOut: () => c.reply.nullArray(),
    })
  },
})
