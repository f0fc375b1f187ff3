/** What a handler sees. One interface for TCP, EXEC, scripts, the replication link, file loading and the embedded API. */
import type { Reply } from '../resp/reply.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import type { Database } from '../store/database.ts'
import type { Store } from '../store/store.ts'
import type { Random } from '../util/random.ts'

/** A command that cannot answer yet. */
export interface Wait {
  /** Keys of the current database to wait on; the client is served in the order of arrival per key. */
  readonly keys: readonly string[]
  /** Milliseconds; 0 waits for ever. */
  readonly timeoutMs: number
  /**
   * Tries again after one of the keys changed, in the client's own database. Replies and returns true when served;
   * returns false, having changed nothing, to go on waiting. May throw a ReplyError, which is replied.
   */
  readonly retry: (key: string) => boolean
  /** Replies when the time is up, and at once where blocking is not allowed (in MULTI and in scripts). */
  readonly timedOut: () => void
  /** True when the client must also be tried again once the key is deleted or changes its type (XREADGROUP). */
  readonly wakeOnDelete?: boolean
}

/** How a command's effect travels to replicas and the append-only file, when not as the request itself. */
export interface Propagation {
  /** False while nobody listens: then words need not be made. */
  readonly isHeard: boolean
  /** Propagates these words instead of the request. Further ones come after it through `also`. */
  as(...argv: string[]): void
  /** Propagates these words after the request (or after `as`). */
  also(...argv: string[]): void
  /** Propagates nothing. */
  none(): void
  /** Propagates these words instead of the request, but only to replicas: a message, which changes no data. */
  toReplicas(...argv: string[]): void
  /** What a command by itself did along the way (keys it found expired) need not be applied as one. */
  apart(): void
}

export interface Context {
  readonly reply: Reply
  /** The selected logical database. */
  readonly db: Database
  readonly store: Store
  /** For commands about the server itself. Data commands do not touch it. */
  readonly server: Server
  /** For commands about the connection. Data commands do not touch it. */
  readonly session: Session
  /** Unix time in ms, the same throughout a command, an EXEC and a script. */
  readonly now: number
  readonly random: Random
  readonly propagate: Propagation
  /** Suspends the client until a key changes or the time is up; the handler must return right after. */
  block(wait: Wait): void
}
