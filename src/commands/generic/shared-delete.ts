import type { Context } from '../../spec/context.ts'
import type { Value } from '../../types/value.ts'

/** DEL and UNLINK. Memory is given back by the garbage collector either way. */
export function deleteKeys(c: Context, keys: readonly string[], dropped?: (value: Value) => void): void {
  let deleted = 0
  for (const key of keys) {
    const value = dropped === undefined ? undefined : c.db.peek(key)
    if (!c.db.delete(key)) continue
    if (value !== undefined) dropped!(value)
    c.db.changed(key, 'del')
    deleted++
  }
  c.reply.int(deleted)
}
