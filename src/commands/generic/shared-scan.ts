/** SCAN, HSCAN, SSCAN and ZSCAN: cursors, MATCH and COUNT. */
import { E } from '../../resp/errors.ts'
import { int, named, parsed, pattern, shown } from '../../spec/args.ts'
import { parseUint64 } from '../../util/numbers.ts'

/**
 * A cursor: any unsigned 64-bit number, as Redis accepts it. One beyond any table of ours starts at the top, like 0.
 */
export const cursor = shown(
  parsed('cursor', (text) => {
    const n = parseUint64(text)
    if (n === null) throw E.invalidCursor
    return Number(n)
  }),
  { type: 'integer' },
)

export const scanOptions = {
  match: named('MATCH', pattern('pattern')),
  count: named('COUNT', int('count', { min: 1, rangeError: E.syntax })),
} as const

/** How many entries a step looks at when COUNT does not say. */
export const DEFAULT_COUNT = 10
