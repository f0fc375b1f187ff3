/**
 * Listpacks: Redis's packed rows of strings and integers, as they stand in dumps and in stream nodes.
 *
 * A header (total bytes, 4 little-endian; entries, 2), entries (encoding and data, then their length again backwards),
 * and a byte 0xFF. Integers are kept as such when their text is canonical.
 */
import { fitsInt64, parseInt64Exact } from './numbers.ts'

export const LISTPACK_HEADER = 6
export const LISTPACK_END = 0xff
/** What the header says when it cannot tell how many entries there are. */
export const UNKNOWN_COUNT = 0xffff

/** Bytes that the backward length of an entry takes. */
export function backLengthSize(entryBytes: number): number {
  if (entryBytes <= 127) return 1
  if (entryBytes < 16383) return 2
  if (entryBytes < 2097151) return 3
  if (entryBytes < 268435455) return 4
  return 5
}

/** Reads a listpack in bytes from..to; null when it is not a sound one. */
export function readListpack(buffer: Buffer, from: number, to: number): string[] | null {
  if (to - from < LISTPACK_HEADER + 1 || buffer.readUInt32LE(from) !== to - from || buffer[to - 1] !== LISTPACK_END)
    return null
  const announced = buffer.readUInt16LE(from + 4)
  const entries: string[] = []
  const last = to - 1
  let at = from + LISTPACK_HEADER
  while (at < last) {
    const begin = at
    const head = buffer[at]
    if ((head & 0x80) === 0) {
      entries.push(String(head))
      at += 1
    } else if ((head & 0xc0) === 0x80) {
      const length = head & 0x3f
      at += 1
      if (at + length > last) return null
      entries.push(buffer.latin1Slice(at, at + length))
      at += length
    } else if ((head & 0xe0) === 0xc0) {
      if (at + 2 > last) return null
      const n = ((head & 0x1f) << 8) | buffer[at + 1]
      entries.push(String(n >= 4096 ? n - 8192 : n))
      at += 2
    } else if ((head & 0xf0) === 0xe0) {
      if (at + 2 > last) return null
      const length = ((head & 0x0f) << 8) | buffer[at + 1]
      at += 2
      if (at + length > last) return null
      entries.push(buffer.latin1Slice(at, at + length))
      at += length
    } else if (head === 0xf0) {
      if (at + 5 > last) return null
      const length = buffer.readUInt32LE(at + 1)
      at += 5
      if (length > last - at) return null
      entries.push(buffer.latin1Slice(at, at + length))
      at += length
    } else if (head === 0xf1) {
      if (at + 3 > last) return null
      entries.push(String(buffer.readInt16LE(at + 1)))
      at += 3
    } else if (head === 0xf2) {
      if (at + 4 > last) return null
      entries.push(String(buffer.readIntLE(at + 1, 3)))
      at += 4
    } else if (head === 0xf3) {
      if (at + 5 > last) return null
      entries.push(String(buffer.readInt32LE(at + 1)))
      at += 5
    } else if (head === 0xf4) {
      if (at + 9 > last) return null
      entries.push(String(buffer.readBigInt64LE(at + 1)))
      at += 9
    } else return null
    const size = at - begin
    const back = backLengthSize(size)
    if (at + back > last || readBackLength(buffer, at + back - 1, back) !== size) return null
    at += back
  }
  if (announced !== UNKNOWN_COUNT && announced !== entries.length) return null
  return entries
}

/** Reads a backward length that ends at a byte; -1 when it is not of the given size. */
function readBackLength(buffer: Buffer, at: number, size: number): number {
  let value = 0
  let factor = 1
  for (let i = 0; i < size; i++) {
    const byte = buffer[at - i]
    if (((byte & 0x80) !== 0) !== i < size - 1) return -1
    value += (byte & 0x7f) * factor
    factor *= 128
  }
  return value
}

const INITIAL_CAPACITY = 256

/** A quick look that spares most strings the parser: integers begin with a digit or a sign, and end with a digit. */
function mayBeInteger(text: string): boolean {
  const first = text.charCodeAt(0)
  if (first !== 45 && !(first >= 48 && first <= 57)) return false
  const last = text.charCodeAt(text.length - 1)
  return last >= 48 && last <= 57
}

/** Builds a listpack. */
export class ListpackWriter {
  private buffer: Buffer = Buffer.allocUnsafe(INITIAL_CAPACITY)
  private at = LISTPACK_HEADER
  private count = 0

  /** Bytes so far, the end included. */
  get length(): number {
    return this.at + 1
  }

  private reserve(more: number): void {
    const needed = this.at + more + 1
    if (needed <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2))
    this.buffer.copy(grown, 0, 0, this.at)
    this.buffer = grown
  }

  append(text: string): void {
    const { length } = text
    if (length <= 20 && mayBeInteger(text)) {
      const n = parseInt64Exact(text)
      if (n !== null) return this.appendInteger(n)
    }
    this.reserve(length + 10)
    const { buffer } = this
    const begin = this.at
    let { at } = this
    if (length < 64) buffer[at++] = 0x80 | length
    else if (length < 4096) {
      buffer[at++] = 0xe0 | (length >> 8)
      buffer[at++] = length & 0xff
    } else {
      buffer[at++] = 0xf0
      buffer.writeUInt32LE(length, at)
      at += 4
    }
    // A call out of JavaScript costs as much as copying this many chars here.
    if (length <= 24) for (let i = 0; i < length; i++) buffer[at + i] = text.charCodeAt(i)
    else buffer.latin1Write(text, at)
    this.at = at + length
    this.close(begin)
  }

  appendInteger(n: number | bigint): void {
    this.reserve(16)
    const { buffer } = this
    const begin = this.at
    let { at } = this
    if (typeof n === 'bigint') {
      if (!fitsInt64(n)) throw new RangeError('not a 64-bit integer')
      buffer[at++] = 0xf4
      buffer.writeBigInt64LE(n, at)
      at += 8
    } else if (n >= 0 && n <= 127) buffer[at++] = n
    else if (n >= -4096 && n <= 4095) {
      const bits = n < 0 ? n + 8192 : n
      buffer[at++] = 0xc0 | (bits >> 8)
      buffer[at++] = bits & 0xff
    } else if (n >= -32768 && n <= 32767) {
      buffer[at++] = 0xf1
      buffer[at++] = n & 0xff
      buffer[at++] = (n >> 8) & 0xff
    } else if (n >= -8388608 && n <= 8388607) {
      buffer[at++] = 0xf2
      buffer[at++] = n & 0xff
      buffer[at++] = (n >> 8) & 0xff
      buffer[at++] = (n >> 16) & 0xff
    } else if (n >= -2147483648 && n <= 2147483647) {
      buffer[at++] = 0xf3
      buffer.writeInt32LE(n, at)
      at += 4
    } else {
      if (!Number.isSafeInteger(n)) throw new RangeError('not a safe integer')
      buffer[at++] = 0xf4
      buffer.writeUInt32LE(n >>> 0, at)
      buffer.writeInt32LE(Math.floor(n / 4294967296), at + 4)
      at += 8
    }
    this.at = at
    this.close(begin)
  }

  private close(begin: number): void {
    const size = this.at - begin
    this.count++
    if (size <= 127) {
      this.buffer[this.at++] = size
      return
    }
    const back = backLengthSize(size)
    let value = size
    for (let i = back - 1; i >= 0; i--) {
      this.buffer[this.at + i] = (value & 0x7f) | (i === 0 ? 0 : 0x80)
      value = Math.floor(value / 128)
    }
    this.at += back
  }

  /** The listpack. The writer must not be used after it. */
  finish(): Buffer {
    this.seal()
    return this.buffer.subarray(0, this.at)
  }

  /** The listpack as a latin1 string. The writer is empty after it, to be used again. */
  finishText(): string {
    this.seal()
    const text = this.buffer.latin1Slice(0, this.at)
    this.at = LISTPACK_HEADER
    this.count = 0
    // One huge row must not keep its memory.
    if (this.buffer.length > 1 << 21) this.buffer = Buffer.allocUnsafeSlow(INITIAL_CAPACITY)
    return text
  }

  private seal(): void {
    this.buffer[this.at++] = LISTPACK_END
    this.buffer.writeUInt32LE(this.at, 0)
    this.buffer.writeUInt16LE(this.count < UNKNOWN_COUNT ? this.count : UNKNOWN_COUNT, 4)
  }
}
