/**
 * Integers of 1 to 64 bits at any bit offset of a string, most significant bit first. Those of up to 32 bits are
 * plain numbers throughout; wider ones are computed as bigints, so that all 64 bits are exact.
 */
import type { Bytes } from './bytes.ts'

export interface FieldType {
  readonly signed: boolean
  /** 1 to 64; at most 63 when unsigned. */
  readonly bits: number
}

export type Overflow = 'wrap' | 'saturate' | 'fail'

/** Bytes a field can touch: 64 bits that begin inside a byte. */
const WINDOW = 9
const window = new Uint8Array(WINDOW)

/** The field at a bit offset; what lies beyond the end of the value is zero. */
export function readField(value: string | Bytes, { signed, bits }: FieldType, offset: number): number | bigint {
  const from = Math.floor(offset / 8)
  const start = offset & 7
  if (typeof value === 'string') {
    // The code beyond the end is NaN, which is stored as 0.
    for (let i = 0; i < WINDOW; i++) window[i] = value.charCodeAt(from + i)
  } else for (let i = 0; i < WINDOW; i++) window[i] = value.byteAt(from + i)
  if (bits <= 32) {
    const first = window[0] * 2 ** 32 + word(1)
    return narrow(Math.floor(first / 2 ** (40 - start - bits)), signed, bits)
  }
  const all = (BigInt(word(0)) << 40n) | (BigInt(word(4)) << 8n) | BigInt(window[8])
  const field = all >> BigInt(72 - start - bits)
  return signed ? BigInt.asIntN(bits, field) : BigInt.asUintN(bits, field)
}

const word = (at: number) =>
  ((window[at] << 24) | (window[at + 1] << 16) | (window[at + 2] << 8) | window[at + 3]) >>> 0

/** A number modulo 2^bits, as the type shows it. */
function narrow(n: number, signed: boolean, bits: number): number {
  const size = 2 ** bits
  const rest = ((n % size) + size) % size
  return signed && rest >= size / 2 ? rest - size : rest
}

/** Writes a field, of which only the low bits count, into a value that is long enough for it. */
export function writeField(target: Bytes, bits: number, offset: number, value: number | bigint): void {
  if (bits <= 32) return writeWord(target, bits, offset, Number(value))
  const all = BigInt.asUintN(bits, BigInt(value))
  writeWord(target, bits - 32, offset, Number(all >> 32n))
  writeWord(target, 32, offset + bits - 32, Number(all & 0xffffffffn))
}

function writeWord(target: Bytes, bits: number, offset: number, value: number): void {
  let rest = value >>> 0
  let end = offset + bits
  while (end > offset) {
    const at = Math.floor((end - 1) / 8)
    const endInByte = ((end - 1) & 7) + 1
    const taken = Math.min(end - offset, endInByte)
    const shift = 8 - endInByte
    const mask = ((1 << taken) - 1) << shift
    target.setByte(at, (target.byteAt(at) & ~mask) | ((rest << shift) & mask))
    rest >>>= taken
    end -= taken
  }
}

/** A field plus an increment; null when it does not fit and the overflow is to fail. */
export function addToField(
  { signed, bits }: FieldType,
  old: number | bigint,
  increment: number | bigint,
  overflow: Overflow,
): number | bigint | null {
  if (typeof old === 'number' && typeof increment === 'number') {
    const sum = old + increment
    if (Number.isSafeInteger(sum)) return fitNumber(signed, bits, sum, sum < 0, overflow)
  }
  const sum = BigInt(old) + BigInt(increment)
  return fitBigint(signed, bits, sum, sum < 0n, overflow)
}

/**
 * Whether a signed value lies so far below a field that Redis takes it for too large: its distance to the greatest
 * value of the field does not fit 64 bits.
 */
const seemsLarge = (bits: number, value: number | bigint) =>
  value < -(2 ** 62) && bits < 64 && (1n << BigInt(bits - 1)) - 1n - BigInt(value) > 0x7fffffffffffffffn

/**
 * What setting a field to a value stores; null when it does not fit and the overflow is to fail. A negative value
 * is far too large, not too small, for an unsigned field: its 64 bits are read as an unsigned number.
 */
export function fitField(
  { signed, bits }: FieldType,
  value: number | bigint,
  overflow: Overflow,
): number | bigint | null {
  const below = signed && value < 0 && !seemsLarge(bits, value)
  if (typeof value === 'number' && bits <= 32) return fitNumber(signed, bits, value, below, overflow)
  return fitBigint(signed, bits, BigInt(value), below, overflow)
}

function fitNumber(signed: boolean, bits: number, n: number, below: boolean, overflow: Overflow): number | null {
  const max = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  const min = signed ? -max - 1 : 0
  if (n >= min && n <= max) return n
  if (overflow === 'wrap') return narrow(n, signed, bits)
  if (overflow === 'fail') return null
  return below ? min : max
}

function fitBigint(signed: boolean, bits: number, n: bigint, below: boolean, overflow: Overflow): bigint | null {
  const max = (1n << BigInt(signed ? bits - 1 : bits)) - 1n
  const min = signed ? -max - 1n : 0n
  if (n >= min && n <= max) return n
  if (overflow === 'wrap') return signed ? BigInt.asIntN(bits, n) : BigInt.asUintN(bits, n)
  if (overflow === 'fail') return null
  return below ? min : max
}
