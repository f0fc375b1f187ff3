/** What the back end needs of a connection to a server, whichever library speaks over it. */
import type { MessageListener } from './backend.ts'

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
