import { int64, named, options } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { readRange, replyEntries } from './shared.ts'

export const rangeOptions = options({ count: named('COUNT', int64('count')) })

/** XRANGE and XREVRANGE. */
export function replyRange(
  c: Context,
  key: string,
  startText: string,
  endText: string,
  count: number | bigint | null,
  reverse: boolean,
): void {
  const { start, end } = readRange(startText, endText)
  const stream = c.db.streams.get(key)
  if (stream === undefined) return c.reply.array(0)
  const n = count === null ? -1 : Math.max(0, Number(count))
  if (n === 0) return c.reply.nullArray()
  replyEntries(c, stream, start, end, { reverse, count: n })
}
