/** Counts of HRANDFIELD, SRANDMEMBER and ZRANDMEMBER. */
import { E } from '../../resp/errors.ts'
import { INT64_MIN, parseInt64Exact } from '../../util/numbers.ts'
import type { Random } from '../../util/random.ts'

/** Half of the greatest 64-bit integer: with values there are twice as many elements. */
const MAX_PAIRS = 4611686018427387903n

/**
 * The most elements, repeats included, of one random sample, and the most bytes they may have together. Redis builds
 * whatever reply it is asked for until there is no memory left; here more is out of range.
 */
const MAX_ELEMENTS = 2 ** 20
const MAX_BYTES = 2 ** 28

export function readSampleCount(text: string): number | bigint {
  const count = parseInt64Exact(text)
  if (count === null) throw E.notInteger
  if (count === INT64_MIN) throw E.sampleOutOfRange
  return count
}

/** A count of members, or of pairs of which there must not be too many for 64 bits. */
export function checkPairs(count: number | bigint, pairs: boolean): number {
  if (pairs && (count < -MAX_PAIRS || count > MAX_PAIRS)) throw E.valueOutOfRange
  return Number(count)
}

/** `count` random places below `size`, with repeats. Throws when the elements there are too much for one reply. */
export function sampleWithRepeats(
  size: number,
  count: number,
  random: Random,
  bytesAt: (place: number) => number,
): Uint32Array {
  if (count > MAX_ELEMENTS) throw E.valueOutOfRange
  const places = new Uint32Array(count)
  let bytes = 0
  for (let i = 0; i < count; i++) {
    places[i] = random.int(size)
    bytes += bytesAt(places[i])
    if (bytes > MAX_BYTES) throw E.valueOutOfRange
  }
  return places
}
