/** Caching, with one load at a time for each key. */
import { spaceOf } from './backend.ts'
import { fromJson, toJson } from './json.ts'
import { type CallOptions, checkKey, checkTtl, orAborted, type Store } from './store.ts'

export interface CacheOptions {
  readonly store: Store
  /** How long a loaded value stays, in ms; 0 for ever. */
  readonly ttlMs: number
  /** Comes before every key. Default `cache:`. */
  readonly prefix?: string | undefined
  /**
   * Told when the store fails; the cache then loads as if nothing was stored. Default: the failure goes to the caller.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

export interface GetCachedOptions extends CallOptions {
  /** For this value instead of the cache's own. */
  readonly ttlMs?: number | undefined
}

export interface Cache {
  /**
   * The stored value, or what `load` resolves with, which is then stored. Callers who ask for the same key meanwhile
   * get the same outcome from one load; a failed load is not stored. Values are JSON. An abort ends only the waiting of
   * the caller whose signal it is; `load` gets a signal that aborts when nobody waits any more.
   */
  get<T>(key: string, load: (signal: AbortSignal) => Promise<T> | T, options?: GetCachedOptions): Promise<T>
  /** Forgets a value. A load that is under way may store it again. */
  invalidate(key: string): Promise<void>
}

interface Flight {
  readonly outcome: Promise<unknown>
  readonly controller: AbortController
  waiting: number
}

export function createCache({ store, ttlMs: usualTtlMs, prefix = 'cache:', onError }: CacheOptions): Cache {
  const space = spaceOf(store)
  const { backend } = space
  checkKey(prefix, 'prefix')
  checkTtl(usualTtlMs)
  const flights = new Map<string, Flight>()

  const tolerate = async <T>(call: () => Promise<T>, otherwise: T): Promise<T> => {
    space.check()
    try {
      return await call()
    } catch (error) {
      if (onError === undefined) throw error
      onError(error)
      return otherwise
    }
  }

  const fly = async (name: string, load: (signal: AbortSignal) => unknown, ttlMs: number, signal: AbortSignal) => {
    const [stored] = await tolerate(() => backend.get([name]), [null])
    if (stored !== null) return fromJson(stored)
    const value = await load(signal)
    // What nobody waited for may be half a result.
    signal.throwIfAborted()
    const bytes = toJson(value)
    await tolerate(() => backend.set(name, bytes, ttlMs), undefined)
    // Everyone gets a value of the same form, whether it came from the store or not.
    return fromJson(bytes)
  }

  return {
    async get<T>(key: string, load: (signal: AbortSignal) => Promise<T> | T, options: GetCachedOptions = {}) {
      const { ttlMs = usualTtlMs, signal } = options
      space.check()
      checkKey(key)
      checkTtl(ttlMs)
      signal?.throwIfAborted()
      let flight = flights.get(key)
      if (flight === undefined) {
        const controller = new AbortController()
        const outcome = fly(space.prefix + prefix + key, load, ttlMs, controller.signal)
        const started: Flight = { outcome, controller, waiting: 0 }
        const landed = () => {
          if (flights.get(key) === started) flights.delete(key)
        }
        outcome.then(landed, landed)
        flights.set(key, started)
        flight = started
      }
      flight.waiting++
      try {
        return (await orAborted(flight.outcome, signal)) as T
      } finally {
        if (--flight.waiting === 0 && signal?.aborted) {
          // Whoever asks from now on starts afresh instead of sharing a load that was called off.
          if (flights.get(key) === flight) flights.delete(key)
          flight.controller.abort(signal.reason)
        }
      }
    },
    async invalidate(key) {
      space.check()
      checkKey(key)
      await backend.delete(space.prefix + prefix + key)
    },
  }
}
