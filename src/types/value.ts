/** The values a key can hold. */

import { parseInt64Exact } from '../util/numbers.ts'
import { Bytes } from './bytes.ts'
import type { Hash } from './hash.ts'
import type { EncodingLimits } from './limits.ts'
import type { List } from './list.ts'
import type { MemberSet } from './member-set.ts'
import type { SortedSet } from './sorted-set.ts'
import type { Stream } from './stream.ts'

/** A string value is its bytes, or a number when it is a canonical integer, or a buffer once changed in place. */
export type Value = string | number | Bytes | List | Hash | MemberSet | SortedSet | Stream

export type TypeName = 'string' | 'list' | 'hash' | 'set' | 'zset' | 'stream'

export function typeOf(value: Value): TypeName {
  return typeof value === 'object' ? value.kind : 'string'
}

/** Longest string that Redis keeps in one piece with its header. */
const EMBEDDED = 44

/** Integers of 64 bits that are not safe as numbers. */
const isLargeInteger = (text: string) =>
  text.length >= 16 && text.length <= 20 && typeof parseInt64Exact(text) === 'bigint'

export function encodingOf(value: Value, limits: EncodingLimits): string {
  if (typeof value === 'number') return 'int'
  if (typeof value === 'string') return isLargeInteger(value) ? 'int' : value.length <= EMBEDDED ? 'embstr' : 'raw'
  switch (value.kind) {
    case 'string':
      return 'raw'
    case 'stream':
      return 'stream'
    case 'list':
      return value.encoding(limits)
    default:
      return value.encoding()
  }
}

/** A copy that shares nothing that can change. */
export function copyOf(value: Value): Value {
  if (typeof value !== 'object') return value
  return value instanceof Bytes ? value.copy() : value.copy()
}
