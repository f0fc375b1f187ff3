/** The embedded server as a back end. Commands run within the call, so nothing can come between a read and a write. */
import type { KeyperServer } from '../embedded.ts'
import { CommandFailure, type ReplyValue } from '../resp/capture.ts'
import { type Clock, systemClock } from '../util/clock.ts'
import {
  type Backend,
  fromUtf8,
  type MessageListener,
  type SlidingWindow,
  type Update,
  utf8,
  type WindowState,
  type Write,
} from './backend.ts'
import { escapeGlob } from './escape-glob.ts'
import { slideLog } from './sliding-window.ts'

/** A key or message as the server has it: one char a byte. */
function bytes(text: string): string {
  return utf8(text).latin1Slice()
}

function toBytes(reply: ReplyValue): Buffer | null {
  return reply === null ? null : Buffer.from(reply as string, 'latin1')
}

/** The words of the command that carries out one write. */
function wordsOf({ key, value, ttlMs }: Write): (string | number)[] {
  if (value === null) return ['DEL', bytes(key)]
  const words = ['SET', bytes(key), Buffer.from(value.buffer, value.byteOffset, value.byteLength).latin1Slice()]
  if (ttlMs === 'keep') return [...words, 'KEEPTTL']
  return ttlMs === 0 ? words : [...words, 'PX', ttlMs]
}

export class EmbeddedBackend implements Backend {
  private readonly server: KeyperServer
  private readonly owned: boolean
  private readonly clock: Clock

  /** With `owned` the server closes with the back end. */
  constructor(server: KeyperServer, owned: boolean, clock: Clock = systemClock) {
    this.server = server
    this.owned = owned
    this.clock = clock
  }

  async get(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return this.read(keys)
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    this.server.command(...wordsOf({ key, value, ttlMs }))
  }

  async delete(key: string): Promise<boolean> {
    return this.server.command('DEL', bytes(key)) === 1
  }

  async take(key: string): Promise<Uint8Array | null> {
    return toBytes(this.server.command('GETDEL', bytes(key)))
  }

  async expire(key: string, ttlMs: number): Promise<void> {
    if (ttlMs === 0) this.server.command('PERSIST', bytes(key))
    else this.server.command('PEXPIRE', bytes(key), ttlMs)
  }

  async list(prefix: string, signal?: AbortSignal): Promise<string[]> {
    const found = new Set<string>()
    const pattern = escapeGlob(bytes(prefix)) + '*'
    let cursor = '0'
    do {
      signal?.throwIfAborted()
      const page = this.server.command('SCAN', cursor, 'MATCH', pattern, 'COUNT', 1000, 'TYPE', 'string')
      const [next, keys] = page as [string, string[]]
      for (const key of keys) {
        const text = fromUtf8(Buffer.from(key, 'latin1'))
        if (text !== null) found.add(text)
      }
      cursor = next
      // A large keyspace must not hold up everything else in this process.
      if (cursor !== '0') await new Promise<void>((resolve) => this.clock.soon(resolve))
    } while (cursor !== '0')
    return [...found]
  }

  async sizes(keys: readonly string[]): Promise<number[]> {
    return keys.map((key) => this.server.command('STRLEN', bytes(key)) as number)
  }

  async update<T>(keys: readonly string[], plan: (values: (Uint8Array | null)[]) => Update<T>): Promise<T> {
    const { writes, result } = plan(this.read(keys))
    if (writes.length === 0) return result
    // A transaction, so that replicas and the append-only file have all or nothing too.
    this.server.command('MULTI')
    try {
      for (const write of writes) this.server.command(...wordsOf(write))
    } catch (error) {
      this.server.command('DISCARD')
      throw error
    }
    const failed = (this.server.command('EXEC') as ReplyValue[]).find((reply) => reply instanceof CommandFailure)
    if (failed !== undefined) throw new Error(failed.message)
    return result
  }

  slide(key: string, window: SlidingWindow): Promise<WindowState> {
    return this.update([key], ([value]) => slideLog(key, value, window, this.clock.now()))
  }

  async publish(channel: string, message: string): Promise<void> {
    this.server.command('PUBLISH', bytes(channel), bytes(message))
  }

  async subscribe(channel: string, listener: MessageListener): Promise<() => Promise<void>> {
    let listening = true
    const end = this.server.subscribe(bytes(channel), (message) => {
      const text = Buffer.from(message, 'latin1').toString('utf8')
      this.clock.soon(() => {
        if (listening) listener(text)
      })
    })
    return async () => {
      listening = false
      end()
    }
  }

  async close(): Promise<void> {
    if (this.owned) await this.server.close()
  }

  private read(keys: readonly string[]): (Uint8Array | null)[] {
    return keys.length === 0 ? [] : (this.server.command('MGET', ...keys.map(bytes)) as ReplyValue[]).map(toBytes)
  }
}
