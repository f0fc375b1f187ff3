import { E } from '../../resp/errors.ts'
import { custom, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { map } from '../../spec/reply-shape.ts'
import type { Stream } from '../../types/stream.ts'
import { formatId, MAX_ID, MIN_ID, type StreamId } from '../../types/stream-id.ts'
import { parseInteger } from '../../util/numbers.ts'
import { replyEntries, replyEntry } from './shared.ts'

/** `[FULL [COUNT count]]`: null for the short form, else how many entries and pending ones to show (0: all). */
const full = custom('full', {
  syntax: '[FULL [COUNT count]]',
  min: 0,
  read(argv, from): { value: number | null; next: number } {
    if (from >= argv.length) return { value: null, next: from }
    if (argv[from].toUpperCase() !== 'FULL') throw E.syntax
    if (argv.length === from + 1) return { value: 10, next: argv.length }
    if (argv.length !== from + 3 || argv[from + 1].toUpperCase() !== 'COUNT') throw E.syntax
    const count = parseInteger(argv[from + 2])
    if (count !== count) throw E.notInteger
    return { value: count < 0 ? 10 : count, next: argv.length }
  },
})

function replyOneEntry(c: Context, stream: Stream, reverse: boolean): void {
  let found: { id: StreamId; fields: readonly string[] } | null = null
  stream.range(MIN_ID, MAX_ID, { reverse, count: 1 }, (id, fields) => {
    found = { id, fields }
  })
  const entry = found as { id: StreamId; fields: readonly string[] } | null
  if (entry === null) c.reply.null()
  else replyEntry(c, entry.id, entry.fields)
}

function replyHead(c: Context, stream: Stream, pairs: number): void {
  const { reply } = c
  reply.map(pairs)
  reply.bulk('length')
  reply.int(stream.length)
  reply.bulk('radix-tree-keys')
  reply.int(stream.nodeCount)
  reply.bulk('radix-tree-nodes')
  reply.int(stream.nodeCount + 1)
  reply.bulk('last-generated-id')
  reply.bulk(formatId(stream.lastId))
  reply.bulk('max-deleted-entry-id')
  reply.bulk(formatId(stream.maxDeletedId))
  reply.bulk('entries-added')
  reply.int(stream.entriesAdded)
  reply.bulk('recorded-first-entry-id')
  reply.bulk(formatId(stream.length > 0 ? stream.firstId : MIN_ID))
}

function replyFull(c: Context, stream: Stream, count: number): void {
  const { reply } = c
  const all = count === 0 ? -1 : count
  replyHead(c, stream, 9)
  reply.bulk('entries')
  replyEntries(c, stream, MIN_ID, MAX_ID, { reverse: false, count: all })
  reply.bulk('groups')
  const groups = [...(stream.groups?.values() ?? [])]
  reply.array(groups.length)
  for (const group of groups) {
    reply.map(7)
    reply.bulk('name')
    reply.bulk(group.name)
    reply.bulk('last-delivered-id')
    reply.bulk(formatId(group.lastDeliveredId))
    reply.bulk('entries-read')
    if (group.entriesRead < 0) reply.null()
    else reply.int(group.entriesRead)
    reply.bulk('lag')
    const lag = stream.lag(group)
    if (lag === null) reply.null()
    else reply.int(lag)
    reply.bulk('pel-count')
    reply.int(group.pel.size)
    reply.bulk('pel')
    let shown = 0
    reply.open()
    group.pel.range(MIN_ID, MAX_ID, all, (id, nack) => {
      shown++
      reply.array(4)
      reply.bulk(formatId(id))
      reply.bulk(nack.consumer.name)
      reply.int(nack.deliveryTime)
      reply.int(nack.deliveryCount)
    })
    reply.closeArray(shown)
    reply.bulk('consumers')
    reply.array(group.consumers.size)
    for (const consumer of group.consumers.values()) {
      reply.map(5)
      reply.bulk('name')
      reply.bulk(consumer.name)
      reply.bulk('seen-time')
      reply.int(consumer.seenTime)
      reply.bulk('active-time')
      reply.int(consumer.activeTime)
      reply.bulk('pel-count')
      reply.int(consumer.pel.size)
      reply.bulk('pel')
      let pending = 0
      reply.open()
      consumer.pel.range(MIN_ID, MAX_ID, all, (id, nack) => {
        pending++
        reply.array(3)
        reply.bulk(formatId(id))
        reply.int(nack.deliveryTime)
        reply.int(nack.deliveryCount)
      })
      reply.closeArray(pending)
    }
  }
}

export default command({
  name: 'XINFO STREAM',
  group: 'stream',
  since: '5.0.0',
  summary: 'Describes a stream: length, ids, counters, first and last entry; with FULL its groups too.',
  complexity: 'O(1); O(N) with FULL, N being what is shown',
  flags: 'readonly',
  args: [key('key', 'read'), full],
  reply: map('fields and values'),
  run(c, key, count) {
    const stream = c.db.streams.get(key)
    if (stream === undefined) throw E.noSuchKey
    if (count !== null) return replyFull(c, stream, count)
    replyHead(c, stream, 10)
    c.reply.bulk('groups')
    c.reply.int(stream.groups?.size ?? 0)
    c.reply.bulk('first-entry')
    replyOneEntry(c, stream, false)
    c.reply.bulk('last-entry')
    replyOneEntry(c, stream, true)
  },
})
