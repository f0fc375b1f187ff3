/**
 * CRC-64 with the Jones polynomial, reflected, starting at 0: the checksum that ends RDB files and DUMP payloads.
 *
 * A 64-bit state is kept as two 32-bit halves, and eight bytes are taken at a time through eight tables: no BigInt
 * and no allocation per byte.
 */
const POLYNOMIAL_LOW = 0xac4bc9b5
const POLYNOMIAL_HIGH = 0x95ac9329

/** Table k at k * 256: what a byte contributes when k more bytes follow it. */
const LOW = new Int32Array(8 * 256)
const HIGH = new Int32Array(8 * 256)

for (let byte = 0; byte < 256; byte++) {
  let low = byte
  let high = 0
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (carry) {
      low ^= POLYNOMIAL_LOW
      high ^= POLYNOMIAL_HIGH
    }
  }
  LOW[byte] = low
  HIGH[byte] = high
}
for (let i = 256; i < 8 * 256; i++) {
  const low = LOW[i - 256]
  const high = HIGH[i - 256]
  LOW[i] = ((low >>> 8) | (high << 24)) ^ LOW[low & 255]
  HIGH[i] = (high >>> 8) ^ HIGH[low & 255]
}

export class Crc64 {
  private low = 0
  private high = 0

  /** Continues over bytes[from, to). */
  update(bytes: Uint8Array, from = 0, to = bytes.length): void {
    let { low, high } = this
    let i = from
    for (const end = to - 7; i < end; i += 8) {
      low ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
      high ^= bytes[i + 4] | (bytes[i + 5] << 8) | (bytes[i + 6] << 16) | (bytes[i + 7] << 24)
      const a = 0x700 + (low & 255)
      const b = 0x600 + ((low >>> 8) & 255)
      const c = 0x500 + ((low >>> 16) & 255)
      const d = 0x400 + (low >>> 24)
      const e = 0x300 + (high & 255)
      const f = 0x200 + ((high >>> 8) & 255)
      const g = 0x100 + ((high >>> 16) & 255)
      const h = high >>> 24
      low = LOW[a] ^ LOW[b] ^ LOW[c] ^ LOW[d] ^ LOW[e] ^ LOW[f] ^ LOW[g] ^ LOW[h]
      high = HIGH[a] ^ HIGH[b] ^ HIGH[c] ^ HIGH[d] ^ HIGH[e] ^ HIGH[f] ^ HIGH[g] ^ HIGH[h]
    }
    for (; i < to; i++) {
      const index = (low ^ bytes[i]) & 255
      low = ((low >>> 8) | (high << 24)) ^ LOW[index]
      high = (high >>> 8) ^ HIGH[index]
    }
    this.low = low
    this.high = high
  }

  /** The checksum so far, 0 .. 2^64 - 1. */
  digest(): bigint {
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0)
  }

  /** Writes the checksum so far as 8 bytes, little-endian, as RDB files end. */
  writeTo(buffer: Buffer, at: number): void {
    buffer.writeInt32LE(this.low, at)
    buffer.writeInt32LE(this.high, at + 4)
  }

  /** True when the 8 bytes at `at` are the checksum so far. */
  matches(bytes: Uint8Array, at: number): boolean {
    if (at + 8 > bytes.length) return false
    for (let i = 0; i < 8; i++) {
      const half = i < 4 ? this.low : this.high
      if (bytes[at + i] !== ((half >>> ((i & 3) * 8)) & 255)) return false
    }
    return true
  }

  reset(): void {
    this.low = 0
    this.high = 0
  }
}

/** The checksum of bytes[from, to) alone. */
export function crc64(bytes: Uint8Array, from = 0, to = bytes.length): bigint {
  const crc = new Crc64()
  crc.update(bytes, from, to)
  return crc.digest()
}
