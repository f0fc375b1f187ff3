import type { Context } from '../../spec/context.ts'
import { Bytes } from '../../types/bytes.ts'
import { lengthOf, textOf } from './shared.ts'

/** GETRANGE and SUBSTR. */
export function getRange(c: Context, key: string, from: number | bigint, to: number | bigint): void {
  const value = c.db.strings.get(key)
  const length = lengthOf(value)
  // A double is exact enough to clamp any 64-bit offset: lengths are far below 2^53.
  let start = Number(from)
  let end = Number(to)
  if (start < 0 && end < 0 && start > end) return c.reply.bulk('')
  if (start < 0) start = Math.max(0, length + start)
  if (end < 0) end = Math.max(0, length + end)
  end = Math.min(end, length - 1)
  if (start > end || length === 0) return c.reply.bulk('')
  c.reply.bulk(value instanceof Bytes ? value.slice(start, end + 1) : textOf(value).slice(start, end + 1))
}
