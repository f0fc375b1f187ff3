/**
 * The `state` of an OAuth authorization request: an unguessable word that stands for what is to be known again when the
 * browser comes back, and that works once.
 */
import { randomBytes } from 'node:crypto'
import { spaceOf } from './backend.ts'
import { NotFoundError } from './errors.ts'
import { fromJson, toJson } from './json.ts'
import { type CallOptions, checkKey, checkTtl, orAborted, type Store } from './store.ts'

export interface OAuthStateOptions {
  readonly store: Store
  /** How long the user may take, in ms. Default ten minutes. */
  readonly ttlMs?: number | undefined
  /** Comes before every state. Default `oauth:`. */
  readonly prefix?: string | undefined
}

export interface OAuthState<T> {
  /** Keeps the data, and resolves with the state to send along: 256 random bits, fit for a url. */
  issue(data: T, options?: CallOptions): Promise<string>
  /** The data, once. Rejects with a NotFoundError when the state is unknown, expired, or was redeemed before. */
  redeem(state: string, options?: CallOptions): Promise<T>
}

export function createOAuthState<T = unknown>(options: OAuthStateOptions): OAuthState<T> {
  const { store, ttlMs = 600_000, prefix = 'oauth:' } = options
  const space = spaceOf(store)
  checkKey(prefix, 'prefix')
  checkTtl(ttlMs)
  if (ttlMs === 0)
    throw new RangeError('ttlMs must be above 0: a state that never expires could be redeemed at any time')
  const start = space.prefix + prefix
  return {
    async issue(data, { signal } = {}) {
      space.check()
      signal?.throwIfAborted()
      const state = randomBytes(32).toString('base64url')
      await orAborted(space.backend.set(start + state, toJson(data, 'data'), ttlMs), signal)
      return state
    },
    async redeem(state, { signal } = {}) {
      space.check()
      checkKey(state, 'state')
      signal?.throwIfAborted()
      const bytes = await orAborted(space.backend.take(start + state), signal)
      if (bytes === null) throw new NotFoundError(state)
      return fromJson<T>(bytes)
    },
  }
}
