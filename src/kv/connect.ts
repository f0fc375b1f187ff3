/** Where the entries are kept: a server by url, a client, an embedded server, or a store of `keyper/kvs`. */
import type { KeyperServer } from '../embedded.ts'
import { isKeyperServer, type Space, spaceOf } from '../kvs/backend.ts'
import type { LibraryOptions, RedisClient } from '../kvs/client-library.ts'
import { EmbeddedBackend } from '../kvs/embedded-backend.ts'
import { checkConnectionOptions, openRedis } from '../kvs/redis-store.ts'
import type { ListableStore } from '../kvs/store.ts'
import { kvErrors } from './errors.ts'

/** Exactly one of `url`, `client` and `store`. */
export interface KvConnectionOptions extends LibraryOptions {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS. Connected to at the first call. */
  readonly url?: string | undefined
  /** A connected client of `redis` or `ioredis`; it stays open. */
  readonly client?: RedisClient | undefined
  /** A store of `keyper/kvs`, whose key prefix then comes before those of the mounts, or an embedded server. */
  readonly store?: ListableStore | KeyperServer | undefined
  /** Default 5000. */
  readonly connectTimeoutMs?: number | undefined
}

const ALWAYS_OPEN = () => {}

/** Opens on demand, and again after it was closed or failed to open. */
export class Connection {
  private readonly connect: () => Promise<Space>
  private readonly owned: boolean
  private opened: Promise<Space> | null = null

  /** Throws a KvError for options that do not fit. */
  constructor(options: KvConnectionOptions) {
    const { url, client, store } = options
    if ([url, client, store].filter((each) => each !== undefined).length !== 1) {
      throw kvErrors.options('Give exactly one of url, client and store')
    }
    this.owned = store === undefined
    try {
      if (store === undefined) {
        checkConnectionOptions(options)
        this.connect = async () => ({ backend: await openRedis(options), prefix: '', check: ALWAYS_OPEN })
      } else {
        const space = isKeyperServer(store)
          ? { backend: new EmbeddedBackend(store, false), prefix: '', check: ALWAYS_OPEN }
          : spaceOf(store)
        this.connect = async () => space
      }
    } catch (error) {
      throw kvErrors.options((error as Error).message)
    }
  }

  readonly space = (): Promise<Space> => {
    this.opened ??= this.connect().catch((error) => {
      this.opened = null
      throw error
    })
    return this.opened
  }

  async close(): Promise<void> {
    const opened = this.opened
    this.opened = null
    if (opened !== null && this.owned) await (await opened).backend.close()
  }
}
