/** Stores that outlive the process: an SQLite file where Node has SQLite, else a folder with an append-only file. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createServer } from '../embedded.ts'
import { type Clock, systemClock } from '../util/clock.ts'
import type { Backend } from './backend.ts'
import { EmbeddedBackend } from './embedded-backend.ts'
import { loadSqlite } from './sqlite.ts'
import { SqliteBackend } from './sqlite-backend.ts'
import { BackendStore, checkKey, type ListableStore } from './store.ts'

export interface FileStoreOptions {
  /**
   * Where the values are kept; folders on the way are made. A new path becomes a file of SQLite, or a folder where
   * this Node has none. An existing one stays what it is, whichever Node opens it.
   */
  readonly path: string
  /** Comes before every key. Default none. */
  readonly keyPrefix?: string | undefined
  /** Default: what exists at the path, else 'sqlite' where this Node has it. */
  readonly engine?: FileStore['engine'] | undefined
  readonly clock?: Clock | undefined
}

export interface FileStore extends ListableStore {
  /** 'sqlite': a file of `node:sqlite`. 'embedded': a folder with the append-only file of an embedded Keyper. */
  readonly engine: 'sqlite' | 'embedded'
}

/** Rejects when the path holds something else, or cannot be written. Every value is on disk when `set` resolves. */
export async function createFileStore(options: FileStoreOptions): Promise<FileStore> {
  const { path, keyPrefix = '', clock = systemClock } = options
  checkKey(path, 'path')
  checkKey(keyPrefix, 'keyPrefix')
  const engine = options.engine ?? (await engineAt(path))
  const backend = engine === 'sqlite' ? await openSqlite(path, clock) : await openEmbedded(path, clock)
  return Object.assign(new BackendStore(backend, keyPrefix), { engine })
}

async function engineAt(path: string): Promise<FileStore['engine']> {
  const found = await stat(path).catch(() => null)
  if (found !== null) return found.isDirectory() ? 'embedded' : 'sqlite'
  return (await loadSqlite()) === null ? 'embedded' : 'sqlite'
}

async function openSqlite(path: string, clock: Clock): Promise<Backend> {
  const sqlite = await loadSqlite()
  if (sqlite === null) throw new Error(`${path} needs node:sqlite, which this Node (${process.version}) does not have`)
  await mkdir(dirname(path), { recursive: true })
  return new SqliteBackend(sqlite, path, clock)
}

async function openEmbedded(path: string, clock: Clock): Promise<Backend> {
  await mkdir(path, { recursive: true })
  const directives = { dir: path, appendonly: 'yes', appendfsync: 'always' }
  return new EmbeddedBackend(await createServer({ directives, clock }), true, clock)
}
