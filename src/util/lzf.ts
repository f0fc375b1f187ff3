/**
 * LZF, the compression of strings in RDB files: runs of up to 32 literal bytes, and references of 3 to 264 bytes to
 * what was written up to 8192 bytes before.
 */
const MAX_LITERALS = 32
const MAX_OFFSET = 8192
const MIN_MATCH = 3
const MAX_MATCH = 264
/** Lengths up to this share the control byte with the offset; longer ones take a byte of their own. */
const SHORT_MATCH = 8

/** A reference of three bytes yields at most 264: no honest input expands more. */
const MAX_EXPANSION = MAX_MATCH / 3

/**
 * Expands input[from, to) to exactly `outLength` bytes; null when it is corrupt in any way. Nothing is allocated for
 * a length the input cannot yield.
 */
export function lzfDecompress(input: Uint8Array, from: number, to: number, outLength: number): Buffer | null {
  if (!(from >= 0 && from <= to && to <= input.length)) return null
  if (!(outLength >= 0 && outLength <= (to - from) * MAX_EXPANSION)) return null
  const out = Buffer.allocUnsafe(outLength)
  let i = from
  let o = 0
  while (i < to) {
    const control = input[i++]
    if (control < MAX_LITERALS) {
      const end = o + control + 1
      if (end > outLength || i + control >= to) return null
      while (o < end) out[o++] = input[i++]
      continue
    }
    let length = (control >> 5) + 2
    if (length === SHORT_MATCH + 1) {
      if (i >= to) return null
      length += input[i++]
    }
    if (i >= to) return null
    let reference = o - 1 - (((control & 31) << 8) | input[i++])
    const end = o + length
    if (reference < 0 || end > outLength) return null
    // A reference may reach into what it is writing: that is how runs are told.
    while (o < end) out[o++] = out[reference++]
  }
  return o === outLength ? out : null
}

const HASH_BITS = 14
/** Places of three-byte prefixes seen, offset by `base` so that entries of earlier calls are recognised as such. */
const places = new Int32Array(1 << HASH_BITS)
let base = 1

/** Compresses a string of bytes; null when the result would not be at least 4 bytes shorter. */
export function lzfCompress(input: Buffer): Buffer | null {
  const length = input.length
  const limit = length - 4
  if (limit <= 0 || length > 0x40000000) return null
  if (base > 0x7fffffff - length) {
    places.fill(0)
    base = 1
  }
  const start = base
  base += length
  const out = Buffer.allocUnsafe(limit)
  let i = 0
  // One byte is kept free before a run of literals, for its control byte.
  let o = 1
  let literals = 0
  const lastStart = length - MIN_MATCH
  while (i <= lastStart) {
    const slot = hashAt(input, i)
    const reference = places[slot] - start
    places[slot] = start + i
    const offset = i - reference - 1
    if (
      reference >= 0 &&
      offset < MAX_OFFSET &&
      input[reference] === input[i] &&
      input[reference + 1] === input[i + 1] &&
      input[reference + 2] === input[i + 2]
    ) {
      if (literals === 0) o--
      else out[o - literals - 1] = literals - 1
      literals = 0
      const most = Math.min(MAX_MATCH, length - i)
      let matched = MIN_MATCH
      while (matched < most && input[reference + matched] === input[i + matched]) matched++
      if (o + 3 > limit) return null
      if (matched <= SHORT_MATCH) out[o++] = ((matched - 2) << 5) | (offset >> 8)
      else {
        out[o++] = (7 << 5) | (offset >> 8)
        out[o++] = matched - SHORT_MATCH - 1
      }
      out[o++] = offset & 255
      o++
      i += matched
      // The last two places of a match are the ones most likely to begin the next.
      for (let k = i - 2; k < i && k <= lastStart; k++) places[hashAt(input, k)] = start + k
      continue
    }
    if (o >= limit) return null
    out[o++] = input[i++]
    if (++literals === MAX_LITERALS) {
      out[o - MAX_LITERALS - 1] = MAX_LITERALS - 1
      literals = 0
      o++
    }
  }
  while (i < length) {
    if (o >= limit) return null
    out[o++] = input[i++]
    if (++literals === MAX_LITERALS) {
      out[o - MAX_LITERALS - 1] = MAX_LITERALS - 1
      literals = 0
      o++
    }
  }
  if (literals === 0) o--
  else out[o - literals - 1] = literals - 1
  return o <= limit ? out.subarray(0, o) : null
}

function hashAt(input: Buffer, i: number): number {
  return Math.imul((input[i] << 16) | (input[i + 1] << 8) | input[i + 2], 0x9e3779b1) >>> (32 - HASH_BITS)
}
