/** What the hash commands share. */
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'

/** HSET and HMSET: sets fields, and returns how many are new. */
export function setFields(c: Context, key: string, fields: readonly string[], values: readonly string[]): number {
  const hash = c.db.hashes.open(key)
  let added = 0
  for (let i = 0; i < fields.length; i++) if (hash.set(fields[i], values[i], c.store.limits)) added++
  c.db.changed(key, 'hset', fields.length)
  return added
}

/** The greatest count for which a random sample's reply can still be built, as Redis limits it. */
const SAMPLE_LIMIT = 2 ** 62

/** A count of HRANDFIELD and ZRANDMEMBER with values: doubled, it must not leave 64 bits. */
export function checkSampleCount(count: number | bigint, withValues: boolean): number {
  if (typeof count === 'bigint' && count === -9223372036854775808n) throw E.sampleOutOfRange
  const n = Number(count)
  if (withValues && (n < -SAMPLE_LIMIT || n > SAMPLE_LIMIT)) throw E.valueOutOfRange
  return n
}
