/** What the commands about consumer groups share: look-ups, announcements and what replicas are told. */
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import type { Stream } from '../../types/stream.ts'
import type { Consumer, Group, Nack } from '../../types/stream-group.ts'
import { formatId, type StreamId } from '../../types/stream-id.ts'

/** A stream whose groups are about to change. As in Redis, finding no such key counts as a read that missed. */
export function streamOf(c: Context, key: string): Stream | undefined {
  const stream = c.db.streams.edit(key)
  if (stream === undefined) c.db.has(key)
  return stream
}

/** The group, for changing; throws NOGROUP when the key or the group is missing. */
export function editGroup(c: Context, key: string, name: string): { stream: Stream; group: Group } {
  const stream = streamOf(c, key)
  const group = stream?.groups?.get(name)
  if (stream === undefined || group === undefined) throw E.streamNoGroup(key, name)
  return { stream, group }
}

/**
 * Announces a change to a group. It counts for saving and is propagated and notified, but as in Redis the key does
 * not count as modified: WATCH and client tracking are about entries.
 */
export function groupChanged(c: Context, key: string, event: string | null, changes = 1): void {
  c.store.dirty += changes
  if (event !== null) c.db.notify(key, event)
}

/** The consumer as seen now; created, and announced, when there is none of that name. */
export function seeConsumer(
  c: Context,
  key: string,
  group: Group,
  name: string,
): { consumer: Consumer; isNew: boolean } {
  const known = group.consumers.get(name)
  const consumer = known ?? group.addConsumer(name, c.now)
  consumer.seenTime = c.now
  if (known === undefined) groupChanged(c, key, 'xgroup-createconsumer')
  return { consumer, isNew: known === undefined }
}

/**
 * What reading and claiming do to a group, told to replicas so that repeating it, at whatever time, gives the same
 * pending entries. It replaces the request, so `send` has to be called even when nothing changed.
 */
export class GroupEffects {
  private readonly c: Context
  /** Nobody may be listening; then the words, several for each entry, are not even made. */
  private readonly isHeard: boolean
  private readonly told: string[][] = []

  constructor(c: Context) {
    this.c = c
    this.isHeard = c.server.propagation.sinks.length > 0
  }

  /** To be told when nothing was claimed for the new consumer: a claim creates it by itself. */
  consumerCreated(key: string, group: Group, consumer: Consumer): void {
    if (this.isHeard) this.told.push(['XGROUP', 'CREATECONSUMER', key, group.name, consumer.name])
  }

  /** The entry is pending with these particulars; when the stream has lost it, it is no longer pending. */
  claimed(key: string, group: Group, id: StreamId, nack: Nack): void {
    if (!this.isHeard) return
    this.told.push([
      'XCLAIM', key, group.name, nack.consumer.name, '0', formatId(id),
      'TIME', String(nack.deliveryTime), 'RETRYCOUNT', String(nack.deliveryCount),
      'FORCE', 'JUSTID', 'LASTID', formatId(group.lastDeliveredId),
    ]) // biome-ignore format: as one reads it
  }

  position(key: string, group: Group): void {
    if (!this.isHeard) return
    this.told.push([
      'XGROUP', 'SETID', key, group.name, formatId(group.lastDeliveredId), 'ENTRIESREAD', String(group.entriesRead),
    ]) // biome-ignore format: as one reads it
  }

  send(): void {
    const { propagate } = this.c
    const [first, ...others] = this.told
    if (first === undefined) return propagate.none()
    propagate.as(...first)
    for (const words of others) propagate.also(...words)
  }
}
