/**
 * The sparse form of a HyperLogLog: behind the header, runs that make up all registers in order.
 *
 *     00nnnnnn            n + 1 registers of zero, 1 to 64
 *     01nnnnnn nnnnnnnn   n + 1 registers of zero, 1 to 16384
 *     1rrrrrnn            n + 1 registers of rank r + 1: 1 to 4 of them, of rank 1 to 32
 *
 * The steps below, which runs they split and which they join, are those of every server of the protocol, so that the
 * same elements give the same bytes everywhere.
 */
import type { Bytes } from './bytes.ts'

export const HEADER_BYTES = 16
export const REGISTERS = 16384
const MAX_RANK = 32
const MAX_RANKED_RUN = 4
const MAX_SHORT_ZEROS = 64
/** Runs looked at for joining after a change. */
const JOINED_RUNS = 5

const isRanked = (op: number) => op >= 0x80
const isLongZeros = (op: number) => op >= 0x40 && op < 0x80
const rankOf = (op: number) => ((op >> 2) & 31) + 1
const rankedLength = (op: number) => (op & 3) + 1
const rankedRun = (rank: number, length: number) => 0x80 | ((rank - 1) << 2) | (length - 1)
/** Bytes that a run takes. */
const sizeOf = (op: number) => (isLongZeros(op) ? 2 : 1)

/** Registers of the run at `at`. A second byte that is missing counts as 0. */
function lengthOf(data: Uint8Array, at: number): number {
  const op = data[at]
  if (op >= 0x80) return (op & 3) + 1
  if (op < 0x40) return op + 1
  return (((op & 0x3f) << 8) | (at + 1 < data.length ? data[at + 1] : 0)) + 1
}

/** Visits the runs: rank (0 for zeros) and registers from..to. False when they are not exactly all registers. */
export function eachRun(data: Uint8Array, visit: (rank: number, from: number, to: number) => void): boolean {
  let index = 0
  for (let at = HEADER_BYTES; at < data.length; ) {
    const op = data[at]
    const to = index + lengthOf(data, at)
    if (to > REGISTERS) return false
    visit(isRanked(op) ? rankOf(op) : 0, index, to)
    index = to
    at += sizeOf(op)
  }
  return index === REGISTERS
}

/** The runs in words, as PFDEBUG DECODE shows them. */
export function describeRuns(data: Uint8Array): string {
  const runs: string[] = []
  for (let at = HEADER_BYTES; at < data.length; at += sizeOf(data[at])) {
    const op = data[at]
    const length = lengthOf(data, at)
    runs.push(isRanked(op) ? `v:${rankOf(op)},${length}` : `${isLongZeros(op) ? 'Z' : 'z'}:${length}`)
  }
  return runs.join(' ')
}

/** The runs that replace a split one: two of zeros, of up to two bytes each, around one of a rank. */
const replacement = new Uint8Array(5)

/** A place to begin a search at: the offset of a run and its first register. */
export interface RunCursor {
  at: number
  first: number
}

/**
 * Raises a register to a rank: 1 when it was lower, 0 when not, -1 when the runs are corrupt, and 'promote', with
 * nothing changed, when only the dense form can hold it. With a cursor, which begins at { at: HEADER_BYTES, first: 0 }
 * and is good until something else changes the value, registers raised in ascending order are found at once.
 */
export function raiseSparseRegister(
  hll: Bytes,
  index: number,
  rank: number,
  maxBytes: number,
  cursor: RunCursor | null = null,
): -1 | 0 | 1 | 'promote' {
  if (rank > MAX_RANK) return 'promote'
  const data = hll.buffer()
  const end = data.length
  let at = HEADER_BYTES
  let first = 0
  // The run at the cursor itself is no good: the one before it is wanted too.
  if (cursor !== null && index >= cursor.first + lengthOf(data, cursor.at)) {
    at = cursor.at
    first = cursor.first
  }
  let before = HEADER_BYTES
  let beforeFirst = 0
  let length = 0
  // The loop that adding to a sparse value is: written out, most frequent runs first.
  while (at < end) {
    const op = data[at]
    if (op < 0x40) length = op + 1
    else if (op >= 0x80) length = (op & 3) + 1
    else length = lengthOf(data, at)
    if (index < first + length) break
    before = at
    beforeFirst = first
    at += op >= 0x40 && op < 0x80 ? 2 : 1
    first += length
  }
  if (at >= end) return -1
  const op = data[at]
  const size = sizeOf(op)
  if (at + size > end) return -1
  if (cursor !== null) {
    cursor.at = before
    cursor.first = beforeFirst
  }
  if (isRanked(op) && rankOf(op) >= rank) return 0
  if (length === 1 && size === 1) hll.setByte(at, rankedRun(rank, 1))
  else {
    const count = split(op, index - first, first + length - 1 - index, rank)
    if (count > size && end + count - size > maxBytes) return 'promote'
    hll.splice(at, at + size, replacement, count)
  }
  join(hll, before)
  return 1
}

/** Fills `replacement` for a run split into `left` registers, the raised one, and `right`. Returns the bytes used. */
function split(op: number, left: number, right: number, rank: number): number {
  let n = 0
  const put = (length: number) => {
    if (length === 0) return
    if (isRanked(op)) replacement[n++] = rankedRun(rankOf(op), length)
    else if (length <= MAX_SHORT_ZEROS) replacement[n++] = length - 1
    else {
      replacement[n++] = 0x40 | ((length - 1) >> 8)
      replacement[n++] = (length - 1) & 0xff
    }
  }
  put(left)
  replacement[n++] = rankedRun(rank, 1)
  put(right)
  return n
}

/** Joins neighbouring runs of one rank, as far as their length allows, among a few from `at` on. */
function join(hll: Bytes, at: number): void {
  const data = hll.bufferForWrite()
  let end = data.length
  for (let steps = JOINED_RUNS; at < end && steps > 0; steps--) {
    const op = data[at]
    if (!isRanked(op)) {
      at += sizeOf(op)
      continue
    }
    const next = at + 1 < end ? data[at + 1] : 0
    if (isRanked(next) && rankOf(next) === rankOf(op)) {
      const length = rankedLength(op) + rankedLength(next)
      if (length <= MAX_RANKED_RUN) {
        data[at + 1] = rankedRun(rankOf(op), length)
        data.copyWithin(at, at + 1, end)
        end--
        continue
      }
    }
    at++
  }
  hll.truncate(end)
}
