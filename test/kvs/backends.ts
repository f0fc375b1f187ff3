/** Every back end that the conformance suites run over, each behind the same few functions. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { createServer, type KeyperServer } from '../../src/embedded.ts'
import { createFileStore, createMemoryStore, createRedisStore, type ListableStore } from '../../src/kvs/index.ts'
import { loadSqlite } from '../../src/kvs/sqlite.ts'
import { describeWithRedis, startRedis } from '../support/redis-oracle.ts'

export interface TestBackend {
  /** A store with a prefix of its own. Two with the same prefix share their values. */
  open(keyPrefix: string): Promise<ListableStore>
  /** The url of the server, where there is one. */
  readonly url: string | null
  stop(): Promise<void>
}

/** How each client library is loaded, and over which real package. */
export const LIBRARIES = {
  'ioredis 5': { library: 'ioredis', load: () => import('ioredis5') },
  'ioredis 6': { library: 'ioredis', load: () => import('ioredis6') },
  'redis 4': { library: 'redis', load: () => import('redis4') },
  'redis 5': { library: 'redis', load: () => import('redis5') },
  'redis 6': { library: 'redis', load: () => import('redis6') },
} as const

export type LibraryName = keyof typeof LIBRARIES

/** A Keyper that listens on a port of its own. */
export async function listeningKeyper(): Promise<KeyperServer> {
  const { freePort } = await import('../support/redis-oracle.ts')
  return createServer({ directives: { bind: '127.0.0.1', port: String(await freePort()) } })
}

function overUrl(url: string, library: LibraryName, stop: () => Promise<void>): TestBackend {
  return { url, stop, open: (keyPrefix) => createRedisStore({ url, keyPrefix, poolSize: 2, ...LIBRARIES[library] }) }
}

async function embedded(): Promise<TestBackend> {
  const server = await createServer()
  return { url: null, open: (keyPrefix) => createMemoryStore({ server, keyPrefix }), stop: () => server.close() }
}

async function file(engine: 'sqlite' | 'embedded'): Promise<TestBackend> {
  const folder = mkdtempSync(join(tmpdir(), 'keyper-file-store-'))
  const opened: ListableStore[] = []
  // An append-only file has one owner, so that stores on it are views of one.
  const server =
    engine === 'sqlite'
      ? null
      : await createServer({ directives: { dir: folder, appendonly: 'yes', appendfsync: 'always' } })
  return {
    url: null,
    async open(keyPrefix) {
      const store =
        server === null
          ? await createFileStore({ path: join(folder, 'values.sqlite'), keyPrefix, engine })
          : await createMemoryStore({ server, keyPrefix })
      opened.push(store)
      return store
    },
    async stop() {
      for (const store of opened) await store.close()
      await server?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Declares the suite once for each back end, under its name. */
export async function describeBackends(
  name: string,
  suite: (start: () => Promise<TestBackend>) => void,
): Promise<void> {
  describe(`${name}: embedded store`, () => suite(embedded))
  describe(`${name}: embedded store with an append-only file`, () => suite(() => file('embedded')))
  describe.skipIf((await loadSqlite()) === null)(`${name}: SQLite`, () => suite(() => file('sqlite')))
  for (const library of Object.keys(LIBRARIES) as LibraryName[]) {
    describe(`${name}: Keyper with ${library}`, () =>
      suite(async () => {
        const server = await listeningKeyper()
        return overUrl(`redis://127.0.0.1:${server.port}/0`, library, () => server.close())
      }))
    describeWithRedis(`${name}: Redis with ${library}`, () =>
      suite(async () => {
        const redis = await startRedis()
        return overUrl(`redis://127.0.0.1:${redis.port}/0`, library, () => redis.stop())
      }),
    )
  }
}
