import { E, type ReplyError } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import type { Database } from '../../store/database.ts'
import { parseInteger } from '../../util/numbers.ts'

/** The database a number in a request means. */
export function databaseNumber(c: Context, text: string, notNumber: ReplyError = E.notInteger): Database {
  const n = parseInteger(text)
  if (n !== n) throw notNumber
  const db = c.store.databases[n]
  if (db === undefined) throw E.dbOutOfRange
  return db
}
