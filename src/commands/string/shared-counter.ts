/** INCR and its family. */
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import { fitsInt64, parseInt64 } from '../../util/numbers.ts'
import { textOf } from './shared.ts'

/** Adds to the integer at a key. Exact over all 64 bits; a plain number addition for all that are safe. */
export function addInteger(c: Context, key: string, amount: number | bigint): void {
  const value = c.db.strings.edit(key)
  if ((value === undefined || typeof value === 'number') && typeof amount === 'number') {
    const sum = (value ?? 0) + amount
    if (Number.isSafeInteger(sum)) {
      c.db.strings.put(key, sum)
      c.db.changed(key, 'incrby')
      return c.reply.int(sum)
    }
  }
  const old = value === undefined ? 0n : parseInt64(textOf(value))
  if (old === null) throw E.notInteger
  const sum = old + BigInt(amount)
  if (!fitsInt64(sum)) throw E.overflow
  const safe = BigInt(Number(sum)) === sum && Number.isSafeInteger(Number(sum))
  c.db.strings.put(key, safe ? Number(sum) : sum.toString())
  c.db.changed(key, 'incrby')
  c.reply.int(sum)
}
