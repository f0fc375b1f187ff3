/** The store that applications see: values with a time to live under string keys, whatever they are kept in. */
import { type Backend, registerSpace, utf8 } from './backend.ts'
import { ClosedError, NotFoundError } from './errors.ts'

export interface CallOptions {
  /** Ends the waiting, with the signal's reason. A write that was sent already may still take effect. */
  readonly signal?: AbortSignal | undefined
}

export interface Store {
  /** Rejects with a NotFoundError when the key is missing or has expired. */
  get(key: string, options?: CallOptions): Promise<Uint8Array>
  /**
   * `ttlMs`: whole milliseconds to live, from now; 0 keeps the value for ever and clears an earlier limit. Rejects
   * with a RangeError when it is negative, fractional, or above 2^52. A string is stored as UTF-8.
   */
  set(key: string, value: Uint8Array | string, ttlMs: number, options?: CallOptions): Promise<void>
  /** Succeeds as well when there is nothing under the key. */
  delete(key: string, options?: CallOptions): Promise<void>
  /** Idempotent. Every later call rejects with a ClosedError. */
  close(): Promise<void>
}

export interface ListableStore extends Store {
  /** The keys that begin with `prefix`, sorted, without the store's own key prefix. */
  list(prefix: string, options?: CallOptions): Promise<string[]>
}

const MAX_TTL_MS = 2 ** 52

/** A RangeError unless it is a whole number of ms that every back end can add to the time. */
export function checkTtl(ttlMs: number, name = 'ttlMs'): void {
  if (!Number.isInteger(ttlMs) || ttlMs < 0 || ttlMs > MAX_TTL_MS) {
    throw new RangeError(`${name} must be a whole number from 0 to 2^52, got ${ttlMs}`)
  }
}

/** A TypeError unless it is a string with a UTF-8 form of its own: lone surrogates have none. */
export function checkKey(key: string, name = 'key'): void {
  if (typeof key !== 'string') throw new TypeError(`${name} must be a string, got ${typeof key}`)
  if (/\p{Surrogate}/u.test(key)) throw new TypeError(`${name} must be a well-formed string`)
}

/** What `promise` becomes, or the signal's reason as soon as it aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
  })
}

export class BackendStore implements ListableStore {
  private readonly backend: Backend
  private readonly prefix: string
  private closing: Promise<void> | null = null

  constructor(backend: Backend, prefix: string) {
    checkKey(prefix, 'keyPrefix')
    this.backend = backend
    this.prefix = prefix
    registerSpace(this, {
      backend,
      prefix,
      check: () => {
        if (this.closing !== null) throw new ClosedError()
      },
    })
  }

  async get(key: string, { signal }: CallOptions = {}): Promise<Uint8Array> {
    checkKey(key)
    const [value] = await this.run(() => this.backend.get([this.prefix + key]), signal)
    if (value === null || value === undefined) throw new NotFoundError(key)
    return value
  }

  async set(key: string, value: Uint8Array | string, ttlMs: number, { signal }: CallOptions = {}): Promise<void> {
    checkKey(key)
    checkTtl(ttlMs)
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
      throw new TypeError('value must be a Uint8Array or a string')
    }
    const bytes = typeof value === 'string' ? utf8(value) : value
    await this.run(() => this.backend.set(this.prefix + key, bytes, ttlMs), signal)
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    checkKey(key)
    await this.run(() => this.backend.delete(this.prefix + key), signal)
  }

  async list(prefix: string, { signal }: CallOptions = {}): Promise<string[]> {
    checkKey(prefix, 'prefix')
    const keys = await this.run(() => this.backend.list(this.prefix + prefix, signal), signal)
    return keys.map((key) => key.slice(this.prefix.length)).sort()
  }

  close(): Promise<void> {
    this.closing ??= this.backend.close()
    return this.closing
  }

  private async run<T>(call: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.closing !== null) throw new ClosedError()
    signal?.throwIfAborted()
    try {
      return await orAborted(call(), signal)
    } catch (error) {
      // What a connection says about being closed under a call is not the caller's concern.
      if (this.closing !== null && !(signal?.aborted && error === signal.reason)) throw new ClosedError()
      throw error
    }
  }
}
