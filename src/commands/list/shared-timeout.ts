import { E } from '../../resp/errors.ts'
import { parsed, shown } from '../../spec/args.ts'
import { parseDouble } from '../../util/numbers.ts'

/** A time-out in seconds, fractions allowed, as milliseconds; 0 waits for ever. */
export function parseTimeout(text: string): number {
  const seconds = parseDouble(text)
  if (seconds !== seconds) throw E.timeoutNotFloat
  const ms = Math.ceil(seconds * 1000)
  if (ms > 2 ** 63) throw E.timeoutOutOfRange
  if (seconds < 0) throw E.timeoutNegative
  return Math.min(ms, Number.MAX_SAFE_INTEGER)
}

export const timeout = shown(parsed('timeout', parseTimeout), { type: 'double' })
