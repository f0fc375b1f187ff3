/** Stores on Redis-compatible servers. */
import { connectionOf, type LibraryOptions, loadLibrary, type RedisClient } from './client-library.ts'
import { RedisBackend } from './redis-backend.ts'
import { DEFAULT_TIMEOUT_MS, type RedisConnection } from './redis-connection.ts'
import { BackendStore, checkKey, type ListableStore } from './store.ts'

export interface RedisConnectionOptions extends LibraryOptions {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS. */
  readonly url?: string | undefined
  /** A connected client of `redis` or `ioredis` instead of a url. It stays open when the store closes. */
  readonly client?: RedisClient | undefined
  /** Connections that commands are spread over; as many again may serve transactions. Default 1; with a client, one. */
  readonly poolSize?: number | undefined
  /** Default 5000. */
  readonly connectTimeoutMs?: number | undefined
}

export interface RedisStoreOptions extends RedisConnectionOptions {
  /** Comes before every key. Default none. */
  readonly keyPrefix?: string | undefined
}

export interface RedisStore extends ListableStore {
  readonly engine: 'redis'
}

/** Resolves once connected. Rejects when there is no client library, no server, or the options do not fit. */
export async function createRedisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const { keyPrefix = '' } = options
  checkKey(keyPrefix, 'keyPrefix')
  return Object.assign(new BackendStore(await openRedis(options), keyPrefix), { engine: 'redis' as const })
}

/** A TypeError unless it is a url of one of the two schemes that a client can use. */
export function checkUrl(url: string): void {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    // The url is not shown: it may hold a password.
    throw new TypeError('url is not a valid URL')
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') {
    throw new TypeError(`url must begin with redis:// or rediss://, got ${parsed.protocol}//`)
  }
  if (parsed.hostname === '') throw new TypeError('url names no host')
  if (!/^\/?\d*$/.test(parsed.pathname)) {
    throw new TypeError(`url must end in the number of a database, got ${JSON.stringify(parsed.pathname)}`)
  }
}

/** Throws what is wrong with the options, before anything is connected. */
export function checkConnectionOptions(options: RedisConnectionOptions): void {
  const { url, client, poolSize = 1, connectTimeoutMs = DEFAULT_TIMEOUT_MS } = options
  if ((url === undefined) === (client === undefined)) throw new TypeError('give either url or client')
  if (url !== undefined) checkUrl(url)
  if (client !== undefined) connectionOf(client)
  if (!Number.isInteger(poolSize) || poolSize < 1) throw new RangeError(`poolSize must be at least 1, got ${poolSize}`)
  if (!Number.isInteger(connectTimeoutMs) || connectTimeoutMs < 1) {
    throw new RangeError(`connectTimeoutMs must be a whole number above 0, got ${connectTimeoutMs}`)
  }
}

export async function openRedis(options: RedisConnectionOptions): Promise<RedisBackend> {
  checkConnectionOptions(options)
  const { url, client, poolSize = 1, connectTimeoutMs = DEFAULT_TIMEOUT_MS } = options
  if (client !== undefined) return new RedisBackend([connectionOf(client)], poolSize)
  const open = await loadLibrary(options)
  const opened = await Promise.allSettled(Array.from({ length: poolSize }, () => open(url!, connectTimeoutMs)))
  const connections: RedisConnection[] = []
  let failure: unknown
  for (const outcome of opened) {
    if (outcome.status === 'fulfilled') connections.push(outcome.value)
    else failure ??= outcome.reason
  }
  if (failure === undefined) return new RedisBackend(connections, poolSize)
  await Promise.all(connections.map((connection) => connection.close()))
  const { host } = new URL(url!)
  throw new Error(`Cannot connect to ${host}: ${(failure as Error).message}`, { cause: failure })
}
