/**
 * How much memory a value takes, about: V8 tells nobody. The figures per string, array slot and table row are those of
 * V8 12 on 64 bits with compressed pointers off, as Node is built.
 */
import type { Value } from './value.ts'

const WORD = 8
/** A one-byte string: map, hash and length, then its characters in whole words. */
const stringBytes = (length: number) => 16 + Math.ceil(length / WORD) * WORD
const ARRAY = 32
/** A row of a Map of strings beside its dense arrays. */
const TABLE_ROW = 56
const TREE_ROW = 32
/** A field's deadline. */
const DEADLINE_ROW = 24
/** What a key costs beside its own characters: its row in the keyspace. */
const KEY_ROW = 88

/** Bytes a key and its value take. Of a container at most `samples` elements are looked at, 0 for all. */
export function memoryOf(key: string, value: Value, samples: number): number {
  return KEY_ROW + stringBytes(key.length) + valueBytes(value, samples === 0 ? Number.POSITIVE_INFINITY : samples)
}

function valueBytes(value: Value, samples: number): number {
  if (typeof value === 'number') return 0
  if (typeof value === 'string') return stringBytes(value.length)
  switch (value.kind) {
    case 'string':
      return 96 + value.length
    case 'list':
      return (
        ARRAY * (1 + value.nodeCount) +
        value.length * WORD +
        sampled(value.length, samples, (n) => {
          let bytes = 0
          value.forEachInRange(0, n - 1, (element) => {
            bytes += stringBytes(element.length)
          })
          return bytes
        })
      )
    case 'hash': {
      const row = value.encoding() === 'hashtable' ? TABLE_ROW + WORD : 2 * WORD
      return (
        ARRAY * 2 +
        value.size * row +
        value.expiringFields * DEADLINE_ROW +
        sampled(value.size, samples, (n) =>
          sum(n, (i) => stringBytes(value.fieldAt(i).length) + stringBytes(value.valueAt(i).length)),
        )
      )
    }
    case 'set': {
      const row = value.encoding() === 'intset' ? WORD : TABLE_ROW
      return (
        ARRAY * 2 +
        value.size * row +
        sampled(value.size, samples, (n) => sum(n, (i) => stringBytes(value.memberAt(i).length)))
      )
    }
    case 'zset': {
      const row = value.encoding() === 'listpack' ? 2 * WORD : TABLE_ROW + WORD + TREE_ROW
      return (
        ARRAY * 2 +
        value.size * row +
        sampled(value.size, samples, (n) => {
          let bytes = 0
          value.rangeByRank(0, n - 1, false, (member) => {
            bytes += stringBytes(member.length)
          })
          return bytes
        })
      )
    }
    default:
      return value.memory()
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
