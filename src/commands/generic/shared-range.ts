/** Places of LRANGE, ZRANGE and the like: negative ones count from the end, and what is outside is cut off. */
export function clampRange(
  first: number | bigint,
  last: number | bigint,
  length: number,
): { start: number; stop: number } | null {
  // A double is exact enough to clamp any 64-bit place: lengths are far below 2^53.
  let start = Number(first)
  let stop = Number(last)
  if (start < 0) start = Math.max(0, length + start)
  if (stop < 0) stop = length + stop
  stop = Math.min(stop, length - 1)
  return start > stop || start >= length ? null : { start, stop }
}
