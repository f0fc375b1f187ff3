/**
 * A fingerprint of a value in a dump, equal exactly when the values are: whatever their encodings and the order of
 * what has no order. Unlike DEBUG DIGEST it covers deadlines of fields, and groups and positions of streams.
 */
import { createHash } from 'node:crypto'
import type { RdbEntry } from '../../rdb/entry.ts'
import { MAX_ID, MIN_ID } from '../../types/stream-id.ts'
import { streamIn } from './dump.ts'

/** 40 hex digits. */
export function valueHash(entry: RdbEntry, offset: number): string {
  const hash = createHash('sha1')
  const put = (...words: (string | number)[]) => {
    for (const word of words) {
      const text = String(word)
      // The length keeps neighbours apart.
      hash.update(`${text.length}:`).update(text, 'latin1')
    }
  }
  const { value } = entry
  put(value.type)
  switch (value.type) {
    case 'string':
      put(value.value)
      break
    case 'list':
      for (const element of value.values) put(element)
      break
    case 'set':
      for (const member of [...value.members].sort(byBytes)) put(member)
      break
    case 'zset':
      for (const i of order(value.members)) put(value.members[i], value.scores[i])
      break
    case 'hash':
      for (const i of order(value.fields)) put(value.fields[i], value.values[i], value.expiries?.[i] ?? 0)
      break
    case 'stream': {
      const stream = streamIn(entry, offset)
      put(stream.lastId, stream.maxDeletedId, stream.entriesAdded, stream.length)
      stream.range(MIN_ID, MAX_ID, { reverse: false, count: -1 }, (id, fields) => put(id, fields.length, ...fields))
      for (const group of [...value.stream.groups].sort((a, b) => byBytes(a.name, b.name))) {
        put('group', group.name, group.lastDeliveredId, group.entriesRead)
        for (const { id, deliveryTime, deliveryCount } of [...group.pending].sort((a, b) => byBytes(a.id, b.id))) {
          put(id, deliveryTime, deliveryCount)
        }
        for (const consumer of [...group.consumers].sort((a, b) => byBytes(a.name, b.name))) {
          put('consumer', consumer.name, consumer.seenTime, consumer.activeTime)
          for (const id of [...consumer.pending].sort(byBytes)) put(id)
        }
      }
      break
    }
    case 'module':
      // What modules store cannot be read; only that it is theirs.
      put(value.module)
  }
  return hash.digest('hex')
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function order(names: readonly string[]): number[] {
  return [...names.keys()].sort((a, b) => byBytes(names[a], names[b]))
}
