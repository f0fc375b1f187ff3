import { E, type ReplyError } from '../../resp/errors.ts'
import { custom, int, key, named, titled } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { map } from '../../spec/reply-shape.ts'
import type { Stream } from '../../types/stream.ts'
import type { Group, Pending } from '../../types/stream-group.ts'
import { formatId, MAX_ID, MIN_ID, type StreamId } from '../../types/stream-id.ts'
import { parseInt64Exact } from '../../util/numbers.ts'
import { replyEntries, replyEntry } from './shared.ts'
import { replyProgress } from './shared-xinfo.ts'

const DEFAULT_COUNT = 10

interface Form {
  /** How many entries and pending ones to show with FULL (0: all); null for the short form. */
  readonly full: number | null
  /** What is wrong with the words; it is replied only when the stream is there. */
  readonly error: ReplyError | null
}

function readForm(argv: readonly string[], from: number): Form {
  const words = argv.length - from
  if (words === 0) return { full: null, error: null }
  const isFull = (words === 1 || words === 3) && argv[from].toUpperCase() === 'FULL'
  if (!isFull || (words === 3 && argv[from + 1].toUpperCase() !== 'COUNT')) {
    return { full: null, error: E.subcommandSyntax(argv[1], 'XINFO') }
  }
  if (words === 1) return { full: DEFAULT_COUNT, error: null }
  const count = parseInt64Exact(argv[from + 2])
  if (count === null) return { full: null, error: E.notInteger }
  return { full: count < 0 ? DEFAULT_COUNT : Number(count), error: null }
}

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
  const groups = stream.sortedGroups()
  reply.array(groups.length)
  for (const group of groups) replyGroup(c, stream, group, all)
}

function replyGroup(c: Context, stream: Stream, group: Group, count: number): void {
  const { reply } = c
  reply.map(7)
  reply.bulk('name')
  reply.bulk(group.name)
  reply.bulk('last-delivered-id')
  reply.bulk(formatId(group.lastDeliveredId))
  replyProgress(c, stream, group)
  reply.bulk('pel-count')
  reply.int(group.pel.size)
  reply.bulk('pending')
  replyPending(c, group.pel, count, true)
  reply.bulk('consumers')
  const consumers = group.sortedConsumers()
  reply.array(consumers.length)
  for (const consumer of consumers) {
    reply.map(5)
    reply.bulk('name')
    reply.bulk(consumer.name)
    reply.bulk('seen-time')
    reply.int(consumer.seenTime)
    reply.bulk('active-time')
    reply.int(consumer.activeTime)
    reply.bulk('pel-count')
    reply.int(consumer.pel.size)
    reply.bulk('pending')
    replyPending(c, consumer.pel, count, false)
  }
}

function replyPending({ reply }: Context, pel: Pending, count: number, withConsumer: boolean): void {
  let shown = 0
  reply.open()
  pel.range(MIN_ID, MAX_ID, count, (id, { consumer, deliveryTime, deliveryCount }) => {
    shown++
    reply.array(withConsumer ? 4 : 3)
    reply.bulk(formatId(id))
    if (withConsumer) reply.bulk(consumer.name)
    reply.int(deliveryTime)
    reply.int(deliveryCount)
  })
  reply.closeArray(shown)
}

export default command({
  name: 'XINFO STREAM',
  group: 'stream',
  since: '5.0.0',
  summary: 'Describes a stream: length, ids, counters, first and last entry; with FULL its groups too.',
  complexity: 'O(1); O(N) with FULL, N being what is shown',
  flags: 'readonly',
  args: [
    key('key', 'RO access'),
    custom('form', {
      like: [titled('full', named('FULL', named('COUNT', int('count'))))],
      min: 0,
      read: (argv, from) => ({ value: readForm(argv, from), next: argv.length }),
    }),
  ],
  reply: map('fields and values'),
  history: [
    ['6.0.0', 'Has FULL.'],
    ['7.0.0', 'Shows max-deleted-entry-id, entries-added, recorded-first-entry-id, entries-read and lag.'],
    ['7.2.0', 'FULL shows active-time.'],
  ],
  run(c, key, { full, error }) {
    const stream = c.db.streams.get(key)
    if (stream === undefined) throw E.noSuchKey
    if (error !== null) throw error
    if (full !== null) return replyFull(c, stream, full)
    replyHead(c, stream, 10)
    c.reply.bulk('groups')
    c.reply.int(stream.groups?.size ?? 0)
    c.reply.bulk('first-entry')
    replyOneEntry(c, stream, false)
    c.reply.bulk('last-entry')
    replyOneEntry(c, stream, true)
  },
})
