/** What the back end needs of a connection to a server, whichever library speaks over it. */
import { systemClock } from '../util/clock.ts'
import type { MessageListener } from './backend.ts'

/** For a connection to come about. */
export const DEFAULT_TIMEOUT_MS = 5000

/** A reply with its bulk strings as bytes. */
export type RedisReply = Buffer | string | number | null | Error | RedisReply[]

export type Word = string | Buffer | number

export interface RedisConnection {
  /** One command. Rejects with the library's error for an error reply. */
  call(words: readonly Word[]): Promise<RedisReply>
  /** A connection of its own that ends when it is cut, for WATCH: one that came back would have forgotten the keys. */
  dedicated(): Promise<RedisConnection>
  /** A connection that listens, and comes back by itself. */
  subscriber(): Promise<Subscriber>
  /** Idempotent; for a client that was handed in, nothing. */
  close(): Promise<void>
}

export interface Subscriber {
  subscribe(channel: string, listener: MessageListener): Promise<void>
  unsubscribe(channel: string): Promise<void>
  close(): Promise<void>
}

/** Bytes of a bulk, whatever form the library gave it. */
export function bulk(reply: RedisReply | undefined): Buffer | null {
  if (reply === null || reply === undefined) return null
  return Buffer.isBuffer(reply) ? reply : Buffer.from(String(reply), 'utf8')
}

/** What `promise` becomes, or an error after `ms`: the libraries' own limits end with the TCP connection. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let expire!: (error: Error) => void
  const expired = new Promise<never>((_, reject) => {
    expire = reject
  })
  const timer = systemClock.after(ms, () => expire(new Error(`no answer within ${ms} ms`)), { ref: true })
  try {
    return await Promise.race([promise, expired])
  } finally {
    timer.cancel()
  }
}
