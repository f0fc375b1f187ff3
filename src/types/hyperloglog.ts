/**
 * HyperLogLog: the number of distinct elements, about, in at most 12 KB. The value is a string that other servers of
 * the protocol read and write too: a header of 16 bytes, then 16384 registers of 6 bits, either all of them (dense)
 * or as runs (sparse, see hyperloglog-sparse.ts).
 *
 *     'HYLL', the encoding, 3 bytes unused, the cached cardinality in 8 bytes (least significant first; its top bit
 *     says that it is out of date)
 *
 * Nothing here trusts the string beyond `isHyperLogLog`: functions say when its runs do not make up all registers.
 */
import { Bytes } from './bytes.ts'
import { hashElement } from './hyperloglog-hash.ts'
import { eachRun, HEADER_BYTES, REGISTERS, type RunCursor, raiseSparseRegister } from './hyperloglog-sparse.ts'

export { HEADER_BYTES, REGISTERS }

const REGISTER_BYTES = (REGISTERS * 6) / 8
export const DENSE_BYTES = HEADER_BYTES + REGISTER_BYTES
const MAX_RANK = 51
export const DENSE = 0
export const SPARSE = 1
const ENCODING_AT = 4
const CACHE_AT = 8

/** A new one: sparse, one run of zeros over all registers, the cached cardinality 0. */
export const EMPTY = `HYLL\x01${'\0'.repeat(11)}\x7f\xff`

/** Whether a string has the form of a HyperLogLog. Runs of a sparse one are not looked at. */
export function isHyperLogLog(value: string | Bytes): boolean {
  const { length } = value
  if (length < HEADER_BYTES) return false
  const head = value.slice(0, 5)
  if (!head.startsWith('HYLL')) return false
  const encoding = head.charCodeAt(ENCODING_AT)
  return encoding === SPARSE || (encoding === DENSE && length === DENSE_BYTES)
}

/** DENSE or SPARSE. */
export const encodingOf = (hll: Bytes): number => hll.byteAt(ENCODING_AT)

// ---- registers, dense

export function denseRegister(hll: Bytes, index: number): number {
  const bit = index * 6
  const at = HEADER_BYTES + (bit >>> 3)
  const shift = bit & 7
  return ((hll.byteAt(at) >>> shift) | (hll.byteAt(at + 1) << (8 - shift))) & 63
}

function setDenseRegister(hll: Bytes, index: number, rank: number): void {
  const bit = index * 6
  const at = HEADER_BYTES + (bit >>> 3)
  const shift = bit & 7
  hll.setByte(at, (hll.byteAt(at) & ~(63 << shift)) | (rank << shift))
  if (shift > 2) hll.setByte(at + 1, (hll.byteAt(at + 1) & ~(63 >> (8 - shift))) | (rank >> (8 - shift)))
}

/** Makes a sparse one dense, the cached cardinality kept; false, nothing changed, when its runs are corrupt. */
export function toDense(hll: Bytes): boolean {
  if (encodingOf(hll) === DENSE) return true
  const data = Buffer.alloc(DENSE_BYTES)
  hll.buffer().copy(data, 0, 0, HEADER_BYTES)
  data[ENCODING_AT] = DENSE
  const dense = Bytes.owning(data)
  const valid = eachRun(hll.buffer(), (rank, from, to) => {
    if (rank > 0) for (let i = from; i < to; i++) setDenseRegister(dense, i, rank)
  })
  if (valid) hll.become(data)
  return valid
}

// ---- changing

/**
 * Raises a register to a rank: 1 when it was lower, 0 when not, -1 when the runs are corrupt. A sparse one becomes
 * dense when the rank does not fit a run, or the string would grow longer than `sparseMaxBytes`.
 */
function raiseRegister(
  hll: Bytes,
  index: number,
  rank: number,
  sparseMaxBytes: number,
  cursor: RunCursor | null = null,
): -1 | 0 | 1 {
  if (encodingOf(hll) === SPARSE) {
    const outcome = raiseSparseRegister(hll, index, rank, sparseMaxBytes, cursor)
    if (outcome === 1) forgetCardinality(hll)
    if (outcome !== 'promote') return outcome
    if (!toDense(hll)) return -1
  }
  if (rank <= denseRegister(hll, index)) return 0
  setDenseRegister(hll, index, rank)
  return 1
}

/** Adds elements. Returns how many changed a register, and whether it met corrupt runs and stopped. */
export function addElements(
  hll: Bytes,
  elements: readonly string[],
  sparseMaxBytes: number,
): { changes: number; corrupt: boolean } {
  let changes = 0
  for (const element of elements) {
    const hashed = hashElement(element)
    const outcome = raiseRegister(hll, hashed >>> 6, hashed & 63, sparseMaxBytes)
    if (outcome < 0) return { changes, corrupt: true }
    changes += outcome
  }
  return { changes, corrupt: false }
}

/** Raises all registers to those given; the cached cardinality is out of date afterwards. */
export function raiseRegisters(hll: Bytes, registers: Uint8Array, sparseMaxBytes: number): void {
  const cursor = { at: HEADER_BYTES, first: 0 }
  for (let i = 0; i < REGISTERS; i++) {
    if (registers[i] !== 0) raiseRegister(hll, i, registers[i], sparseMaxBytes, cursor)
  }
  forgetCardinality(hll)
}

/** Raises `registers`, a byte each, to those of a HyperLogLog; false when its runs are corrupt. */
export function mergeInto(registers: Uint8Array, data: Buffer): boolean {
  if (data[ENCODING_AT] === SPARSE) {
    return eachRun(data, (rank, from, to) => {
      for (let i = from; i < to; i++) if (registers[i] < rank) registers[i] = rank
    })
  }
  for (let at = HEADER_BYTES, i = 0; at < DENSE_BYTES; at += 3, i += 4) {
    const four = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16)
    if (four === 0) continue
    if (registers[i] < (four & 63)) registers[i] = four & 63
    if (registers[i + 1] < ((four >>> 6) & 63)) registers[i + 1] = (four >>> 6) & 63
    if (registers[i + 2] < ((four >>> 12) & 63)) registers[i + 2] = (four >>> 12) & 63
    if (registers[i + 3] < four >>> 18) registers[i + 3] = four >>> 18
  }
  return true
}

// ---- the cached cardinality

export function forgetCardinality(hll: Bytes): void {
  hll.setByte(CACHE_AT + 7, hll.byteAt(CACHE_AT + 7) | 0x80)
}

/** The cached cardinality in the header of a HyperLogLog, or null when it is out of date. */
export function cachedCardinality(header: Buffer): number | bigint | null {
  const high = header.readUInt32LE(CACHE_AT + 4)
  if (high > 0x7fffffff) return null
  if (high > 0x1fffff) return header.readBigUInt64LE(CACHE_AT)
  return high * 2 ** 32 + header.readUInt32LE(CACHE_AT)
}

export function cacheCardinality(hll: Bytes, cardinality: number | bigint): void {
  hll.bufferForWrite().writeBigInt64LE(BigInt(cardinality), CACHE_AT)
}

// ---- counting

/** The estimate for a HyperLogLog; null when its runs are corrupt. */
export function cardinality(data: Buffer): number | bigint | null {
  const histogram = new Int32Array(64)
  if (data[ENCODING_AT] === SPARSE) {
    const valid = eachRun(data, (rank, from, to) => {
      histogram[rank] += to - from
    })
    return valid ? estimate(histogram) : null
  }
  for (let at = HEADER_BYTES; at < DENSE_BYTES; at += 3) {
    const four = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16)
    histogram[four & 63]++
    histogram[(four >>> 6) & 63]++
    histogram[(four >>> 12) & 63]++
    histogram[four >>> 18]++
  }
  return estimate(histogram)
}

/** The estimate for registers of a byte each. */
export function cardinalityOfRegisters(registers: Uint8Array): number | bigint {
  const histogram = new Int32Array(64)
  for (let i = 0; i < REGISTERS; i++) histogram[registers[i]]++
  return estimate(histogram)
}

const ALPHA = 0.5 / Math.LN2
/** What C makes of a double beyond 64 bits. */
const OUT_OF_RANGE = -(2n ** 63n)

/** Otmar Ertl's estimator ("New cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284). */
function estimate(histogram: Int32Array): number | bigint {
  let z = REGISTERS * tau((REGISTERS - histogram[MAX_RANK]) / REGISTERS)
  for (let rank = MAX_RANK - 1; rank >= 1; rank--) z = (z + histogram[rank]) * 0.5
  z += REGISTERS * sigma(histogram[0] / REGISTERS)
  const cardinality = Math.round((ALPHA * REGISTERS * REGISTERS) / z)
  if (cardinality <= Number.MAX_SAFE_INTEGER) return cardinality
  return cardinality < 2 ** 63 ? BigInt(cardinality) : OUT_OF_RANGE
}

function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY
  let y = 1
  let z = x
  for (;;) {
    x *= x
    const before = z
    z += x * y
    y += y
    if (before === z) return z
  }
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let y = 1
  let z = 1 - x
  for (;;) {
    x = Math.sqrt(x)
    const before = z
    y *= 0.5
    z -= (1 - x) * (1 - x) * y
    if (before === z) return z / 3
  }
}
