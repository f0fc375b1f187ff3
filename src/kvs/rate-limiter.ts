/** Rate limiting with a sliding window: never more than `limit` in any `windowMs`, across all processes. */
import { spaceOf } from './backend.ts'
import { type CallOptions, checkKey, checkTtl, orAborted, type Store } from './store.ts'

export interface RateLimiterOptions {
  readonly store: Store
  /** Uses allowed within any window. */
  readonly limit: number
  readonly windowMs: number
  /** Comes before every name. Default `rate:`. */
  readonly prefix?: string | undefined
}

export interface TakeOptions extends CallOptions {
  /** How many uses to take at once, all or none. Default 1. */
  readonly cost?: number | undefined
}

export interface RateLimit {
  readonly allowed: boolean
  readonly limit: number
  /** Uses left in the window after this one. */
  readonly remaining: number
  /** Ms until the same would be allowed; 0 when it was. */
  readonly retryAfterMs: number
}

export interface RateLimiter {
  /** Counts one use by somebody, unless that is too many. Refused uses are not counted. */
  take(name: string, options?: TakeOptions): Promise<RateLimit>
  /** Forgets what somebody used. */
  reset(name: string): Promise<void>
}

function checkPositive(n: number, name: string): void {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`${name} must be a whole number above 0, got ${n}`)
}

export function createRateLimiter({ store, limit, windowMs, prefix = 'rate:' }: RateLimiterOptions): RateLimiter {
  const space = spaceOf(store)
  checkKey(prefix, 'prefix')
  checkPositive(limit, 'limit')
  checkPositive(windowMs, 'windowMs')
  checkTtl(windowMs, 'windowMs')
  return {
    async take(name, { cost = 1, signal } = {}) {
      space.check()
      checkKey(name, 'name')
      checkPositive(cost, 'cost')
      signal?.throwIfAborted()
      const sliding = space.backend.slide(space.prefix + prefix + name, { limit, windowMs, cost })
      const { allowed, used, retryAfterMs } = await orAborted(sliding, signal)
      return { allowed, limit, remaining: Math.max(0, limit - used), retryAfterMs }
    },
    async reset(name) {
      space.check()
      checkKey(name, 'name')
      await space.backend.delete(space.prefix + prefix + name)
    },
  }
}
