/**
 * Reading words of a listpack that is kept as a latin1 string: nothing is copied but the words that are asked for.
 *
 * Apart from `isSoundListpack`, a place (`at`) must be the beginning of a word of a sound listpack.
 */
import { backLengthSize, LISTPACK_END, LISTPACK_HEADER, UNKNOWN_COUNT } from './listpack.ts'
import { parseInt64, parseInteger } from './numbers.ts'

const TWO_32 = 0x100000000
const MAX_SAFE = Number.MAX_SAFE_INTEGER

function int32At(row: string, at: number): number {
  return (
    row.charCodeAt(at) | (row.charCodeAt(at + 1) << 8) | (row.charCodeAt(at + 2) << 16) | (row.charCodeAt(at + 3) << 24)
  )
}

/** Bytes of a word's encoding and data. */
function wordSize(row: string, at: number): number {
  const head = row.charCodeAt(at)
  if (head < 0x80) return 1
  if (head < 0xc0) return 1 + (head & 0x3f)
  if (head < 0xe0) return 2
  if (head < 0xf0) return 2 + (((head & 0x0f) << 8) | row.charCodeAt(at + 1))
  switch (head) {
    case 0xf0:
      return 5 + (int32At(row, at + 1) >>> 0)
    case 0xf1:
      return 3
    case 0xf2:
      return 4
    case 0xf3:
      return 5
    default:
      return 9
  }
}

/** The place behind a word. */
export function nextWord(row: string, at: number): number {
  const size = wordSize(row, at)
  return at + size + (size <= 127 ? 1 : backLengthSize(size))
}

/** Does the string hold a listpack, and nothing but that? */
export function isSoundListpack(row: string): boolean {
  const last = row.length - 1
  if (last < LISTPACK_HEADER || int32At(row, 0) >>> 0 !== row.length || row.charCodeAt(last) !== LISTPACK_END) {
    return false
  }
  let at = LISTPACK_HEADER
  let count = 0
  while (at < last) {
    // What lies behind the end reads as 0, and a size that comes of it is refused below.
    if (row.charCodeAt(at) > 0xf4) return false
    const size = wordSize(row, at)
    const behind = at + size
    if (size <= 127) {
      if (behind >= last || row.charCodeAt(behind) !== size) return false
      at = behind + 1
    } else {
      const width = backLengthSize(size)
      if (behind + width > last || !hasBackLength(row, behind + width - 1, width, size)) return false
      at = behind + width
    }
    count++
  }
  const announced = row.charCodeAt(4) | (row.charCodeAt(5) << 8)
  return announced === UNKNOWN_COUNT || announced === count
}

function hasBackLength(row: string, at: number, width: number, size: number): boolean {
  let left = size
  for (let i = 0; i < width; i++) {
    if (row.charCodeAt(at - i) !== ((left & 0x7f) | (i < width - 1 ? 0x80 : 0))) return false
    left = Math.floor(left / 128)
  }
  return true
}

/** The number of 8 little-endian bytes when it is safe, else NaN. */
function int64At(row: string, at: number): number {
  const n = int32At(row, at + 4) * TWO_32 + (int32At(row, at) >>> 0)
  return n <= MAX_SAFE && n >= -MAX_SAFE ? n : NaN
}

/** A word as a number; NaN when it is no safe integer. */
export function readSafeInteger(row: string, at: number): number {
  const head = row.charCodeAt(at)
  if (head < 0x80) return head
  if (head >= 0xc0 && head < 0xe0) {
    const n = ((head & 0x1f) << 8) | row.charCodeAt(at + 1)
    return n >= 4096 ? n - 8192 : n
  }
  switch (head) {
    case 0xf1:
      return ((row.charCodeAt(at + 1) << 16) | (row.charCodeAt(at + 2) << 24)) >> 16
    case 0xf2:
      return ((row.charCodeAt(at + 1) << 8) | (row.charCodeAt(at + 2) << 16) | (row.charCodeAt(at + 3) << 24)) >> 8
    case 0xf3:
      return int32At(row, at + 1)
    case 0xf4:
      return int64At(row, at + 1)
    default:
      return parseInteger(readWord(row, at))
  }
}

/** A word as a 64-bit integer; null when it is none. */
export function readBigInteger(row: string, at: number): bigint | null {
  return parseInt64(readWord(row, at))
}

export function readWord(row: string, at: number): string {
  const head = row.charCodeAt(at)
  if (head < 0x80) return '' + head
  if (head < 0xc0) return row.substring(at + 1, at + 1 + (head & 0x3f))
  if (head >= 0xe0 && head < 0xf0) {
    return row.substring(at + 2, at + 2 + (((head & 0x0f) << 8) | row.charCodeAt(at + 1)))
  }
  if (head === 0xf0) return row.substring(at + 5, at + 5 + (int32At(row, at + 1) >>> 0))
  const n = readSafeInteger(row, at)
  if (n === n) return '' + n
  const big = (BigInt(int32At(row, at + 5)) << 32n) | BigInt(int32At(row, at + 1) >>> 0)
  return String(big)
}
