/**
 * What every back end can do. Stores, helpers and mounts are written against this and nothing else, so that one
 * implementation of each serves Redis-compatible servers, the embedded store and SQLite alike.
 *
 * Keys are well-formed strings and stored as UTF-8; values are bytes. Calls may be made concurrently.
 */
import type { KeyperServer } from '../embedded.ts'

export interface Write {
  readonly key: string
  /** Null deletes. */
  readonly value: Uint8Array | null
  /** Milliseconds to live; 0: for ever, which also clears an earlier limit; 'keep': what is left of the earlier one. */
  readonly ttlMs: number | 'keep'
}

export interface Update<T> {
  readonly writes: readonly Write[]
  readonly result: T
}

export interface UpdateOptions {
  /** How often to start again when others changed the keys meanwhile (default 100). */
  readonly retries?: number
}

export interface SlidingWindow {
  readonly limit: number
  readonly windowMs: number
  /** How many to take at once. */
  readonly cost: number
}

export interface WindowState {
  readonly allowed: boolean
  /** Taken within the window, this call included when it was allowed. */
  readonly used: number
  /** Ms until the same cost would be allowed; 0 when it was. */
  readonly retryAfterMs: number
}

/** Null: the connection was away, and messages may have been missed. */
export type MessageListener = (message: string | null) => void

export interface Backend {
  /** One value a key, in order; null where there is none. */
  get(keys: readonly string[]): Promise<(Uint8Array | null)[]>
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>
  /** Whether it was there. */
  delete(key: string): Promise<boolean>
  /** Gets and deletes in one step, so that only one of several callers has it. */
  take(key: string): Promise<Uint8Array | null>
  /** Lets a key live from now for `ttlMs`; 0 means for ever. Nothing happens to a missing key. */
  expire(key: string, ttlMs: number): Promise<void>
  /** Keys that begin so, each once, in no order. Stops early when the signal aborts. */
  list(prefix: string, signal?: AbortSignal): Promise<string[]>
  /** Bytes of each value; 0 for a missing key. */
  sizes(keys: readonly string[]): Promise<number[]>
  /**
   * Reads keys and writes, in one step as others see it. `plan` may run several times, must not have side effects, and
   * may throw, which writes nothing. It may write keys that it did not read. Rejects with a ConflictError.
   */
  update<T>(
    keys: readonly string[],
    plan: (values: (Uint8Array | null)[]) => Update<T>,
    options?: UpdateOptions,
  ): Promise<T>
  /** Counts one use in a sliding window, in one step. */
  slide(key: string, window: SlidingWindow): Promise<WindowState>
  publish(channel: string, message: string): Promise<void>
  /** Resolves once messages arrive. The result ends it. */
  subscribe(channel: string, listener: MessageListener): Promise<() => Promise<void>>
  /** Idempotent. What is under way may fail. */
  close(): Promise<void>
}

/** A back end and the part of its keys that belongs to one store. */
export interface Space {
  readonly backend: Backend
  readonly prefix: string
  /** Throws a ClosedError once the store is closed. */
  check(): void
}

const spaces = new WeakMap<object, Space>()

/** Remembers what a store stands on, without showing it to the store's users. */
export function registerSpace(store: object, space: Space): void {
  spaces.set(store, space)
}

/** What a store of this package stands on. A TypeError for anything else. */
export function spaceOf(store: object): Space {
  const space = spaces.get(store)
  if (space === undefined) {
    throw new TypeError('store must come from createRedisStore, createMemoryStore or createFileStore')
  }
  return space
}

export function isKeyperServer(store: object): store is KeyperServer {
  return 'command' in store && 'server' in store
}

/** UTF-8, as keys and messages travel. */
export function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8')
}

/** The string that these bytes are the UTF-8 of, or null when they are not UTF-8. */
export function fromUtf8(bytes: Buffer): string | null {
  const text = bytes.toString('utf8')
  return Buffer.byteLength(text, 'utf8') === bytes.length && utf8(text).equals(bytes) ? text : null
}
