/** Feature flags that every process reads from memory and hears about when they change. */
import { spaceOf } from './backend.ts'
import { ClosedError } from './errors.ts'
import { fromJson, toJson } from './json.ts'
import { checkKey, type ListableStore } from './store.ts'

export interface FeatureFlagsOptions {
  readonly store: ListableStore
  /** Comes before every flag. Default `flags:`. */
  readonly prefix?: string | undefined
  /** Told when a change could not be read; the flags stay as they were. Default: nobody. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** `value` is undefined when the flag was removed. */
export type FlagListener = (name: string, value: unknown) => void

export interface FeatureFlags {
  /** The flag as this process last heard, or the fallback. Any JSON value. */
  get<T>(name: string, fallback: T): T
  /** Whether the flag is exactly true. */
  isEnabled(name: string): boolean
  /** All flags, by name. */
  all(): ReadonlyMap<string, unknown>
  /** Stores a flag for ever and tells every process. Resolves when this one has it. */
  set(name: string, value: unknown): Promise<void>
  remove(name: string): Promise<void>
  /** Calls the listener for each flag whose value changes, in whichever process. Returns what ends it. */
  onChange(listener: FlagListener): () => void
  /** Stops listening; the store stays open. Idempotent. */
  close(): Promise<void>
}

/** Resolves once all flags are read and changes are heard. */
export async function createFeatureFlags({
  store,
  prefix = 'flags:',
  onError,
}: FeatureFlagsOptions): Promise<FeatureFlags> {
  const space = spaceOf(store)
  space.check()
  checkKey(prefix, 'prefix')
  const { backend } = space
  const start = space.prefix + prefix
  const channel = `${start}changed`
  const known = new Map<string, { readonly json: string; readonly value: unknown }>()
  const listeners = new Set<FlagListener>()
  let closed = false

  const accept = (name: string, bytes: Uint8Array | null): void => {
    const json = bytes === null ? null : Buffer.from(bytes).toString('utf8')
    if ((known.get(name)?.json ?? null) === json) return
    const value = bytes === null ? undefined : fromJson(bytes)
    if (json === null) known.delete(name)
    else known.set(name, { json, value })
    for (const listener of [...listeners]) listener(name, value)
  }

  // One read at a time: an older one that ends later must not undo a newer.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(read: () => Promise<T>): Promise<T> => {
    const turn = last.then(read)
    last = turn.catch(() => {})
    return turn
  }

  const reread = async (name: string): Promise<void> => {
    const [bytes] = await backend.get([start + name])
    if (!closed) accept(name, bytes)
  }

  const rereadAll = async (): Promise<void> => {
    const keys = await backend.list(start)
    const values = await backend.get(keys)
    if (closed) return
    const names = keys.map((key) => key.slice(start.length))
    for (const gone of [...known.keys()].filter((name) => !names.includes(name))) accept(gone, null)
    names.forEach((name, i) => accept(name, values[i]))
  }

  const heard = (name: string | null): void => {
    if (closed) return
    inTurn(() => (name === null ? rereadAll() : reread(name))).catch((error) => {
      if (!closed) onError?.(error)
    })
  }

  const unsubscribe = await backend.subscribe(channel, heard)
  try {
    await inTurn(rereadAll)
  } catch (error) {
    await unsubscribe()
    throw error
  }

  const change = async (name: string, write: () => Promise<unknown>): Promise<void> => {
    if (closed) throw new ClosedError()
    space.check()
    checkKey(name, 'name')
    await write()
    await backend.publish(channel, name)
    await inTurn(() => reread(name))
  }

  return {
    get<T>(name: string, fallback: T): T {
      const flag = known.get(name)
      return flag === undefined ? fallback : (flag.value as T)
    },
    isEnabled: (name) => known.get(name)?.value === true,
    all: () => new Map([...known].map(([name, { value }]) => [name, value])),
    async set(name, value) {
      const bytes = toJson(value)
      await change(name, () => backend.set(start + name, bytes, 0))
    },
    remove: (name) => change(name, () => backend.delete(start + name)),
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async close() {
      if (closed) return
      closed = true
      listeners.clear()
      await unsubscribe().catch(() => {})
    },
  }
}
