/** `keyper/kvs`: storage with a time to live, and what is usually built on it. */
export type { KeyperServer } from '../embedded.ts'
export { type Cache, type CacheOptions, createCache, type GetCachedOptions } from './cache.ts'
export type { LibraryOptions, RedisClient } from './client-library.ts'
export { ClientLibraryError, ClosedError, ConflictError, NotFoundError } from './errors.ts'
export {
  createFeatureFlags,
  type FeatureFlags,
  type FeatureFlagsOptions,
  type FlagListener,
} from './feature-flags.ts'
export { createFileStore, type FileStore, type FileStoreOptions } from './file-store.ts'
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export { createOAuthState, type OAuthState, type OAuthStateOptions } from './oauth-state.ts'
export {
  createRateLimiter,
  type RateLimit,
  type RateLimiter,
  type RateLimiterOptions,
  type TakeOptions,
} from './rate-limiter.ts'
export {
  createRedisStore,
  type RedisConnectionOptions,
  type RedisStore,
  type RedisStoreOptions,
} from './redis-store.ts'
export type { CallOptions, ListableStore, Store } from './store.ts'
