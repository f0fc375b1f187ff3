/** A Redis-compatible server as a back end. */
import { type Clock, systemClock } from '../util/clock.ts'
import { type Random, systemRandom } from '../util/random.ts'
import {
  type Backend,
  fromUtf8,
  type MessageListener,
  type SlidingWindow,
  type Update,
  type UpdateOptions,
  utf8,
  type WindowState,
  type Write,
} from './backend.ts'
import { ConnectionPool } from './connection-pool.ts'
import { ConflictError } from './errors.ts'
import { escapeGlob } from './escape-glob.ts'
import { bulk, type RedisConnection, type RedisReply, type Subscriber, type Word } from './redis-connection.ts'
import { slideLog, WINDOW_SCRIPT } from './sliding-window.ts'

/** Keys asked for at once: enough to hide the round trip, few enough not to hold the server up. */
const BATCH = 500
const FIRST_BACKOFF_MS = 4
const LONGEST_BACKOFF_MS = 1000

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

function wordsOf({ key, value, ttlMs }: Write): Word[] {
  if (value === null) return ['DEL', key]
  const words: Word[] = ['SET', key, asBuffer(value)]
  if (ttlMs === 'keep') return [...words, 'KEEPTTL']
  return ttlMs === 0 ? words : [...words, 'PX', ttlMs]
}

/** Those who listen to one channel, over one subscription. */
interface Audience {
  readonly listeners: Set<MessageListener>
  readonly ready: Promise<void>
}

export class RedisBackend implements Backend {
  private readonly connections: readonly RedisConnection[]
  private readonly dedicated: ConnectionPool
  private readonly clock: Clock
  private readonly random: Random
  private readonly audiences = new Map<string, Audience>()
  private subscriber: Promise<Subscriber> | null = null
  private next = 0
  private scripts = true
  private closing: Promise<void> | null = null

  /** Commands go round the connections; transactions use up to `poolSize` more, opened from the first. */
  constructor(
    connections: readonly RedisConnection[],
    poolSize: number,
    clock: Clock = systemClock,
    random: Random = systemRandom,
  ) {
    this.connections = connections
    this.dedicated = new ConnectionPool(() => connections[0].dedicated(), poolSize)
    this.clock = clock
    this.random = random
  }

  async get(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    const values: (Uint8Array | null)[] = []
    for (let at = 0; at < keys.length; at += BATCH) {
      values.push(...((await this.call(['MGET', ...keys.slice(at, at + BATCH)])) as RedisReply[]).map(bulk))
    }
    return values
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    await this.call(wordsOf({ key, value, ttlMs }))
  }

  async delete(key: string): Promise<boolean> {
    return Number(await this.call(['DEL', key])) === 1
  }

  async take(key: string): Promise<Uint8Array | null> {
    return bulk(await this.call(['GETDEL', key]))
  }

  async expire(key: string, ttlMs: number): Promise<void> {
    await this.call(ttlMs === 0 ? ['PERSIST', key] : ['PEXPIRE', key, ttlMs])
  }

  async list(prefix: string, signal?: AbortSignal): Promise<string[]> {
    const found = new Set<string>()
    const pattern = escapeGlob(prefix) + '*'
    // A cursor means something only to the server that gave it, so all pages come over one connection.
    const connection = this.connection()
    let cursor = '0'
    do {
      signal?.throwIfAborted()
      const page = await connection.call(['SCAN', cursor, 'MATCH', pattern, 'COUNT', 1000, 'TYPE', 'string'])
      const [next, keys] = page as [RedisReply, RedisReply[]]
      for (const key of keys) {
        const text = fromUtf8(bulk(key)!)
        if (text !== null) found.add(text)
      }
      cursor = String(next)
    } while (cursor !== '0')
    return [...found]
  }

  async sizes(keys: readonly string[]): Promise<number[]> {
    const sizes: number[] = []
    for (let at = 0; at < keys.length; at += BATCH) {
      const batch = keys.slice(at, at + BATCH).map((key) => this.call(['STRLEN', key]))
      sizes.push(...(await Promise.all(batch)).map(Number))
    }
    return sizes
  }

  async update<T>(
    keys: readonly string[],
    plan: (values: (Uint8Array | null)[]) => Update<T>,
    { retries = 100 }: UpdateOptions = {},
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.dedicated.lend((connection) => tryUpdate(connection, keys, plan))
      if (outcome.kind === 'done') return outcome.result
      // The plan's own refusal, carried here so that the connection stays in the pool.
      if (outcome.kind === 'refused') throw outcome.error
      if (attempt >= retries) throw new ConflictError(attempt + 1)
      const longest = Math.min(FIRST_BACKOFF_MS * 2 ** attempt, LONGEST_BACKOFF_MS)
      await new Promise<void>((resolve) => this.clock.after(1 + this.random.float() * longest, resolve, { ref: true }))
    }
  }

  async slide(key: string, window: SlidingWindow): Promise<WindowState> {
    if (this.scripts) {
      const { limit, windowMs, cost } = window
      try {
        const reply = await this.call(['EVAL', WINDOW_SCRIPT, 1, key, limit, windowMs, cost, this.random.hex(24)])
        const [allowed, used, retryAfterMs] = (reply as RedisReply[]).map(Number)
        return { allowed: allowed === 1, used, retryAfterMs }
      } catch (error) {
        if (!/unknown command|no permissions/i.test(String(error))) throw error
        this.scripts = false
      }
    }
    return this.update([key], ([value]) => slideLog(key, value, window, this.clock.now()), { retries: 1000 })
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.call(['PUBLISH', channel, utf8(message)])
  }

  async subscribe(channel: string, listener: MessageListener): Promise<() => Promise<void>> {
    this.subscriber ??= this.connections[0].subscriber().catch((error) => {
      this.subscriber = null
      throw error
    })
    const subscriber = await this.subscriber
    let audience = this.audiences.get(channel)
    if (audience === undefined) {
      const listeners = new Set<MessageListener>()
      const ready = subscriber.subscribe(channel, (message) => {
        for (const each of listeners) each(message)
      })
      audience = { listeners, ready }
      this.audiences.set(channel, audience)
    }
    const { listeners, ready } = audience
    listeners.add(listener)
    const leave = async () => {
      listeners.delete(listener)
      if (listeners.size > 0 || this.closing !== null || !this.audiences.delete(channel)) return
      await subscriber.unsubscribe(channel)
    }
    try {
      await ready
    } catch (error) {
      listeners.delete(listener)
      if (this.audiences.get(channel) === audience) this.audiences.delete(channel)
      throw error
    }
    return leave
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll()
    return this.closing
  }

  private async closeAll(): Promise<void> {
    await this.dedicated.close()
    if (this.subscriber !== null) await (await this.subscriber).close()
    await Promise.all(this.connections.map((connection) => connection.close()))
  }

  private connection(): RedisConnection {
    this.next = (this.next + 1) % this.connections.length
    return this.connections[this.next]
  }

  private call(words: readonly Word[]): Promise<RedisReply> {
    return this.connection().call(words)
  }
}

type Outcome<T> =
  | { readonly kind: 'done'; readonly result: T }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'conflict' }

async function tryUpdate<T>(
  connection: RedisConnection,
  keys: readonly string[],
  plan: (values: (Uint8Array | null)[]) => Update<T>,
): Promise<Outcome<T>> {
  let values: (Uint8Array | null)[] = []
  if (keys.length > 0) {
    const watched = connection.call(['WATCH', ...keys])
    const [, replies] = await Promise.all([watched, connection.call(['MGET', ...keys])])
    values = (replies as RedisReply[]).map(bulk)
  }
  let planned: Update<T>
  try {
    planned = plan(values)
  } catch (error) {
    await connection.call(['UNWATCH'])
    return { kind: 'refused', error }
  }
  const { writes, result } = planned
  if (writes.length === 0) {
    await connection.call(['UNWATCH'])
    return { kind: 'done', result }
  }
  const queued = [['MULTI'], ...writes.map(wordsOf), ['EXEC']].map((words) => connection.call(words))
  const replies = await Promise.allSettled(queued)
  const executed = replies[replies.length - 1]
  const refused = replies.find((reply) => reply.status === 'rejected')
  if (refused !== undefined) throw refused.reason
  const results = (executed as PromiseFulfilledResult<RedisReply>).value
  if (results === null) return { kind: 'conflict' }
  const failed = (results as RedisReply[]).find((reply) => reply instanceof Error)
  if (failed !== undefined) throw failed
  return { kind: 'done', result }
}
