/** From what a dump holds to what the store keeps. */
import { Hash } from '../types/hash.ts'
import type { EncodingLimits } from '../types/limits.ts'
import { List } from '../types/list.ts'
import { MemberSet } from '../types/member-set.ts'
import { SortedSet } from '../types/sorted-set.ts'
import { Stream } from '../types/stream.ts'
import { Consumer, Group } from '../types/stream-group.ts'
import type { Value } from '../types/value.ts'
import { isCanonicalInteger } from '../util/numbers.ts'
import type { RdbValue, StreamEntry } from './entry.ts'

/** Is this a collection without elements? No key holds one; a stream may be empty. */
export function isEmpty(entry: RdbValue): boolean {
  switch (entry.type) {
    case 'list':
      return entry.values.length === 0
    case 'set':
    case 'zset':
      return entry.members.length === 0
    case 'hash':
      return entry.fields.length === 0
    default:
      return false
  }
}

/** The value, or the reason why it cannot be kept. */
export function storedValue(entry: RdbValue, limits: EncodingLimits): Value | { readonly refused: string } {
  if (isEmpty(entry)) return { refused: `an empty ${entry.type}` }
  switch (entry.type) {
    case 'string':
      return entry.value.length <= 16 && isCanonicalInteger(entry.value) ? Number(entry.value) : entry.value
    case 'list':
      return List.fromArray(entry.values)
    case 'set':
      return MemberSet.fromArray(entry.members, limits)
    case 'zset':
      return SortedSet.fromPairs(entry.members, entry.scores, limits)
    case 'hash':
      return Hash.fromPairs(entry.fields, entry.values, limits, entry.expiries)
    case 'stream':
      return streamOf(entry.stream) ?? { refused: 'corrupt stream node' }
    case 'module':
      return { refused: `a value of the module '${entry.module}', which is not here` }
  }
}

function streamOf(entry: StreamEntry): Stream | null {
  const stream = new Stream()
  for (const { firstId, listpack } of entry.nodes) if (!stream.addNode(firstId, listpack)) return null
  if (stream.length !== entry.length || stream.newestId > entry.lastId) return null
  stream.lastId = entry.lastId
  stream.maxDeletedId = entry.maxDeletedId
  stream.entriesAdded = entry.entriesAdded ?? entry.length
  for (const g of entry.groups) {
    stream.groups ??= new Map()
    const read = entry.entriesAdded === null ? stream.entriesUpTo(g.lastDeliveredId) : g.entriesRead
    const group = new Group(g.name, g.lastDeliveredId, read)
    const deliveries = new Map(g.pending.map((p) => [p.id, p]))
    const owners = new Map<string, Consumer>()
    for (const c of g.consumers) {
      const consumer = new Consumer(c.name, c.seenTime, c.activeTime)
      group.consumers.set(c.name, consumer)
      for (const id of c.pending) owners.set(id, consumer)
    }
    for (const [id, { deliveryTime, deliveryCount }] of [...deliveries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const consumer = owners.get(id)!
      const nack = { deliveryTime, deliveryCount, consumer }
      group.pel.set(id, nack)
      consumer.pel.set(id, nack)
    }
    stream.groups.set(g.name, group)
  }
  return stream
}
