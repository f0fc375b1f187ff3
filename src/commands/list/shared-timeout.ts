import { E } from '../../resp/errors.ts'
import { bytes, parsed, shown } from '../../spec/args.ts'
import { longDoubleKind, parseDouble } from '../../util/numbers.ts'

/** A time-out in seconds, fractions allowed, as milliseconds; 0 waits for ever. */
export function parseTimeout(text: string): number {
  const seconds = parseDouble(text)
  // Finite as a long double is beyond all time.
  if (seconds !== seconds)
    throw longDoubleKind(text) === 'finite' && !/e-/i.test(text) ? E.timeoutOutOfRange : E.timeoutNotFloat
  const ms = Math.ceil(seconds * 1000)
  if (ms > 2 ** 63) throw E.timeoutOutOfRange
  if (seconds < 0) throw E.timeoutNegative
  return Math.min(ms, Number.MAX_SAFE_INTEGER)
}

/** For those that look at it last: to be read with `parseTimeout`. */
export const lateTimeout = shown(bytes('timeout'), { type: 'double' })
export const timeout = shown(parsed('timeout', parseTimeout), { type: 'double' })
