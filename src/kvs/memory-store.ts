/** Stores in this process: a Keyper of their own, or one that the program runs anyway. */
import { createServer, type KeyperServer } from '../embedded.ts'
import type { Clock } from '../util/clock.ts'
import { EmbeddedBackend } from './embedded-backend.ts'
import { BackendStore, checkKey, type ListableStore } from './store.ts'

export interface MemoryStoreOptions {
  /** Comes before every key. Default none. */
  readonly keyPrefix?: string | undefined
  /** An embedded server to keep the values in; it stays open when the store closes. Default: one of the store's own. */
  readonly server?: KeyperServer | undefined
  /** What tells the time, for tests. Default: the system's clock. With `server`, give the one that the server has. */
  readonly clock?: Clock | undefined
}

export interface MemoryStore extends ListableStore {
  readonly engine: 'memory'
}

/** A store with real expiry and the same limits as a server. What it holds ends with it. */
export async function createMemoryStore(options: MemoryStoreOptions = {}): Promise<MemoryStore> {
  const { keyPrefix = '', server, clock } = options
  checkKey(keyPrefix, 'keyPrefix')
  const embedded = server ?? (await createServer(clock === undefined ? {} : { clock }))
  const backend = new EmbeddedBackend(embedded, server === undefined, clock)
  return Object.assign(new BackendStore(backend, keyPrefix), { engine: 'memory' as const })
}
