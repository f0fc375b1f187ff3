import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { map } from '../../spec/reply-shape.ts'
import type { Stream } from '../../types/stream.ts'
import type { Consumer, Group } from '../../types/stream-group.ts'
import { formatId, MAX_ID, nextId, type StreamId } from '../../types/stream-id.ts'
import { readId, replyEntry } from './shared.ts'
import { GroupEffects, groupChanged, seeConsumer, streamOf } from './shared-groups.ts'
import { blockMs, type ReadRequest, readArguments, StreamsReply } from './shared-read.ts'

/** What nobody in the group has read yet; as in Redis the greatest id, given as such, means the same. */
const NEW = MAX_ID

interface GroupReader {
  readonly key: string
  readonly stream: Stream
  readonly group: Group
  /** The consumer's own pending entries after this id are wanted, or NEW. */
  readonly after: StreamId
}

/** Throws before anything is changed when a key or group is not there or an id is wrong. */
function readersOf(c: Context, { keys, ids, group: name }: ReadRequest): GroupReader[] {
  return keys.map((key, i) => {
    const stream = streamOf(c, key)
    const group = stream?.groups?.get(name)
    if (stream === undefined || group === undefined) throw E.streamNoGroupToRead(key, name)
    if (ids[i] === '$') throw E.streamDollarInXreadgroup
    return { key, stream, group, after: ids[i] === '>' ? NEW : readId(ids[i]) }
  })
}

/** Replies entries the group has not read yet and makes them pending for the consumer. */
function deliverNew(
  c: Context,
  { key, stream, group }: GroupReader,
  consumer: Consumer,
  { count, noAck }: ReadRequest,
  effects: GroupEffects,
): void {
  const start = nextId(group.lastDeliveredId)!
  let delivered = 0
  c.reply.open()
  stream.range(start, MAX_ID, { reverse: false, count }, (id, fields) => {
    delivered++
    stream.advance(group, id)
    replyEntry(c, id, fields)
    if (noAck) return
    // It may be pending already: XGROUP SETID can take the group back to where it was.
    const nack = group.assign(id, consumer)
    nack.deliveryTime = c.now
    nack.deliveryCount = 1
    effects.claimed(key, group, id, nack)
  })
  c.reply.closeArray(delivered)
  // Otherwise the last claim tells it.
  if (noAck) effects.position(key, group)
  groupChanged(c, key, null)
}

/** Replies what is pending for the consumer once more, with null in place of entries that were deleted. */
function deliverHistory(
  c: Context,
  { key, stream, group, after }: GroupReader,
  consumer: Consumer,
  count: number,
  effects: GroupEffects,
): void {
  let delivered = 0
  let living = 0
  c.reply.open()
  consumer.pel.range(nextId(after)!, MAX_ID, count, (id, nack) => {
    delivered++
    const fields = stream.get(id)
    if (fields === undefined) {
      c.reply.array(2)
      c.reply.bulk(formatId(id))
      return c.reply.nullArray()
    }
    living++
    replyEntry(c, id, fields)
    nack.deliveryTime = c.now
    nack.deliveryCount++
    effects.claimed(key, group, id, nack)
  })
  c.reply.closeArray(delivered)
  if (living > 0) groupChanged(c, key, null)
}

/** Replies the streams that have something for the consumer; false, having replied nothing, when none has. */
function serve(c: Context, request: ReadRequest): boolean {
  const readers = readersOf(c, request)
  const reply = new StreamsReply(c)
  const effects = new GroupEffects(c)
  for (const reader of readers) {
    const { key, stream, group, after } = reader
    const { consumer, isNew } = seeConsumer(c, key, group, request.consumer)
    const hasNew = stream.length > 0 && stream.newestId > group.lastDeliveredId
    if (isNew && (request.noAck || after !== NEW || !hasNew)) effects.consumerCreated(key, group, consumer)
    if (after === NEW && !hasNew) continue
    reply.add(key)
    if (after === NEW) {
      consumer.activeTime = c.now
      deliverNew(c, reader, consumer, request, effects)
    } else deliverHistory(c, reader, consumer, request.count, effects)
  }
  effects.send()
  return reply.end()
}

/** A client that waits is told when what it waits for is gone: newer versions word it as for a new request. */
function checkStillThere(c: Context, key: string, group: string): void {
  const value = c.db.peek(key)
  if (typeof value !== 'object' || value.kind !== 'stream') throw E.streamKeyGone
  if (value.groups?.has(group) !== true) throw E.streamGroupGone
}

export default command({
  name: 'XREADGROUP',
  group: 'stream',
  since: '5.0.0',
  summary: 'Returns entries of streams as a consumer of a group: new ones, or its pending ones; can wait for new ones.',
  complexity: 'O(log(N)+M) for each stream, N being its entries, M those returned',
  flags: 'write blocking',
  args: [readArguments(true)],
  reply: map('streams and their entries; null when there are none'),
  run(c, request) {
    const { keys, block } = request
    const timeoutMs = block === null ? 0 : blockMs(c, block)
    if (serve(c, request)) return
    if (block === null) return c.reply.nullArray()
    c.block({
      keys,
      timeoutMs,
      retry: (key) => {
        checkStillThere(c, key, request.group)
        return serve(c, request)
      },
      timedOut: () => c.reply.nullArray(),
      wakeOnDelete: true,
    })
  },
})
