import type { Context } from '../../spec/context.ts'

/** DEL and UNLINK. Memory is given back by the garbage collector either way. */
export function deleteKeys(c: Context, keys: readonly string[]): void {
  let deleted = 0
  for (const key of keys) {
    if (!c.db.delete(key)) continue
    c.db.changed(key, 'del')
    deleted++
  }
  c.reply.int(deleted)
}
