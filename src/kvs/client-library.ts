/** Which client library a connection goes through, and loading it only when one is needed. */
import { ClientLibraryError } from './errors.ts'
import {
  type IoredisClient,
  IoredisConnection,
  type IoredisLibrary,
  isIoredisClient,
  openIoredis,
} from './ioredis-connection.ts'
import {
  isNodeRedisClient,
  type NodeRedisClient,
  NodeRedisConnection,
  type NodeRedisLibrary,
  openNodeRedis,
} from './node-redis-connection.ts'
import type { RedisConnection } from './redis-connection.ts'

/** A connected client of either library; it stays its owner's to close. */
export type RedisClient = IoredisClient | NodeRedisClient

export interface LibraryOptions {
  /** Default: `redis` where it is installed, else `ioredis`. */
  readonly library?: 'redis' | 'ioredis' | undefined
  /**
   * Loads a library by its name, for programs where that cannot happen from within this package, such as bundles:
   * `(name) => import('ioredis')`. Default: `import(name)`.
   */
  readonly load?: ((name: 'redis' | 'ioredis') => Promise<unknown>) | undefined
}

export type OpenConnection = (url: string, connectTimeoutMs: number) => Promise<RedisConnection>

const NAMES = ['redis', 'ioredis'] as const

/** A package that is not there, as against one that is there and fails to load. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message = '' } = error as { code?: string; message?: string }
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${name}'`)
}

/** Rejects with a ClientLibraryError that says what to install. */
export async function loadLibrary({ library, load }: LibraryOptions): Promise<OpenConnection> {
  if (library !== undefined && !NAMES.includes(library)) {
    throw new TypeError(`library must be "redis" or "ioredis", got ${JSON.stringify(library)}`)
  }
  const importByName = load ?? ((name: string) => import(name))
  for (const name of library === undefined ? NAMES : [library]) {
    let loaded: unknown
    try {
      loaded = await importByName(name)
    } catch (error) {
      if (isMissing(error, name)) continue
      throw error
    }
    return name === 'ioredis'
      ? (url, timeoutMs) => openIoredis(loaded as IoredisLibrary, url, timeoutMs)
      : (url, timeoutMs) => openNodeRedis(loaded as NodeRedisLibrary, url, timeoutMs)
  }
  throw new ClientLibraryError(
    library === undefined
      ? 'No Redis client is installed: run "npm install redis" or "npm install ioredis"'
      : `The Redis client "${library}" is not installed: run "npm install ${library}"`,
  )
}

/** Wraps a client that the caller has connected. A TypeError for anything else. */
export function connectionOf(client: object): RedisConnection {
  if (typeof client !== 'object' || client === null) throw new TypeError('client must be a redis or ioredis client')
  if (isIoredisClient(client)) return new IoredisConnection(client, false)
  if (isNodeRedisClient(client)) return new NodeRedisConnection(client, false)
  throw new TypeError('client must be a redis or ioredis client for one server')
}
