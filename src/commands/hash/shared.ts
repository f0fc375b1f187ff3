/** What the hash commands share. */
import type { Context } from '../../spec/context.ts'

/** HSET and HMSET: sets fields, and returns how many are new. */
export function setFields(c: Context, key: string, fields: readonly string[], values: readonly string[]): number {
  const hash = c.db.hashes.open(key)
  let added = 0
  for (let i = 0; i < fields.length; i++) if (hash.set(fields[i], values[i], c.store.limits)) added++
  c.db.changed(key, 'hset', fields.length)
  return added
}
