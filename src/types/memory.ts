/**
 * How much memory a value takes, about: V8 tells nobody. The figures per string, array slot and table row are those of
 * V8 12 on 64 bits with compressed pointers off, as Node is built.
 */
import type { Hash } from './hash.ts'
import type { Value } from './value.ts'

const WORD = 8
/** A one-byte string: map, hash and length, then its characters in whole words. */
const stringBytes = (length: number) => 16 + Math.ceil(length / WORD) * WORD
const ARRAY = 32
const OBJECT = 56
/** What the deadline of a field costs. */
const FIELD_DEADLINE = 100
/** A row of a Map of strings beside its dense arrays. */
const TABLE_ROW = 56
const TREE_ROW = 32
/** What a key costs beside its own characters: its row in the keyspace. */
const KEY_ROW = 88

/** Bytes a key and its value take. Of a container at most `samples` elements are looked at, 0 for all. */
export function memoryOf(key: string, value: Value, samples: number): number {
  return KEY_ROW + stringBytes(key.length) + valueBytes(value, samples === 0 ? Number.POSITIVE_INFINITY : samples)
}

function valueBytes(value: Value, samples: number): number {
  if (typeof value === 'number') return 0
  if (typeof value === 'string') return stringBytes(value.length)
  if (value.kind === 'string') return 96 + value.length
  if (value.kind === 'stream') return value.memory()
  const packed = value.packedLength
  if (packed !== null) return OBJECT + stringBytes(packed) + (value.kind === 'hash' ? deadlineBytes(value) : 0)
  switch (value.kind) {
    case 'list':
      // Chunks away from the ends are packed.
      return (
        value.nodeCount * (ARRAY + OBJECT) +
        sampled(value.length, samples, (n) => {
          let bytes = 0
          value.forEachInRange(0, n - 1, (element) => {
            bytes += element.length + 1
          })
          return bytes
        })
      )
    case 'hash':
      return (
        OBJECT +
        value.size * (TABLE_ROW + WORD) +
        deadlineBytes(value) +
        sampled(value.size, samples, (n) =>
          sum(n, (i) => stringBytes(value.fieldAt(i).length) + stringBytes(value.valueAt(i).length)),
        )
      )
    case 'set':
      return (
        OBJECT +
        value.size * TABLE_ROW +
        sampled(value.size, samples, (n) => sum(n, (i) => stringBytes(value.memberAt(i).length)))
      )
    default:
      return (
        OBJECT +
        value.size * (TABLE_ROW + WORD + TREE_ROW) +
        sampled(value.size, samples, (n) => {
          let bytes = 0
          value.rangeByRank(0, n - 1, false, (member) => {
            bytes += stringBytes(member.length)
          })
          return bytes
        })
      )
  }
}

/** What `count` elements take, reckoned from the first `samples` of them. */
function sampled(count: number, samples: number, measure: (n: number) => number): number {
  if (count === 0) return 0
  if (count <= samples) return measure(count)
  return Math.round((measure(samples) / samples) * count)
}

function sum(n: number, of: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < n; i++) total += of(i)
  return total
}

function deadlineBytes(hash: Hash): number {
  return hash.expiringFields * FIELD_DEADLINE
}
