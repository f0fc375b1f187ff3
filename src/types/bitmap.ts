/**
 * Strings of bits: bit 0 is the most significant bit of the first byte. Large ones are worked on in 32-bit words, and
 * values kept as text in blocks, so that none is converted whole.
 */

export type BitOperation = 'and' | 'or' | 'xor' | 'not'

/** Bytes of a text decoded at a time. */
const BLOCK = 64 * 1024
/** Below this many bytes a table of bytes is faster than the set-up of words. */
const WORDS_FROM = 64
const scratch = Buffer.from(new ArrayBuffer(BLOCK))
const zeros = Buffer.alloc(BLOCK)
const ones = Buffer.alloc(BLOCK, 0xff)

const ONES_IN_BYTE = new Uint8Array(256)
for (let i = 1; i < 256; i++) ONES_IN_BYTE[i] = ONES_IN_BYTE[i >> 1] + (i & 1)

function onesInWord(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** How many bits are 1 in the words from..to. Eight words are added bitwise before any counting. */
function onesInWords(words: Int32Array, from: number, to: number): number {
  let count = 0
  let eights = 0
  let units = 0
  let twos = 0
  let fours = 0
  let i = from
  for (; i + 8 <= to; i += 8) {
    let a = words[i]
    let b = words[i + 1]
    let mixed = units ^ a
    const twosA = (units & a) | (mixed & b)
    units = mixed ^ b
    a = words[i + 2]
    b = words[i + 3]
    mixed = units ^ a
    const twosB = (units & a) | (mixed & b)
    units = mixed ^ b
    mixed = twos ^ twosA
    const foursA = (twos & twosA) | (mixed & twosB)
    twos = mixed ^ twosB
    a = words[i + 4]
    b = words[i + 5]
    mixed = units ^ a
    const twosC = (units & a) | (mixed & b)
    units = mixed ^ b
    a = words[i + 6]
    b = words[i + 7]
    mixed = units ^ a
    const twosD = (units & a) | (mixed & b)
    units = mixed ^ b
    mixed = twos ^ twosC
    const foursB = (twos & twosC) | (mixed & twosD)
    twos = mixed ^ twosD
    mixed = fours ^ foursA
    eights += onesInWord((fours & foursA) | (mixed & foursB))
    fours = mixed ^ foursB
  }
  count = 8 * eights + 4 * onesInWord(fours) + 2 * onesInWord(twos) + onesInWord(units)
  for (; i < to; i++) count += onesInWord(words[i])
  return count
}

function wordsOf(bytes: Buffer, from: number, to: number): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset + from, (to - from) >> 2)
}

/** How many bits are 1 in the bytes from..to. */
function onesInBytes(bytes: Buffer, from: number, to: number): number {
  let count = 0
  if (to - from >= WORDS_FROM) {
    while (((bytes.byteOffset + from) & 3) !== 0) count += ONES_IN_BYTE[bytes[from++]]
    const words = wordsOf(bytes, from, to)
    count += onesInWords(words, 0, words.length)
    from += words.length * 4
  }
  for (; from < to; from++) count += ONES_IN_BYTE[bytes[from]]
  return count
}

function onesInText(text: string, from: number, to: number): number {
  let count = 0
  if (to - from < WORDS_FROM) {
    for (; from < to; from++) count += ONES_IN_BYTE[text.charCodeAt(from)]
    return count
  }
  for (; from < to; from += BLOCK) {
    const length = scratch.latin1Write(text.slice(from, Math.min(to, from + BLOCK)), 0)
    count += onesInBytes(scratch, 0, length)
  }
  return count
}

const byteOf = (value: string | Buffer, at: number): number =>
  typeof value === 'string' ? value.charCodeAt(at) : value[at]

/** How many bits are 1 among those `first` to `last`, both inclusive and inside the value. */
export function countOnes(value: string | Buffer, first: number, last: number): number {
  const from = Math.floor(first / 8)
  const to = Math.floor(last / 8) + 1
  const count = typeof value === 'string' ? onesInText(value, from, to) : onesInBytes(value, from, to)
  const before = byteOf(value, from) & ~(0xff >> (first & 7))
  const after = byteOf(value, to - 1) & (0x7f >> (last & 7))
  return count - ONES_IN_BYTE[before] - ONES_IN_BYTE[after]
}

/** The first of the bytes from..to that is not `skipped` (0x00 or 0xff); `to` when all are. */
function firstOtherByte(bytes: Buffer, from: number, to: number, skipped: number): number {
  const same = skipped === 0 ? zeros : ones
  while (to - from >= WORDS_FROM) {
    const length = Math.min(BLOCK, to - from)
    if (bytes.compare(same, 0, length, from, from + length) !== 0) {
      // Halving narrows the block down; the system's comparison is many times faster than a loop here.
      const half = length >> 1
      if (bytes.compare(same, 0, half, from, from + half) === 0) from += half
      else to = from + half
    } else from += length
  }
  while (from < to && bytes[from] === skipped) from++
  return from
}

function firstOtherInText(text: string, from: number, to: number, skipped: number): number {
  for (const near = Math.min(to, from + WORDS_FROM); from < near; from++) {
    if (text.charCodeAt(from) !== skipped) return from
  }
  while (from < to) {
    const length = scratch.latin1Write(text.slice(from, Math.min(to, from + BLOCK)), 0)
    const found = firstOtherByte(scratch, 0, length, skipped)
    if (found < length) return from + found
    from += length
  }
  return to
}

/** The first bit that is `bit` among those `first` to `last`, both inclusive and inside the value; -1 when none is. */
export function findBit(value: string | Buffer, bit: 0 | 1, first: number, last: number): number {
  const skipped = bit === 1 ? 0 : 0xff
  let at = Math.floor(first / 8)
  const to = Math.floor(last / 8) + 1
  // A byte in which what is looked for shows as a 1.
  let seen = (byteOf(value, at) ^ skipped) & (0xff >> (first & 7))
  if (seen === 0) {
    at++
    at = typeof value === 'string' ? firstOtherInText(value, at, to, skipped) : firstOtherByte(value, at, to, skipped)
    if (at >= to) return -1
    seen = byteOf(value, at) ^ skipped
  }
  const position = at * 8 + Math.clz32(seen) - 24
  return position <= last ? position : -1
}

/** The bitwise result over all values, as long as the longest; shorter ones continue with zeros. NOT takes one. */
export function combineBits(operation: BitOperation, values: readonly (string | Buffer)[]): Buffer {
  const length = values.reduce((longest, value) => Math.max(longest, value.length), 0)
  const result = Buffer.alloc(length)
  const [first, ...others] = values
  if (typeof first === 'string') result.latin1Write(first, 0)
  else first.copy(result)
  if (operation === 'not') apply('not', result, 0, result)
  for (const value of others) {
    if (typeof value === 'string') {
      for (let at = 0; at < value.length; at += BLOCK) {
        const filled = scratch.latin1Write(value.slice(at, at + BLOCK), 0)
        apply(operation, result, at, scratch.subarray(0, filled))
      }
    } else apply(operation, result, 0, value)
    if (operation === 'and') result.fill(0, value.length)
  }
  return result
}

/** Combines `source` into `result` from an offset on. */
function apply(operation: BitOperation, result: Buffer, offset: number, source: Buffer): void {
  const { length } = source
  let done = 0
  if (length >= WORDS_FROM && (source.byteOffset & 3) === 0 && ((result.byteOffset + offset) & 3) === 0) {
    const a = wordsOf(result, offset, offset + length)
    const b = wordsOf(source, 0, length)
    const n = a.length
    if (operation === 'and') for (let i = 0; i < n; i++) a[i] &= b[i]
    else if (operation === 'or') for (let i = 0; i < n; i++) a[i] |= b[i]
    else if (operation === 'xor') for (let i = 0; i < n; i++) a[i] ^= b[i]
    else for (let i = 0; i < n; i++) a[i] = ~a[i]
    done = n * 4
  }
  for (let i = done; i < length; i++) {
    const at = offset + i
    if (operation === 'and') result[at] &= source[i]
    else if (operation === 'or') result[at] |= source[i]
    else if (operation === 'xor') result[at] ^= source[i]
    else result[at] = ~result[at]
  }
}
