/** SCAN, HSCAN, SSCAN and ZSCAN: cursors, MATCH and COUNT. */
import { E } from '../../resp/errors.ts'
import { type AnyArg, custom, int, named, parsed, pattern, shown } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { parseClamped, UINT64_MAX } from '../../util/numbers.ts'

/** As C's strtoul reads it: a sign and leading zeros are fine, "-1" wraps around, nothing is 0, a NUL ends it. */
function parseCursor(text: string): bigint | null {
  const nul = text.indexOf('\0')
  const word = nul < 0 ? text : text.slice(0, nul)
  if (word === '') return 0n
  const digits = word[0] === '-' || word[0] === '+' ? word.slice(1) : word
  if (!/^\d{1,64}$/.test(digits)) return null
  const n = BigInt(digits)
  if (n > UINT64_MAX) return null
  return word[0] === '-' ? BigInt.asUintN(64, -n) : n
}

/**
 * A cursor: any unsigned 64-bit number, as Redis accepts it. One beyond any table of ours starts at the top, like 0.
 */
export const cursor = shown(
  parsed('cursor', (text) => {
    const n = parseCursor(text)
    if (n === null) throw E.invalidCursor
    return Number(n)
  }),
  { type: 'integer' },
)

export const scanOptions = {
  match: named('MATCH', pattern('pattern')),
  count: named('COUNT', int('count', { min: 1, rangeError: E.syntax })),
} as const

export interface ScanOptions {
  match: string | null
  count: number
  novalues: boolean
}

/** The options of HSCAN, SSCAN and ZSCAN, which are looked at only when there is something to walk. */
export const lateScanOptions = (more: Readonly<Record<string, AnyArg>> = {}) =>
  custom('options', {
    like: Object.values<AnyArg>({ ...scanOptions, ...more }),
    min: 0,
    read: (argv, from) => ({ value: argv.slice(from), next: argv.length }),
  })

export function readScanOptions(words: readonly string[], hash = false): ScanOptions {
  const options: ScanOptions = { match: null, count: DEFAULT_COUNT, novalues: false }
  for (let i = 0; i < words.length; i++) {
    const word = words[i].toUpperCase()
    if (word === 'COUNT' && i + 1 < words.length) {
      options.count = parseClamped(words[++i])
      if (options.count !== options.count) throw E.notInteger
      if (options.count < 1) throw E.syntax
    } else if (word === 'MATCH' && i + 1 < words.length) options.match = words[++i]
    else if (word === 'NOVALUES' && hash) options.novalues = true
    else throw E.syntax
  }
  return options
}

export function replyEmptyScan(c: Context): void {
  c.reply.array(2)
  c.reply.bulk('0')
  c.reply.array(0)
}

/** How many entries a step looks at when COUNT does not say. */
export const DEFAULT_COUNT = 10
