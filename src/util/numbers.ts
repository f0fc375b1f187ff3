import { bitLength, floatKind, readHexFloat, roundBinary } from './float-syntax.ts'

export { addLongDouble, type LongDoubleSum, longDoubleKind } from './long-double.ts'

/** Numbers as the wire has them: latin1 strings, read and printed byte for byte as Redis reads and prints them. */

export const INT64_MAX = 9223372036854775807n
export const INT64_MIN = -9223372036854775808n
export const UINT64_MAX = 18446744073709551615n

const MAX_SAFE = Number.MAX_SAFE_INTEGER

/**
 * A safe integer, or NaN when the string is no integer or lies beyond +-(2^53 - 1).
 * Only the canonical form is an integer: no '+', no spaces, no leading zeros, no "-0".
 */
export function parseInteger(s: string): number {
  const n = s.length
  if (n === 0 || n > 17) return NaN
  let digit = s.charCodeAt(0) - 48
  if (digit > 0 && digit <= 9) {
    let value = digit
    for (let i = 1; i < n; i++) {
      digit = s.charCodeAt(i) - 48
      if (digit < 0 || digit > 9) return NaN
      value = value * 10 + digit
    }
    return value <= MAX_SAFE ? value : NaN
  }
  if (digit === 0) return n === 1 ? 0 : NaN
  if (digit !== -3 || n === 1) return NaN
  let value = s.charCodeAt(1) - 48
  if (value <= 0 || value > 9) return NaN
  for (let i = 2; i < n; i++) {
    digit = s.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return NaN
    value = value * 10 + digit
  }
  return value <= MAX_SAFE ? -value : NaN
}

/** True when the string is exactly what printing a safe integer gives, so that it may be stored as a number. */
export function isCanonicalInteger(s: string): boolean {
  const value = parseInteger(s)
  return value === value
}

export function fitsInt64(b: bigint): boolean {
  return b >= INT64_MIN && b <= INT64_MAX
}

/** True for the canonical form of an integer of up to 20 characters, whatever its range. */
function hasIntegerForm(s: string): boolean {
  const n = s.length
  if (n === 0 || n > 20) return false
  const start = s.charCodeAt(0) === 45 ? 1 : 0
  const first = s.charCodeAt(start)
  if (first === 48) return n === 1
  if (start === n) return false
  for (let i = start; i < n; i++) {
    const code = s.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return true
}

/** A signed 64-bit integer in canonical form: a number when it is safe, else a bigint; null when it is none. */
export function parseInt64Exact(s: string): number | bigint | null {
  const value = parseInteger(s)
  if (value === value) return value
  if (s.length < 16 || !hasIntegerForm(s)) return null
  const big = BigInt(s)
  return fitsInt64(big) ? big : null
}

/** A signed 64-bit integer in canonical form, those that are not safe as the nearest safe one; NaN when it is none. */
export function parseClamped(s: string): number {
  const value = parseInt64Exact(s)
  if (typeof value === 'number') return value
  return value === null ? NaN : value > 0n ? MAX_SAFE : -MAX_SAFE
}

/** A signed 64-bit integer in canonical form, or null. */
export function parseInt64(s: string): bigint | null {
  const value = parseInt64Exact(s)
  return typeof value === 'number' ? BigInt(value) : value
}

/** An unsigned 64-bit integer in canonical form, or null. */
export function parseUint64(s: string): bigint | null {
  const value = parseInteger(s)
  if (value === value) return value >= 0 ? BigInt(value) : null
  if (s.length < 16 || !hasIntegerForm(s) || s.charCodeAt(0) === 45) return null
  const big = BigInt(s)
  return big <= UINT64_MAX ? big : null
}

/**
 * An unsigned 64-bit integer as the halves of a stream ID are read: the canonical form, or else whatever C's strtoull
 * takes whole in base 10 (leading white space, '+', leading zeros; "-05" wraps around). A canonical negative is null.
 */
export function parseUint64Lenient(s: string): bigint | null {
  const strict = parseUint64(s)
  if (strict !== null) return strict
  if (hasIntegerForm(s) && parseInt64(s) !== null) return null
  let i = skipSpace(s)
  const negative = s.charCodeAt(i) === 45
  if (negative || s.charCodeAt(i) === 43) i++
  const start = i
  while (i < s.length && s.charCodeAt(i) === 48) i++
  const digits = s.slice(i)
  if (start === s.length || digits.length > 20) return null
  for (let k = 0; k < digits.length; k++) {
    const code = digits.charCodeAt(k)
    if (code < 48 || code > 57) return null
  }
  const big = BigInt(digits)
  if (big > UINT64_MAX) return null
  return negative ? BigInt.asUintN(64, -big) : big
}

/** The index of the first character that C's isspace does not skip. */
function skipSpace(s: string): number {
  let i = 0
  for (; i < s.length; i++) {
    const code = s.charCodeAt(i)
    if (code !== 32 && (code < 9 || code > 13)) break
  }
  return i
}

const POWERS_OF_TEN = Array.from({ length: 16 }, (_, i) => 10 ** i)

/** A plain decimal of at most 15 digits, or NaN: one exact integer divided by an exact power of ten rounds once. */
function parseShortDecimal(s: string): number {
  const n = s.length
  if (n === 0 || n > 17) return NaN
  const first = s.charCodeAt(0)
  let value = 0
  let digits = 0
  let decimals = -1
  for (let i = first === 45 || first === 43 ? 1 : 0; i < n; i++) {
    const digit = s.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digits++
      if (decimals >= 0) decimals++
    } else if (digit === -2 && decimals < 0) decimals = 0
    else return NaN
  }
  if (digits === 0 || digits > 15) return NaN
  if (decimals > 0) value /= POWERS_OF_TEN[decimals]
  return first === 45 ? -value : value
}

/** strtod over a whole string, without the range check: too large is infinite, too small is zero. */
function strtod(s: string): number {
  const kind = floatKind(s)
  switch (kind) {
    case 'invalid':
      return NaN
    case 'infinity':
      return Infinity
    case '-infinity':
      return -Infinity
    case 'decimal':
      return Number(s)
    case 'hex': {
      const magnitude = hexToDouble(s)
      return s.charCodeAt(0) === 45 ? -magnitude : magnitude
    }
  }
}

function hexToDouble(s: string): number {
  const { mantissa, exponent } = readHexFloat(s)
  const bits = bitLength(mantissa)
  if (bits === 0 || bits + exponent < -1080) return 0
  if (bits + exponent > 1025) return Infinity
  const rounded = roundBinary(mantissa, exponent, false, 53, -1074)
  // Two steps, because 2 ** -1074 times a mantissa is exact while 2 ** -1100 alone would already be zero.
  const half = Math.trunc(rounded.exponent / 2)
  return Number(rounded.mantissa) * 2 ** half * 2 ** (rounded.exponent - half)
}

/** True when a string of the decimal or hex kind has a digit other than 0 before its exponent. */
function hasNonZeroDigit(s: string): boolean {
  const start = s.charCodeAt(0) === 43 || s.charCodeAt(0) === 45 ? 1 : 0
  const hex = (s.charCodeAt(start + 1) | 32) === 120
  for (let i = hex ? start + 2 : start; i < s.length; i++) {
    const code = s.charCodeAt(i)
    if (code === 48 || code === 46) continue
    return (code | 32) !== (hex ? 112 : 101)
  }
  return false
}

function spellsInfinity(s: string): boolean {
  const first = s.charCodeAt(0)
  return (s.charCodeAt(first === 43 || first === 45 ? 1 : 0) | 32) === 105
}

/**
 * A score, increment, or other floating point argument; NaN when invalid. Takes all of strtod's forms but NaN, with
 * nothing before or after, and refuses a number whose magnitude is too large or rounds to zero.
 */
export function parseDouble(s: string): number {
  const short = parseShortDecimal(s)
  if (short === short) return short
  const value = strtod(s)
  if (value === 0) return hasNonZeroDigit(s) ? NaN : value
  if (value === Infinity || value === -Infinity) return spellsInfinity(s) ? value : NaN
  return value
}

/**
 * A bound of a score range, which is read more leniently than a score: leading white space is skipped, the string
 * ends at a NUL, the empty string is 0, and numbers out of range become infinite or zero. NaN when invalid.
 */
export function parseDoubleLenient(s: string): number {
  const short = parseShortDecimal(s)
  if (short === short) return short
  const nul = s.indexOf('\0')
  if (nul >= 0) s = s.slice(0, nul)
  return s === '' ? 0 : strtod(s.slice(skipSpace(s)))
}

/** Prints a double as C's "%.17g": the exact value rounded half to even to 17 digits, trailing zeros removed. */
export function formatDouble17(d: number): string {
  if (d === Math.trunc(d) && d <= MAX_SAFE && d >= -MAX_SAFE) return d !== 0 || 1 / d > 0 ? '' + d : '-0'
  if (d !== d) return 'nan'
  const magnitude = Math.abs(d)
  if (magnitude === Infinity) return d > 0 ? 'inf' : '-inf'
  // Few binary decimals and a small integer part: at most 15 digits, where the shortest form is the exact one.
  const scaled = d * 1024
  if (magnitude < 1e5 && scaled === Math.trunc(scaled)) return '' + d
  const text = trimFraction(magnitude < 1e-4 ? exponentForm(magnitude) : shortForm(magnitude))
  return d < 0 ? '-' + text : text
}

function exponentForm(magnitude: number): string {
  const text = magnitude.toExponential(16)
  if ((text.charCodeAt(17) & 1) === 0 || !isTie(magnitude)) return text
  const exact = magnitude.toExponential(17)
  return (exact.charCodeAt(17) & 1) === 0 ? exact.slice(0, 18) + exact.slice(19) : text
}

function shortForm(magnitude: number): string {
  const text = magnitude.toPrecision(17)
  if ((text.charCodeAt(text.length - 1) & 1) === 0 || !isTie(magnitude)) return text
  const exact = magnitude.toPrecision(18)
  return (exact.charCodeAt(exact.length - 2) & 1) === 0 ? exact.slice(0, -1) : text
}

/**
 * True when the exact value ends in a 5 at the 18th digit: JavaScript rounds such a tie up, C to the even digit.
 * Only a fraction with at most 25 binary decimals can end so early, since 5 ** 26 has 19 digits.
 */
function isTie(magnitude: number): boolean {
  const scaled = magnitude * 0x2000000
  if (scaled !== Math.trunc(scaled) || magnitude === Math.trunc(magnitude)) return false
  return /^\d\.\d{16}50*e/.test(magnitude.toExponential(60))
}

/** Removes the trailing zeros of a fraction and gives the exponent at least two digits, as %g does. */
function trimFraction(text: string): string {
  const e = text.indexOf('e')
  const mantissaEnd = e < 0 ? text.length : e
  let end = mantissaEnd
  if (text.indexOf('.') >= 0) {
    while (text.charCodeAt(end - 1) === 48) end--
    if (text.charCodeAt(end - 1) === 46) end--
  }
  if (e < 0) return end === text.length ? text : text.slice(0, end)
  // JavaScript always writes the exponent's sign.
  const exponent = text.length - e === 3 ? text.slice(e, e + 2) + '0' + text.slice(e + 2) : text.slice(e)
  return text.slice(0, end) + exponent
}
