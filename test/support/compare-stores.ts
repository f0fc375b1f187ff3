/** Finds what differs between the data of two stores, key by key, in words. */

import type { Store } from '../../src/store/store.ts'
import type { Stream } from '../../src/types/stream.ts'
import { idMs, idSequence, MAX_ID, MIN_ID, type StreamId } from '../../src/types/stream-id.ts'
import { typeOf, type Value } from '../../src/types/value.ts'

/** One line per key that differs. Access times and encodings may differ: they are no data. */
export function compareStores(expected: Store, actual: Store): string[] {
  const mine = describeStore(expected)
  const theirs = describeStore(actual)
  const differences: string[] = []
  for (const [key, text] of mine) {
    const other = theirs.get(key)
    if (other === undefined) differences.push(`${key}: missing, should be ${short(text)}`)
    else if (other !== text)
      differences.push(`${key}:\n  expected ${around(text, other)}\n  actual   ${around(other, text)}`)
  }
  for (const [key, text] of theirs) if (!mine.has(key)) differences.push(`${key}: should not exist, is ${short(text)}`)
  return differences
}

/** Every key with everything that makes its value, as text. */
function describeStore(store: Store): Map<string, string> {
  const lines = new Map<string, string>()
  for (const db of store.databases) {
    const { keyspace } = db
    for (let slot = 0; slot < keyspace.size; slot++) {
      const deadline = keyspace.deadlines.deadlineOf(slot)
      const value = describeValue(keyspace.valueAt(slot))
      const key = `db${db.index} ${JSON.stringify(keyspace.nameAt(slot))}`
      lines.set(key, deadline === -1 ? value : `${value} until ${deadline}`)
    }
  }
  return lines
}

function describeValue(value: Value): string {
  const type = typeOf(value)
  const q = (text: string) => JSON.stringify(text)
  const items: string[] = []
  const add = (item: string) => {
    items.push(item)
  }
  if (typeof value !== 'object' || value.kind === 'string') return `${type} ${q(String(value))}`
  if (value.kind === 'list') value.forEach((element) => void add(q(element)))
  else if (value.kind === 'set') value.forEach((member) => void add(q(member)))
  else if (value.kind === 'hash') {
    value.forEachStored((field, text, until) => add(`${q(field)}=${q(text)}${until === -1 ? '' : ` until ${until}`}`))
  } else if (value.kind === 'zset') value.forEach((member, score) => void add(`${q(member)}:${scoreText(score)}`))
  else return `${type} ${describeStream(value)}`
  if (value.kind === 'set' || value.kind === 'hash') items.sort()
  return `${type} ${items.join(' ')}`
}

function scoreText(score: number): string {
  return Object.is(score, -0) ? '-0' : String(score)
}

const idText = (id: StreamId) => `${idMs(id)}-${idSequence(id)}`

function describeStream(stream: Stream): string {
  const parts = [
    `length ${stream.length} last ${idText(stream.lastId)} deleted ${idText(stream.maxDeletedId)} added ${stream.entriesAdded}`,
  ]
  stream.range(MIN_ID, MAX_ID, { reverse: false, count: -1 }, (id, fields) => {
    parts.push(`${idText(id)} ${fields.map((field) => JSON.stringify(field)).join(' ')}`)
  })
  for (const group of [...(stream.groups?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    parts.push(`group ${JSON.stringify(group.name)} at ${idText(group.lastDeliveredId)} read ${group.entriesRead}`)
    group.pel.range(MIN_ID, MAX_ID, -1, (id, nack) => {
      const owner = JSON.stringify(nack.consumer.name)
      parts.push(`pending ${idText(id)} of ${owner} since ${nack.deliveryTime} times ${nack.deliveryCount}`)
    })
    for (const consumer of [...group.consumers.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const ids: string[] = []
      consumer.pel.range(MIN_ID, MAX_ID, -1, (id) => ids.push(idText(id)))
      parts.push(`consumer ${JSON.stringify(consumer.name)} ${ids.join(' ')}`)
    }
  }
  return parts.join('; ')
}

function short(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}... (${text.length} characters)`
}

/** The part of a text where it begins to differ from another. */
function around(text: string, other: string): string {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  const from = Math.max(0, at - 60)
  const type = text.slice(0, text.indexOf(' '))
  return from === 0 ? short(text) : `${type} ...${short(text.slice(from))}`
}
