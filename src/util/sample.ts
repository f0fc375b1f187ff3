/** Random samples without repetition. */
import type { Random } from './random.ts'

/** `count` distinct numbers below `size`, in random order. O(count). */
export function sampleDistinct(size: number, count: number, random: Random): number[] {
  // A sparse Fisher-Yates shuffle: only the places that were swapped are kept.
  const moved = new Map<number, number>()
  const picked = new Array<number>(count)
  for (let i = 0; i < count; i++) {
    const j = i + random.int(size - i)
    picked[i] = moved.get(j) ?? j
    moved.set(j, moved.get(i) ?? i)
  }
  return picked
}
