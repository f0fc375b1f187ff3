/** What the HyperLogLog commands share: finding a key that holds one. */
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import type { StringValue } from '../../store/views.ts'
import { Bytes } from '../../types/bytes.ts'
import { EMPTY, isHyperLogLog } from '../../types/hyperloglog.ts'

/** A value that was found, checked to be a HyperLogLog. */
function checked(value: StringValue): string | Bytes {
  if (typeof value === 'number' || !isHyperLogLog(value)) throw E.hllNotOne
  return value
}

/** The HyperLogLog at a key, as a read; undefined when there is no such key. */
export function readHyperLogLog(c: Context, key: string): string | Bytes | undefined {
  const value = c.db.strings.get(key)
  return value === undefined ? undefined : checked(value)
}

/** All bytes of a HyperLogLog, for reading. */
export const dataOf = (value: string | Bytes): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'latin1') : value.buffer()

/** The HyperLogLog at a key in the form that changes in place; undefined when there is no such key. */
export function editHyperLogLog(c: Context, key: string): Bytes | undefined {
  const value = c.db.strings.edit(key)
  if (value === undefined) return undefined
  const found = checked(value)
  return typeof found === 'string' ? kept(c, key, found) : found
}

/** Puts a new, empty HyperLogLog at a key. */
export const createHyperLogLog = (c: Context, key: string): Bytes => kept(c, key, EMPTY)

function kept(c: Context, key: string, text: string): Bytes {
  const bytes = Bytes.from(text)
  c.db.strings.put(key, bytes)
  return bytes
}
