import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'

/** RENAME and RENAMENX: true when the key now has its new name. The value keeps its time to live. */
export function rename(c: Context, from: string, to: string, replace: boolean): boolean {
  const { db } = c
  const value = db.peek(from)
  if (value === undefined) throw E.noSuchKey
  const there = db.peekHas(to)
  if (from === to) return replace
  if (there && !replace) return false
  const deadline = db.expireAt(from)
  db.delete(from)
  // As in Redis the name is a new key, not another value of the one it had.
  if (there) db.delete(to)
  db.set(to, value)
  if (deadline >= 0) db.setExpireAt(to, deadline)
  db.changed(from, 'rename_from')
  db.changed(to, 'rename_to', 0)
  return true
}
