/** MurmurHash64A on 32-bit halves, and what a HyperLogLog takes from it. */

const SEED = 0xadc83b19
/** The multiplier 0xc6a4a7935bd1e995. */
const HIGH = 0xc6a4a793 | 0
const LOW = 0x5bd1e995
const LOW_0 = LOW & 0xffff
const LOW_1 = LOW >>> 16

/** Bits of the hash that choose a register. */
const INDEX_BITS = 14
const INDEX_MASK = (1 << INDEX_BITS) - 1

/** The upper half of the 64-bit product of a 32-bit number and the multiplier's lower half. */
function upperProduct(a: number): number {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  // No sum here exceeds 32 bits.
  const low = Math.imul(a1, LOW_0) + (Math.imul(a0, LOW_0) >>> 16)
  const middle = Math.imul(a0, LOW_1) + (low & 0xffff)
  return Math.imul(a1, LOW_1) + (low >>> 16) + (middle >>> 16)
}

/**
 * The register an element belongs to, times 64, plus the rank it gives that register: 1 and the number of zero bits
 * that the rest of the hash ends with, at most 51.
 */
export function hashElement(element: string): number {
  const { length } = element
  const whole = length & ~7
  let low = Math.imul(length, LOW) ^ SEED
  let high = (upperProduct(length) + Math.imul(length, HIGH)) | 0
  for (let i = 0; i < whole; i += 8) {
    let a = word(element, i)
    let b = word(element, i + 4)
    b = (upperProduct(a) + Math.imul(a, HIGH) + Math.imul(b, LOW)) | 0
    a = Math.imul(a, LOW)
    // Shifted right by 47 bits, the upper half's top 17 remain.
    a ^= b >>> 15
    b = (upperProduct(a) + Math.imul(a, HIGH) + Math.imul(b, LOW)) | 0
    a = Math.imul(a, LOW)
    low ^= a
    high ^= b
    high = (upperProduct(low) + Math.imul(low, HIGH) + Math.imul(high, LOW)) | 0
    low = Math.imul(low, LOW)
  }
  if (whole < length) {
    for (let i = whole; i < length; i++) {
      const code = element.charCodeAt(i)
      const at = i & 7
      if (at < 4) low ^= code << (at * 8)
      else high ^= code << ((at - 4) * 8)
    }
    high = (upperProduct(low) + Math.imul(low, HIGH) + Math.imul(high, LOW)) | 0
    low = Math.imul(low, LOW)
  }
  low ^= high >>> 15
  high = (upperProduct(low) + Math.imul(low, HIGH) + Math.imul(high, LOW)) | 0
  low = Math.imul(low, LOW)
  low ^= high >>> 15
  return (low & INDEX_MASK) * 64 + rankOf(low >>> INDEX_BITS, high)
}

function word(text: string, at: number): number {
  return (
    text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24)
  )
}

/** `low` holds the 18 lower, `high` the 32 upper bits of the rest. */
function rankOf(low: number, high: number): number {
  if (low !== 0) return 32 - Math.clz32(low & -low)
  if (high !== 0) return 18 + 32 - Math.clz32(high & -high)
  return 51
}
