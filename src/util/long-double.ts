import { bitLength, floatKind, readDecimalFloat, readHexFloat, roundBinary } from './float-syntax.ts'

/**
 * The sum of two decimal strings as a C program computes it in 80-bit x87 long doubles and prints it with 17
 * decimals, which is how INCRBYFLOAT and HINCRBYFLOAT are defined. Values are signed integers times powers of
 * two, so each step is exact and then rounded once.
 */

const MANTISSA_BITS = 64
const MIN_EXPONENT = -16445
const MAX_BITS = 16384
const PRINTED_DECIMALS = 17n
const PRINTED_SCALE = 10n ** PRINTED_DECIMALS
/** Longer strings are refused before any arithmetic. */
const MAX_LENGTH = 5 * 1024 - 1

interface Finite {
  readonly mantissa: bigint
  readonly exponent: number
}

/** null: not a number. */
type LongDouble = Finite | 'infinite' | null

function round(mantissa: bigint, exponent: number, inexact: boolean): Finite | 'infinite' {
  const magnitude = mantissa < 0n ? -mantissa : mantissa
  const rounded = roundBinary(magnitude, exponent, inexact, MANTISSA_BITS, MIN_EXPONENT)
  if (rounded.mantissa !== 0n && bitLength(rounded.mantissa) + rounded.exponent > MAX_BITS) return 'infinite'
  return mantissa < 0n ? { mantissa: -rounded.mantissa, exponent: rounded.exponent } : rounded
}

function fromDecimal(mantissa: bigint, exponent: number, digits: number): Finite | 'infinite' {
  // Beyond these bounds no digit matters any more, and the powers of ten below stay small.
  if (exponent > 5000) return 'infinite'
  if (exponent + digits < -5000) return { mantissa: 0n, exponent: 0 }
  if (exponent >= 0) return round(mantissa * 10n ** BigInt(exponent), 0, false)
  const divisor = 10n ** BigInt(-exponent)
  const shift = Math.max(0, MANTISSA_BITS + 3 + bitLength(divisor) - bitLength(mantissa))
  const dividend = mantissa << BigInt(shift)
  const quotient = dividend / divisor
  return round(quotient, -shift, quotient * divisor !== dividend)
}

function fromHex(mantissa: bigint, exponent: number): Finite | 'infinite' {
  const bits = bitLength(mantissa)
  if (bits + exponent > MAX_BITS + 1) return 'infinite'
  if (bits + exponent < MIN_EXPONENT - 1) return { mantissa: 0n, exponent: 0 }
  return round(mantissa, exponent, false)
}

function parse(s: string): LongDouble {
  if (s.length > MAX_LENGTH) return null
  const kind = floatKind(s)
  if (kind === 'invalid') return null
  if (kind === 'infinity' || kind === '-infinity') return 'infinite'
  const { mantissa, exponent } = kind === 'hex' ? readHexFloat(s) : readDecimalFloat(s)
  if (mantissa === 0n) return { mantissa, exponent: 0 }
  const value = kind === 'hex' ? fromHex(mantissa, exponent) : fromDecimal(mantissa, exponent, s.length)
  // strtold's range error: a finite number that became infinite, or a number that became zero, is refused.
  if (value === 'infinite' || value.mantissa === 0n) return null
  return s.charCodeAt(0) === 45 ? { mantissa: -value.mantissa, exponent: value.exponent } : value
}

function add(a: Finite, b: Finite): Finite | 'infinite' {
  const exponent = Math.min(a.exponent, b.exponent)
  const sum = (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent))
  return round(sum, exponent, false)
}

/** Prints an integer count of 10 ** -decimals, without trailing zeros of the fraction. */
function withPoint(digits: string, decimals: number, negative: boolean): string {
  let end = digits.length
  const padded = end <= decimals ? '0'.repeat(decimals + 1 - end) + digits : digits
  end = padded.length
  const point = end - decimals
  while (end > point && padded.charCodeAt(end - 1) === 48) end--
  const text = end === point ? padded.slice(0, point) : padded.slice(0, point) + '.' + padded.slice(point, end)
  return negative && text !== '0' ? '-' + text : text
}

function print(value: Finite): string {
  const negative = value.mantissa < 0n
  const magnitude = negative ? -value.mantissa : value.mantissa
  if (value.exponent >= 0) return (value.mantissa << BigInt(value.exponent)).toString()
  const shift = BigInt(-value.exponent)
  const scaled = magnitude * PRINTED_SCALE
  let units = scaled >> shift
  const rest = scaled - (units << shift)
  const half = 1n << (shift - 1n)
  if (rest > half || (rest === half && (units & 1n) === 1n)) units += 1n
  return withPoint(units.toString(), Number(PRINTED_DECIMALS), negative)
}

const SMALL_DECIMALS = 14
const POWERS_OF_TEN = Array.from({ length: SMALL_DECIMALS + 1 }, (_, i) => 10 ** i)

/** The number of decimals of the string `readSmall` read last: a second result without an allocation. */
let smallDecimals = 0

/** A plain decimal of at most 15 digits as an integer count of 10 ** -smallDecimals, or NaN. */
function readSmall(s: string): number {
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
  if (digits === 0 || digits > 15 || decimals > SMALL_DECIMALS) return NaN
  smallDecimals = Math.max(decimals, 0)
  return first === 45 ? -value : value
}

/**
 * The sum where it is certain to be the exact decimal sum, else undefined. Below 32 the two operands are each off
 * by at most 2 ** -60 and their sum by another 2 ** -59: together less than half a unit of the 17th decimal.
 * Integers of 15 digits are exact anyway.
 */
function addSmall(a: string, b: string): string | undefined {
  const left = readSmall(a)
  const leftDecimals = smallDecimals
  const right = readSmall(b)
  const rightDecimals = smallDecimals
  if (left !== left || right !== right) return undefined
  const decimals = Math.max(leftDecimals, rightDecimals)
  if (decimals === 0) return String(left + right)
  if (Math.abs(left) >= 32 * POWERS_OF_TEN[leftDecimals]) return undefined
  if (Math.abs(right) >= 32 * POWERS_OF_TEN[rightDecimals]) return undefined
  const sum = left * POWERS_OF_TEN[decimals - leftDecimals] + right * POWERS_OF_TEN[decimals - rightDecimals]
  return withPoint(String(Math.abs(sum)), decimals, sum < 0)
}

/** 'notFloat': an operand is no number in range. 'nanOrInfinity': an operand or the sum is infinite or NaN. */
export type LongDoubleSum =
  | { readonly ok: string; readonly error?: undefined }
  | { readonly ok?: undefined; readonly error: 'notFloat' | 'nanOrInfinity' }

const NOT_FLOAT: LongDoubleSum = { error: 'notFloat' }
const NAN_OR_INFINITY: LongDoubleSum = { error: 'nanOrInfinity' }

/** Adds two numbers written as INCRBYFLOAT takes them; never throws. */
export function addLongDouble(a: string, b: string): LongDoubleSum {
  const small = addSmall(a, b)
  if (small !== undefined) return { ok: small }
  const left = parse(a)
  const right = parse(b)
  if (left === null || right === null) return NOT_FLOAT
  if (left === 'infinite' || right === 'infinite') return NAN_OR_INFINITY
  const sum = add(left, right)
  return sum === 'infinite' ? NAN_OR_INFINITY : { ok: print(sum) }
}

/** What a string is as a long double, for commands that judge their operands one by one before adding. */
export function longDoubleKind(s: string): 'finite' | 'infinite' | 'notFloat' {
  const value = parse(s)
  if (value === null) return 'notFloat'
  return value === 'infinite' ? 'infinite' : 'finite'
}
