import { createHash } from 'node:crypto'

/**
 * SHA-1 of latin1 strings. Short ones are hashed here: DEBUG DIGEST hashes every element of the store, and a call into
 * the platform's library costs several times such a hash (1.2 us against 0.2 us for ten characters). Long ones are
 * left to the platform, which is eight times as fast per byte.
 */
const LONGEST_HERE = 200

const block = new Int32Array(16)
const schedule = new Int32Array(80)

/** SHA-1 as five big-endian 32-bit words, written into `out`. */
export function sha1Words(latin1: string, out: Int32Array): void {
  const length = latin1.length
  if (length > LONGEST_HERE) {
    const digest = createHash('sha1').update(latin1, 'latin1').digest()
    for (let i = 0; i < 5; i++) out[i] = digest.readInt32BE(i * 4)
    return
  }
  out[0] = 0x67452301
  out[1] = 0xefcdab89
  out[2] = 0x98badcfe
  out[3] = 0x10325476
  out[4] = 0xc3d2e1f0
  let at = 0
  for (; at + 64 <= length; at += 64) {
    for (let i = 0, k = at; i < 16; i++, k += 4) {
      block[i] =
        (latin1.charCodeAt(k) << 24) |
        (latin1.charCodeAt(k + 1) << 16) |
        (latin1.charCodeAt(k + 2) << 8) |
        latin1.charCodeAt(k + 3)
    }
    compress(out)
  }
  block.fill(0)
  const tail = length - at
  for (let i = 0; i < tail; i++) block[i >> 2] |= latin1.charCodeAt(at + i) << (24 - (i & 3) * 8)
  block[tail >> 2] |= 0x80 << (24 - (tail & 3) * 8)
  if (tail >= 56) {
    compress(out)
    block.fill(0)
  }
  block[15] = length << 3
  compress(out)
}

const words = new Int32Array(5)

/** The 20 bytes of the SHA-1. */
export function sha1(latin1: string): Buffer {
  sha1Words(latin1, words)
  const digest = Buffer.allocUnsafe(20)
  for (let i = 0; i < 5; i++) digest.writeInt32BE(words[i], i * 4)
  return digest
}

/** The SHA-1 as 40 lower-case hexadecimal digits. */
export function sha1Hex(latin1: string): string {
  return sha1(latin1).toString('hex')
}

function compress(state: Int32Array): void {
  const w = schedule
  for (let i = 0; i < 16; i++) w[i] = block[i]
  for (let i = 16; i < 80; i++) {
    const x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]
    w[i] = (x << 1) | (x >>> 31)
  }
  let a = state[0]
  let b = state[1]
  let c = state[2]
  let d = state[3]
  let e = state[4]
  for (let i = 0; i < 20; i++) {
    const t = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + w[i]) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = t
  }
  for (let i = 20; i < 40; i++) {
    const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w[i]) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = t
  }
  for (let i = 40; i < 60; i++) {
    const t = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + w[i]) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = t
  }
  for (let i = 60; i < 80; i++) {
    const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + w[i]) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = t
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
}
