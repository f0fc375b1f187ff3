/** Caching, rate limits, feature flags and OAuth states, over every back end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ClosedError,
  createCache,
  createFeatureFlags,
  createMemoryStore,
  createOAuthState,
  createRateLimiter,
  type ListableStore,
  NotFoundError,
} from '../../src/kvs/index.ts'
import { ManualClock } from '../../src/util/clock.ts'
import { describeBackends, type TestBackend } from './backends.ts'

const times = <T>(n: number, call: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => call(i)))

/** A promise and what settles it. */
function deferred<T>() {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

await describeBackends('helpers', (start) => {
  let backend: TestBackend
  let store: ListableStore
  let other: ListableStore
  beforeAll(async () => {
    backend = await start()
    store = await backend.open('app:')
    other = await backend.open('app:')
  })
  afterAll(async () => {
    await other?.close()
    await store?.close()
    await backend?.stop()
  })

  describe('cache', () => {
    it('loads once for all who wait, and then not at all', async () => {
      const cache = createCache({ store, ttlMs: 60_000 })
      let loads = 0
      const load = async () => ({ n: ++loads })
      expect(await times(50, () => cache.get('single', load))).toEqual(Array(50).fill({ n: 1 }))
      expect(await createCache({ store: other, ttlMs: 60_000 }).get('single', load)).toEqual({ n: 1 })
      await cache.invalidate('single')
      expect(await cache.get('single', load)).toEqual({ n: 2 })
    })

    it('stores no failure, and tells all who waited', async () => {
      const cache = createCache({ store, ttlMs: 60_000 })
      let loads = 0
      const fail = () => {
        loads++
        throw new Error('no luck')
      }
      const outcomes = await Promise.allSettled([cache.get('failing', fail), cache.get('failing', fail)])
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected'])
      expect(loads).toBe(1)
      expect(await cache.get('failing', () => 7)).toBe(7)
    })

    it('lets one caller go without the others', async () => {
      const cache = createCache({ store, ttlMs: 60_000 })
      const value = deferred<number>()
      const first = new AbortController()
      const impatient = cache.get('aborted', () => value.promise, { signal: first.signal })
      const patient = cache.get('aborted', () => value.promise)
      first.abort(new Error('enough'))
      await expect(impatient).rejects.toThrow('enough')
      value.resolve(1)
      expect(await patient).toBe(1)
    })

    it('calls a load off when nobody waits', async () => {
      const cache = createCache({ store, ttlMs: 60_000 })
      const controller = new AbortController()
      const calledOff = deferred<void>()
      const started = deferred<void>()
      const waiting = cache.get(
        'abandoned',
        (signal) => {
          signal.addEventListener('abort', () => calledOff.resolve())
          started.resolve()
          return calledOff.promise.then(() => 'old')
        },
        { signal: controller.signal },
      )
      await started.promise
      controller.abort()
      await expect(waiting).rejects.toThrow()
      expect(await cache.get('abandoned', () => 'new')).toBe('new')
      await calledOff.promise
    })
  })

  describe('rate limiter', () => {
    it('allows exactly the limit, however many ask at once', async () => {
      const limits = [store, other].map((each) => createRateLimiter({ store: each, limit: 10, windowMs: 60_000 }))
      const outcomes = await times(40, (i) => limits[i % 2].take('crowd'))
      expect(outcomes.filter(({ allowed }) => allowed)).toHaveLength(10)
      const refused = await limits[0].take('crowd')
      expect(refused).toMatchObject({ allowed: false, limit: 10, remaining: 0 })
      expect(refused.retryAfterMs).toBeGreaterThan(0)
      expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000)
      await limits[0].reset('crowd')
      expect(await limits[1].take('crowd')).toEqual({ allowed: true, limit: 10, remaining: 9, retryAfterMs: 0 })
    })

    it('takes several at once, all or none', async () => {
      const limiter = createRateLimiter({ store, limit: 5, windowMs: 60_000 })
      expect(await limiter.take('bulk', { cost: 3 })).toMatchObject({ allowed: true, remaining: 2 })
      expect(await limiter.take('bulk', { cost: 3 })).toMatchObject({ allowed: false, remaining: 2 })
      expect(await limiter.take('bulk', { cost: 2 })).toMatchObject({ allowed: true, remaining: 0 })
      expect(await limiter.take('other', { cost: 6 })).toMatchObject({ allowed: false, retryAfterMs: 60_000 })
      await expect(limiter.take('bulk', { cost: 0 })).rejects.toThrow(RangeError)
    })

    it('slides', async () => {
      const limiter = createRateLimiter({ store, limit: 2, windowMs: 40 })
      await limiter.take('sliding')
      await limiter.take('sliding')
      for (;;) {
        const { allowed, retryAfterMs } = await limiter.take('sliding')
        if (allowed) break
        expect(retryAfterMs).toBeGreaterThan(0)
      }
    })
  })

  describe('feature flags', () => {
    it('reach every process that listens', async () => {
      const here = await createFeatureFlags({ store })
      const there = await createFeatureFlags({ store: other })
      const changes: [string, unknown][] = []
      const changed = deferred<void>()
      there.onChange((name, value) => {
        changes.push([name, value])
        if (changes.length === 3) changed.resolve()
      })
      expect(here.get('banner', 'none')).toBe('none')
      await here.set('banner', { text: 'sale' })
      expect(here.get('banner', null)).toEqual({ text: 'sale' })
      await here.set('dark', true)
      await new Promise<void>((resolve) => {
        const wait = () => (changes.length >= 2 ? resolve() : setImmediate(wait))
        wait()
      })
      await here.remove('banner')
      await changed.promise
      expect(changes).toEqual([
        ['banner', { text: 'sale' }],
        ['dark', true],
        ['banner', undefined],
      ])
      expect(there.isEnabled('dark')).toBe(true)
      expect([...there.all()]).toEqual([['dark', true]])
      const late = await createFeatureFlags({ store: other })
      expect(late.isEnabled('dark')).toBe(true)
      await Promise.all([here.close(), there.close(), late.close(), late.close()])
      await expect(here.set('dark', false)).rejects.toThrow(ClosedError)
    })
  })

  describe('OAuth state', () => {
    it('is redeemed once, whoever else tries', async () => {
      const states = [store, other].map((each) => createOAuthState<{ back: string }>({ store: each }))
      const state = await states[0].issue({ back: '/home' })
      expect(state).toMatch(/^[\w-]{43}$/)
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => states[i % 2].redeem(state)))
      const redeemed = outcomes.filter((outcome) => outcome.status === 'fulfilled')
      expect(redeemed.map(({ value }) => value)).toEqual([{ back: '/home' }])
      await expect(states[0].redeem(state)).rejects.toThrow(NotFoundError)
      await expect(states[0].redeem('made up')).rejects.toThrow(NotFoundError)
    })
  })
})

describe('with time in hand', () => {
  it('values and states expire, and windows slide to the millisecond', async () => {
    const clock = new ManualClock()
    const store = await createMemoryStore({ clock })
    const cache = createCache({ store, ttlMs: 1000 })
    let loads = 0
    const load = () => ++loads
    expect(await cache.get('k', load)).toBe(1)
    clock.advance(999)
    expect(await cache.get('k', load)).toBe(1)
    clock.advance(1)
    expect(await cache.get('k', load)).toBe(2)

    const states = createOAuthState({ store, ttlMs: 500 })
    const state = await states.issue(1)
    clock.advance(500)
    await expect(states.redeem(state)).rejects.toThrow(NotFoundError)

    const limiter = createRateLimiter({ store, limit: 2, windowMs: 100 })
    await limiter.take('a')
    clock.advance(60)
    await limiter.take('a')
    expect(await limiter.take('a')).toMatchObject({ allowed: false, retryAfterMs: 40 })
    expect(await limiter.take('a', { cost: 2 })).toMatchObject({ allowed: false, retryAfterMs: 100 })
    clock.advance(39)
    expect(await limiter.take('a')).toMatchObject({ allowed: false, retryAfterMs: 1 })
    clock.advance(1)
    expect(await limiter.take('a')).toMatchObject({ allowed: true, remaining: 0 })
    expect(await limiter.take('a')).toMatchObject({ allowed: false, retryAfterMs: 60 })
    await store.close()
    await expect(limiter.take('a')).rejects.toThrow(ClosedError)
    await expect(cache.get('k', load)).rejects.toThrow(ClosedError)
  })

  it('a cache can do without its store', async () => {
    const store = await createMemoryStore()
    const errors: unknown[] = []
    const cache = createCache({ store, ttlMs: 1000, onError: (error) => errors.push(error) })
    await store.set('cache:broken', 'not JSON', 0)
    await expect(cache.get('broken', () => 1)).rejects.toThrow(SyntaxError)
    await store.close()
  })

  it('refuses what makes no sense', async () => {
    const store = await createMemoryStore()
    expect(() => createRateLimiter({ store, limit: 0, windowMs: 1 })).toThrow(RangeError)
    expect(() => createRateLimiter({ store, limit: 1, windowMs: 0 })).toThrow(RangeError)
    expect(() => createOAuthState({ store, ttlMs: 0 })).toThrow(RangeError)
    expect(() => createCache({ store, ttlMs: -1 })).toThrow(RangeError)
    expect(() => createCache({ store: {} as ListableStore, ttlMs: 1 })).toThrow('store must come from createRedisStore')
    const cache = createCache({ store, ttlMs: 1 })
    await expect(cache.get('k', () => undefined)).rejects.toThrow('value has no JSON form')
    await store.close()
  })
})
