/** Fills a store from a dump. */
import { accessFrom } from '../store/access.ts'
import type { Store } from '../store/store.ts'
import type { RdbEntry } from './entry.ts'
import { RdbFormatError } from './format.ts'
import { RdbParser } from './parser.ts'
import { isEmpty, storedValue } from './value.ts'

export interface LoadOptions {
  /** Compare the checksum (rdbchecksum). */
  readonly checksum: boolean
  /** Leave out keys past their deadline: a master does, a replica waits for its master's word. */
  readonly dropExpired: boolean
  /** Pass over what modules stored instead of refusing the dump. */
  readonly skipModules: boolean
  /** A key that is there already is replaced (default: the dump is refused). */
  readonly mayReplace?: boolean
}

export interface LoadResult {
  readonly keys: number
  readonly expired: number
  readonly aux: ReadonlyMap<string, string>
  readonly functions: readonly string[]
}

export class RdbLoader {
  private readonly store: Store
  private readonly options: LoadOptions
  private readonly parser: RdbParser
  private readonly aux = new Map<string, string>()
  private readonly functions: string[] = []
  private keys = 0
  private expired = 0

  /** Keys go into `store`, which must be empty where the dump has keys. */
  constructor(store: Store, options: LoadOptions) {
    this.store = store
    this.options = options
    this.parser = new RdbParser(
      {
        aux: (key, value) => this.aux.set(key, value),
        functionLibrary: (code) => this.functions.push(code),
        moduleAux: (module) => {
          if (!options.skipModules) this.refuse(`the dump has data of the module '${module}', which is not here`)
        },
        entry: (entry) => this.add(entry),
      },
      { checksum: options.checksum },
    )
  }

  get finished(): boolean {
    return this.parser.finished
  }

  get loadedKeys(): number {
    return this.keys
  }

  /** Bytes of the dump read so far: its length once it is finished. */
  get offset(): number {
    return this.parser.offset
  }

  /** Bytes pushed that lie behind the end of the dump. */
  get rest(): Buffer {
    return this.parser.rest
  }

  /** Loads a chunk. Throws RdbFormatError. */
  push(chunk: Buffer): void {
    this.parser.push(chunk)
  }

  /** To be called when no more bytes come. Throws RdbFormatError when the dump is not complete. */
  end(): LoadResult {
    this.parser.end()
    return { keys: this.keys, expired: this.expired, aux: this.aux, functions: this.functions }
  }

  private refuse(reason: string): never {
    throw new RdbFormatError(reason, this.parser.offset)
  }

  private add(entry: RdbEntry): void {
    const { store, options } = this
    const db = store.databases[entry.db]
    if (db === undefined) {
      this.refuse(`the dump has keys in database ${entry.db}, but there are only ${store.databases.length}`)
    }
    // Redis takes a deadline of -1 for none.
    const expireAt = entry.expireAtMs === null ? -1 : entry.expireAtMs
    if (options.dropExpired && expireAt !== -1 && expireAt < store.now) {
      this.expired++
      return
    }
    // Some servers once wrote keys without elements; no server keeps them.
    if (isEmpty(entry.value)) return
    const value = storedValue(entry.value, store.limits)
    if (typeof value === 'object' && 'refused' in value) {
      if (entry.value.type === 'module' && options.skipModules) return
      this.refuse(`key '${entry.key}': ${value.refused}`)
    }
    const there = db.keyspace.find(entry.key)
    if (there >= 0) {
      if (options.mayReplace === true) db.keyspace.remove(there)
      else this.refuse(`the key '${entry.key}' is there twice`)
    }
    const slot = db.keyspace.insert(entry.key, value, store.epoch)
    db.keyspace.setAccess(slot, accessFrom(store, entry.idleSeconds, entry.frequency))
    if (expireAt !== -1) db.keyspace.deadlines.set(slot, Math.max(0, expireAt))
    this.keys++
  }
}
