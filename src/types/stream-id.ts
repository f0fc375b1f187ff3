/**
 * Stream ids: 16 chars, the 64-bit milliseconds and the 64-bit sequence number, both big-endian.
 *
 * So ids compare with `<`, are Map keys, and are what dumps and Redis's own radix tree hold; and all 64 bits are exact.
 */
import { parseInteger, parseUint64Lenient, UINT64_MAX } from '../util/numbers.ts'

export type StreamId = string

export const MIN_ID: StreamId = '\0'.repeat(16)
export const MAX_ID: StreamId = '\xff'.repeat(16)

const TWO_32 = 0x100000000
const MAX_SAFE_NUMBER = Number.MAX_SAFE_INTEGER
const MAX_SAFE = BigInt(MAX_SAFE_NUMBER)
const fromCodes = String.fromCharCode

function half64(n: bigint): string {
  let text = ''
  for (let shift = 56n; shift >= 0n; shift -= 8n) text += fromCodes(Number((n >> shift) & 255n))
  return text
}

/** The number in 8 chars from a place on: a number when it is safe, else a bigint. */
function numberAt(id: string, at: number): number | bigint {
  const high =
    ((id.charCodeAt(at) << 24) |
      (id.charCodeAt(at + 1) << 16) |
      (id.charCodeAt(at + 2) << 8) |
      id.charCodeAt(at + 3)) >>>
    0
  const low =
    ((id.charCodeAt(at + 4) << 24) |
      (id.charCodeAt(at + 5) << 16) |
      (id.charCodeAt(at + 6) << 8) |
      id.charCodeAt(at + 7)) >>>
    0
  return high < 0x200000 ? high * TWO_32 + low : (BigInt(high) << 32n) | BigInt(low)
}

/** The id of two safe numbers. Made in one go: two joined halves would stay a rope, slow to compare. */
export function makeId(ms: number, sequence: number): StreamId {
  const msHigh = Math.floor(ms / TWO_32)
  const msLow = ms >>> 0
  const high = Math.floor(sequence / TWO_32)
  const low = sequence >>> 0
  return fromCodes(
    msHigh >>> 24,
    (msHigh >>> 16) & 255,
    (msHigh >>> 8) & 255,
    msHigh & 255,
    msLow >>> 24,
    (msLow >>> 16) & 255,
    (msLow >>> 8) & 255,
    msLow & 255,
    high >>> 24,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    low >>> 24,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  )
}

/** The id of two unsigned 64-bit numbers. */
export function makeBigId(ms: bigint, sequence: bigint): StreamId {
  if (ms <= MAX_SAFE && sequence <= MAX_SAFE) return makeId(Number(ms), Number(sequence))
  return half64(ms) + half64(sequence)
}

/** Half of an id as text: a number when it is safe, else a bigint; null when it is neither. */
function readHalf(text: string): number | bigint | null {
  const n = parseInteger(text)
  return n >= 0 ? n : parseUint64Lenient(text)
}

function join(ms: number | bigint, sequence: number | bigint): StreamId {
  return typeof ms === 'number' && typeof sequence === 'number'
    ? makeId(ms, sequence)
    : makeBigId(BigInt(ms), BigInt(sequence))
}

/** Reads `ms` or `ms-sequence`; null when it is neither. A missing sequence number is taken as given. */
export function parseId(text: string, missingSequence: 0 | 'max'): StreamId | null {
  const dash = text.indexOf('-')
  if (dash < 0) {
    const ms = readHalf(text)
    return ms === null ? null : join(ms, missingSequence === 0 ? 0 : UINT64_MAX)
  }
  const ms = readHalf(text.slice(0, dash))
  const sequence = readHalf(text.slice(dash + 1))
  return ms === null || sequence === null ? null : join(ms, sequence)
}

/** Reads the `ms` of `ms-*` as the lowest id of that millisecond; null when it is no number. */
export function parseMilliseconds(text: string): StreamId | null {
  const ms = parseUint64Lenient(text)
  return ms === null ? null : makeBigId(ms, 0n)
}

/** The last three digits of milliseconds and the dash: ids that are printed in a row mostly share all before them. */
const TAILS = Array.from({ length: 1000 }, (_, n) => `${String(n).padStart(3, '0')}-`)
let seconds = -1
let secondsText = ''

/** An id of two safe numbers as clients see it. */
export function formatHalves(ms: number, sequence: number): string {
  if (ms < 1000) return `${ms}-${sequence}`
  const whole = Math.floor(ms / 1000)
  if (whole !== seconds) {
    seconds = whole
    secondsText = String(whole)
  }
  return secondsText + (TAILS[ms - whole * 1000] + sequence)
}

export function formatId(id: StreamId): string {
  const ms = numberAt(id, 0)
  const sequence = numberAt(id, 8)
  return typeof ms === 'number' && typeof sequence === 'number' ? formatHalves(ms, sequence) : `${ms}-${sequence}`
}

export function idMs(id: StreamId): number | bigint {
  return numberAt(id, 0)
}

export function idSequence(id: StreamId): number | bigint {
  return numberAt(id, 8)
}

/** The id right after one; null after the last. */
export function nextId(id: StreamId): StreamId | null {
  const ms = numberAt(id, 0)
  const sequence = numberAt(id, 8)
  if (typeof ms === 'number' && typeof sequence === 'number' && sequence < MAX_SAFE_NUMBER) {
    return makeId(ms, sequence + 1)
  }
  for (let i = 15; i >= 0; i--) {
    const code = id.charCodeAt(i)
    if (code < 255) return id.slice(0, i) + fromCodes(code + 1) + MIN_ID.slice(i + 1)
  }
  return null
}

/** The id right before one; null before the first. */
export function previousId(id: StreamId): StreamId | null {
  for (let i = 15; i >= 0; i--) {
    const code = id.charCodeAt(i)
    if (code > 0) return id.slice(0, i) + fromCodes(code - 1) + MAX_ID.slice(i + 1)
  }
  return null
}
