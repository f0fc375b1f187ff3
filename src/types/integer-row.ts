/**
 * Sorted 64-bit integers kept as one string: all of one width, 2, 4 or 8 chars, as the widest of them needs, most
 * significant first and with the sign turned round, so that the order of the chars is that of the numbers.
 */
import { parseInt64Exact } from '../util/numbers.ts'
import { flat } from './packed-row.ts'

export type Width = 2 | 4 | 8

const HEADS = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))

/** The least width that holds a number. */
export function widthOf(n: number | bigint): Width {
  if (n >= -32768 && n <= 32767) return 2
  return n >= -2147483648 && n <= 2147483647 ? 4 : 8
}

/** The chars of a number, which must fit. */
export function encode(n: number | bigint, width: Width): string {
  if (width === 2) {
    const u = Number(n) + 32768
    return HEADS[u >>> 8] + HEADS[u & 255]
  }
  if (width === 4) return word(Number(n) + 2147483648)
  if (typeof n === 'number') {
    const high = Math.floor(n / 4294967296)
    return word(high + 2147483648) + word(n - high * 4294967296)
  }
  return word(Number(n >> 32n) + 2147483648) + word(Number(n & 0xffffffffn))
}

function word(u: number): string {
  return HEADS[u >>> 24] + HEADS[(u >>> 16) & 255] + HEADS[(u >>> 8) & 255] + HEADS[u & 255]
}

function wordAt(row: string, at: number): number {
  return (
    row.charCodeAt(at) * 16777216 +
    (row.charCodeAt(at + 1) << 16) +
    (row.charCodeAt(at + 2) << 8) +
    row.charCodeAt(at + 3)
  )
}

/** The number at a place (an offset) of a row, as text. */
export function textAt(row: string, at: number, width: Width): string {
  if (width === 2) return String((row.charCodeAt(at) << 8) + row.charCodeAt(at + 1) - 32768)
  if (width === 4) return String(wordAt(row, at) - 2147483648)
  const high = wordAt(row, at) - 2147483648
  const low = wordAt(row, at + 4)
  const n = high * 4294967296 + low
  return Number.isSafeInteger(n) ? String(n) : String((BigInt(high) << 32n) + BigInt(low))
}

/** Where an encoded number stands, or -1 - where it would. */
export function search(row: string, key: string): number {
  const width = key.length
  let low = 0
  let high = row.length / width - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = compareAt(row, middle * width, key)
    if (order === 0) return middle * width
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1 - low * width
}

function compareAt(row: string, at: number, key: string): number {
  for (let i = 0; i < key.length; i++) {
    const difference = row.charCodeAt(at + i) - key.charCodeAt(i)
    if (difference !== 0) return difference
  }
  return 0
}

/** The same numbers in another width, which must hold them all. */
export function widened(row: string, from: Width, to: Width): string {
  let wide = ''
  for (let at = 0; at < row.length; at += from) wide += encode(parseInt64Exact(textAt(row, at, from))!, to)
  return flat(wide)
}
