import { randomBytes } from 'node:crypto'

/** The only source of randomness of the server; injected, so that tests can seed it. */
export interface Random {
  /** A uniform integer, 0 <= n < below. `below` is a positive safe integer. */
  int(below: number): number
  /** A uniform double, 0 <= x < 1, of 53 random bits. */
  float(): number
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string
}

/** xoshiro128**: 128 bits of state, 32-bit outputs, a period of 2^128 - 1. */
class Xoshiro128 implements Random {
  private a: number
  private b: number
  private c: number
  private d: number

  constructor(a: number, b: number, c: number, d: number) {
    this.a = a | 0
    this.b = b | 0
    this.c = c | 0
    // The state of all zeros is the one that never leaves itself.
    this.d = (a | b | c | d) === 0 ? 1 : d | 0
  }

  int(below: number): number {
    if (below > 0x100000000) return Math.floor(this.float() * below)
    // Multiplying instead of taking a remainder leaves a bias below 2^-21 for any `below` of up to 32 bits.
    return Math.floor(((this.next() >>> 0) / 0x100000000) * below)
  }

  float(): number {
    return ((this.next() >>> 5) * 0x4000000 + (this.next() >>> 6)) / 0x20000000000000
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length) text += (this.next() >>> 0).toString(16).padStart(8, '0')
    return text.slice(0, length)
  }

  private next(): number {
    const { a, b, c, d } = this
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const mixed = d ^ b
    this.b = b ^ c ^ a
    this.a = a ^ mixed
    this.c = c ^ a ^ (b << 9)
    this.d = (mixed << 11) | (mixed >>> 21)
    return result
  }
}

/** A generator whose whole sequence follows from the seed, which may be any number. */
export function seededRandom(seed: number): Random {
  const words = new Int32Array(new Float64Array([seed]).buffer)
  // splitmix32 spreads even neighbouring seeds over the whole state.
  let state = words[0]
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  const low = next()
  state ^= words[1]
  return new Xoshiro128(low, next(), next(), next())
}

class SystemRandom extends Xoshiro128 {
  constructor() {
    const seed = randomBytes(16)
    super(seed.readInt32LE(0), seed.readInt32LE(4), seed.readInt32LE(8), seed.readInt32LE(12))
  }

  /** Identifiers and secrets come straight from the cryptographic source. */
  override hex(length: number): string {
    return randomBytes((length + 1) >>> 1)
      .toString('hex')
      .slice(0, length)
  }
}

/** A fast generator seeded from the operating system; `hex` is fit for secrets, the others are not. */
export const systemRandom: Random = new SystemRandom()
