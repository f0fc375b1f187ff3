/**
 * A sliding window that allows at most `limit` in any `windowMs`, exactly: the moment of each use is kept.
 *
 * Servers that run scripts keep a sorted set and decide by their own clock, in one round trip. Elsewhere the moments
 * are a value of eight bytes each, oldest first, changed by `update`.
 */
import type { SlidingWindow, Update, WindowState } from './backend.ts'

/** KEYS[1]; ARGV: limit, window in ms, cost, a word of its own for this call. Replies allowed, used, ms to wait. */
export const WINDOW_SCRIPT = `
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local used = redis.call('ZCARD', KEYS[1])
if used + cost > limit then
  local wait = window
  if cost <= limit then
    local freeing = redis.call('ZRANGE', KEYS[1], used + cost - limit - 1, used + cost - limit - 1, 'WITHSCORES')
    wait = freeing[2] + window - now
  end
  return {0, used, wait}
end
for i = 1, cost do redis.call('ZADD', KEYS[1], now, ARGV[4] .. i) end
redis.call('PEXPIRE', KEYS[1], window)
return {1, used + cost, 0}
`

/** The same decision over the value that is kept where there are no scripts. */
export function slideLog(
  key: string,
  value: Uint8Array | null,
  { limit, windowMs, cost }: SlidingWindow,
  now: number,
): Update<WindowState> {
  const log = value === null ? Buffer.alloc(0) : Buffer.from(value)
  let expired = 0
  while (expired * 8 < log.length && log.readDoubleLE(expired * 8) <= now - windowMs) expired++
  const current = log.subarray(expired * 8)
  const used = current.length / 8
  if (used + cost > limit) {
    const freeing = used + cost - limit - 1
    const retryAfterMs = cost > limit ? windowMs : current.readDoubleLE(freeing * 8) + windowMs - now
    return { writes: [], result: { allowed: false, used, retryAfterMs } }
  }
  const next = Buffer.alloc((used + cost) * 8)
  current.copy(next)
  // A clock that was set back must not put the log out of order.
  const moment = used === 0 ? now : Math.max(now, current.readDoubleLE((used - 1) * 8))
  for (let i = used; i < used + cost; i++) next.writeDoubleLE(moment, i * 8)
  return {
    writes: [{ key, value: next, ttlMs: windowMs }],
    result: { allowed: true, used: used + cost, retryAfterMs: 0 },
  }
}
