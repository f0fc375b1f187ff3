/** `keyper/kv`: mounts, that is, named and limited windows on a store, for scripts and plug-ins. */
import type { Dict } from './changes.ts'
import { Connection, type KvConnectionOptions } from './connect.ts'
import { Entries } from './entries.ts'
import { kvErrors } from './errors.ts'
import { describeFunctions, type KvFunction } from './functions.ts'
import { checkLimit, type KvMount, parseMounts } from './mounts.ts'
import { type KvFieldInfo, type KvMountInfo, Operations } from './operations.ts'
import { Pending } from './pending.ts'
import type { Json, KvSchema } from './schema.ts'

export type { KvConnectionOptions } from './connect.ts'
export { KvError, type KvErrorCode } from './errors.ts'
export type { KvFunction, KvParameter } from './functions.ts'
export type { KvMode, KvMount } from './mounts.ts'
export type { KvFieldInfo, KvMountInfo } from './operations.ts'
export type { Json, KvField, KvSchema, KvType } from './schema.ts'

export interface KvOptions extends KvConnectionOptions {
  /** By name; at least one. */
  readonly mounts: Readonly<Record<string, KvMount>>
  /** Schemas that mounts may name. */
  readonly schemas?: Readonly<Record<string, KvSchema>> | undefined
  /** Bytes that the values of all mounts that can be written here may have together. Default 10485760. */
  readonly maxStoreSize?: number | undefined
  /**
   * 'dispose' (default): writes wait for `dispose`, which carries all of them out in one step; reads see them.
   * 'immediate': each write goes through before its call resolves.
   */
  readonly writePolicy?: 'dispose' | 'immediate' | undefined
}

export interface DisposeReport {
  /** Writes that were carried out now. */
  readonly written: number
  /** Writes that still wait; the next `dispose` tries again. */
  readonly pending: number
  /** Why, or what went wrong in closing; null when all is well. */
  readonly error: Error | null
}

/** Every call rejects with a KvError for what its mount does not allow. */
export interface KvExtension {
  get(mount: string, key: string): Promise<Json>
  get_or(mount: string, key: string, fallback: Json): Promise<Json>
  getOr(mount: string, key: string, fallback: Json): Promise<Json>
  set(mount: string, key: string, value: Json): Promise<void>
  merge(mount: string, key: string, value: Dict): Promise<void>
  delete(mount: string, key: string): Promise<boolean>
  keys(mount: string): Promise<string[]>
  has(mount: string, key: string): Promise<boolean>
  clear(mount: string): Promise<void>
  getAll(mount: string): Promise<Dict>
  schema(mount: string): Promise<KvFieldInfo[]>
  mounts(): Promise<KvMountInfo[]>
  /** The same eleven by name, for script hosts. */
  readonly functions: Readonly<Record<string, KvFunction>>
  /** Carries out what waits, and closes a connection that was made here. Idempotent; never throws: see the report. */
  dispose(): Promise<DisposeReport>
}

/** Checks everything that can be checked without a connection. Throws a KvError. */
export function createKvExtension(options: KvOptions): KvExtension {
  const { maxStoreSize = 10_485_760, writePolicy = 'dispose' } = options
  checkLimit(maxStoreSize, 'maxStoreSize')
  if (writePolicy !== 'dispose' && writePolicy !== 'immediate') {
    throw kvErrors.options(`writePolicy must be "dispose" or "immediate", got ${JSON.stringify(writePolicy)}`)
  }
  const mounts = parseMounts(options.mounts, options.schemas ?? {})
  const connection = new Connection(options)
  const entries = new Entries(connection.space, mounts.values(), maxStoreSize)
  const pending = writePolicy === 'dispose' ? new Pending(entries, maxStoreSize) : null
  const operations = new Operations(mounts, entries, pending)
  let disposed = false
  let disposing: Promise<DisposeReport> | null = null

  const alive = (): void => {
    if (disposed) throw kvErrors.disposed()
  }
  const guarded =
    <A extends unknown[], R>(operation: (...values: A) => Promise<R>) =>
    async (...values: A): Promise<R> => {
      alive()
      return operation.apply(operations, values)
    }

  const flushAndClose = async (): Promise<DisposeReport> => {
    let written = 0
    let error: Error | null = null
    try {
      written = (await pending?.flush()) ?? 0
      await entries.settled()
    } catch (reason) {
      error = reason as Error
    }
    try {
      await connection.close()
    } catch (reason) {
      error ??= reason as Error
    }
    return { written, pending: pending?.size ?? 0, error }
  }

  return {
    get: guarded(operations.get),
    get_or: guarded(operations.getOr),
    getOr: guarded(operations.getOr),
    set: guarded(operations.set),
    merge: guarded(operations.merge),
    delete: guarded(operations.delete),
    keys: guarded(operations.keys),
    has: guarded(operations.has),
    clear: guarded(operations.clear),
    getAll: guarded(operations.getAll),
    schema: guarded(operations.schema),
    mounts: guarded(operations.mounts),
    functions: describeFunctions(operations, alive),
    dispose() {
      disposed = true
      disposing ??= flushAndClose().finally(() => {
        disposing = null
      })
      return disposing
    },
  }
}
