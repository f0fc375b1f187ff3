/** What the bitmap commands share: offsets, ranges, and the forms a value is read in. */
import { E } from '../../resp/errors.ts'
import { type AnyArg, custom, int, oneOf, since } from '../../spec/args.ts'
import type { StringValue } from '../../store/views.ts'
import { Bytes } from '../../types/bytes.ts'
import { parseInt64Exact } from '../../util/numbers.ts'

/** The highest addressable bit: the last one of 512 MB. Values end a little before it, see `checkLength`. */
export const MAX_BIT_OFFSET = 2 ** 32 - 1

export const bitOffset = int('offset', { min: 0, max: MAX_BIT_OFFSET, error: E.bitOffset })

/** A value for reading: as text, or as bytes where it is kept as such. */
export function readable(value: StringValue): string | Buffer {
  return value instanceof Bytes ? value.buffer() : String(value)
}

/**
 * The words of `start [end [BYTE | BIT]]`, unread: Redis reads them only once it has found the key, so a missing key
 * answers whatever they are.
 */
export const rangeWords = (...like: AnyArg[]) =>
  custom<readonly string[]>('range', {
    like,
    min: 0,
    read: (argv, from) => ({ value: argv.slice(from), next: argv.length }),
  })

/** The last word of a range of bits. */
export const indexUnit = since('7.0.0', oneOf('index_unit', { byte: 'BYTE', bit: 'BIT' }))

export function readInteger(word: string): number | bigint {
  const n = parseInt64Exact(word)
  if (n === null) throw E.notInteger
  return n
}

/** True for BIT, false for BYTE. */
export function readUnit(word: string): boolean {
  const unit = word.toUpperCase()
  if (unit !== 'BIT' && unit !== 'BYTE') throw E.syntax
  return unit === 'BIT'
}

export interface BitRange {
  readonly first: number
  readonly last: number
}

/** The bits of a value of so many bytes that a range means, both ends inclusive; null when it is empty. */
export function bitRange(
  length: number,
  start: number | bigint,
  end: number | bigint,
  inBits: boolean,
): BitRange | null {
  const total = inBits ? length * 8 : length
  // A double is exact enough to clamp any 64-bit index: totals are far below 2^53.
  let from = Number(start)
  let to = Number(end)
  if (from < 0) from = Math.max(0, total + from)
  if (to < 0) to = Math.max(0, total + to)
  to = Math.min(to, total - 1)
  if (from > to) return null
  return inBits ? { first: from, last: to } : { first: from * 8, last: to * 8 + 7 }
}
