/**
 * The grammar of C's strtod over latin1 strings, and rounding of exact binary values to a given precision.
 * Shared by the double and the long double readers.
 */

/** What a whole string is, as a C floating point number. NaN spellings count as invalid: no command takes them. */
export type FloatKind = 'invalid' | 'decimal' | 'hex' | 'infinity' | '-infinity'

const LOWER = 32

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | LOWER
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** Classifies the whole of `s`; no leading or trailing characters are forgiven. */
export function floatKind(s: string): FloatKind {
  const n = s.length
  const first = n > 0 ? s.charCodeAt(0) : 0
  let i = first === 43 || first === 45 ? 1 : 0
  if (i >= n) return 'invalid'
  if ((s.charCodeAt(i) | LOWER) === 105) {
    const word = n - i <= 8 ? s.slice(i).toLowerCase() : ''
    if (word !== 'inf' && word !== 'infinity') return 'invalid'
    return first === 45 ? '-infinity' : 'infinity'
  }
  const hex = s.charCodeAt(i) === 48 && i + 1 < n && (s.charCodeAt(i + 1) | LOWER) === 120
  if (hex) i += 2
  let digits = 0
  let dotSeen = false
  for (; i < n; i++) {
    const code = s.charCodeAt(i)
    if (hex ? hexDigitValue(code) >= 0 : isDigit(code)) digits++
    else if (code === 46 && !dotSeen) dotSeen = true
    else break
  }
  if (digits === 0) return 'invalid'
  const kind = hex ? 'hex' : 'decimal'
  if (i === n) return kind
  if ((s.charCodeAt(i) | LOWER) !== (hex ? 112 : 101)) return 'invalid'
  i++
  if (i < n && (s.charCodeAt(i) === 43 || s.charCodeAt(i) === 45)) i++
  if (i === n) return 'invalid'
  for (; i < n; i++) if (!isDigit(s.charCodeAt(i))) return 'invalid'
  return kind
}

/** mantissa * base ** exponent, without sign; the base is 10 for the decimal kind and 2 for the hex kind. */
export interface ScaledInteger {
  readonly mantissa: bigint
  readonly exponent: number
}

/** Exponents beyond this are cut: far outside every format, and still exact in arithmetic with string lengths. */
const EXPONENT_LIMIT = 1e12

function readExponent(s: string, at: number): number {
  if (at >= s.length) return 0
  const exponent = Number(s.slice(at))
  return Math.max(-EXPONENT_LIMIT, Math.min(EXPONENT_LIMIT, exponent))
}

/** Significant hex digits kept; anything non-zero after them only decides ties, so it becomes one sticky bit. */
const HEX_DIGITS_KEPT = 32

/** Reads a string that `floatKind` called 'hex'. */
export function readHexFloat(s: string): ScaledInteger {
  let mantissa = 0n
  let kept = 0
  let exponent = 0
  let sticky = false
  let dotSeen = false
  let i = s.charCodeAt(0) === 43 || s.charCodeAt(0) === 45 ? 3 : 2
  for (; i < s.length; i++) {
    const code = s.charCodeAt(i)
    if (code === 46) {
      dotSeen = true
      continue
    }
    const digit = hexDigitValue(code)
    if (digit < 0) break
    if (kept < HEX_DIGITS_KEPT) {
      mantissa = (mantissa << 4n) | BigInt(digit)
      if (mantissa !== 0n) kept++
      if (dotSeen) exponent -= 4
    } else {
      if (digit !== 0) sticky = true
      if (!dotSeen) exponent += 4
    }
  }
  exponent += readExponent(s, i + 1)
  return sticky ? { mantissa: (mantissa << 1n) | 1n, exponent: exponent - 1 } : { mantissa, exponent }
}

/** Reads a string that `floatKind` called 'decimal'. The cost grows with the number of digits: bound it first. */
export function readDecimalFloat(s: string): ScaledInteger {
  const start = s.charCodeAt(0) === 43 || s.charCodeAt(0) === 45 ? 1 : 0
  let end = start
  let dot = -1
  for (; end < s.length; end++) {
    const code = s.charCodeAt(end)
    if (code === 46) dot = end
    else if (!isDigit(code)) break
  }
  const digits = dot < 0 ? s.slice(start, end) : s.slice(start, dot) + s.slice(dot + 1, end)
  const fraction = dot < 0 ? 0 : end - dot - 1
  return { mantissa: BigInt(digits), exponent: readExponent(s, end + 1) - fraction }
}

/** The number of bits of a non-negative integer; 0 for 0. */
export function bitLength(b: bigint): number {
  if (b === 0n) return 0
  const hex = b.toString(16)
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0], 16)) + 28
}

/**
 * Rounds mantissa * 2 ** exponent to at most `bits` bits, no bit worth less than 2 ** minExponent, ties to even.
 * `inexact` says that the true value lies a little above; the mantissa must then have at least bits + 2 bits.
 */
export function roundBinary(
  mantissa: bigint,
  exponent: number,
  inexact: boolean,
  bits: number,
  minExponent: number,
): ScaledInteger {
  const drop = Math.max(bitLength(mantissa) - bits, minExponent - exponent)
  if (drop <= 0) return { mantissa, exponent }
  const shift = BigInt(drop)
  const half = 1n << (shift - 1n)
  let kept = mantissa >> shift
  const rest = mantissa - (kept << shift)
  if (rest > half || (rest === half && (inexact || (kept & 1n) === 1n))) kept += 1n
  return { mantissa: kept, exponent: exponent + drop }
}
