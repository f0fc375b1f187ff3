/** One client: its connection, its protocol, its selected database, and what it is in the middle of. */

import { Output } from '../resp/output.ts'
import type { Reply } from '../resp/reply.ts'
import { Resp2Writer } from '../resp/resp2-writer.ts'
import { Resp3Writer } from '../resp/resp3-writer.ts'
import type { User } from '../security/user.ts'
import type { Command } from '../spec/command.ts'
import type { Context, Propagation, Wait } from '../spec/context.ts'
import { Restriction } from '../spec/restrictions.ts'
import type { Database } from '../store/database.ts'
import type { Store } from '../store/store.ts'
import type { Random } from '../util/random.ts'
import type { Suspension } from './blocking.ts'
import type { Connection } from './connection.ts'
import { NullReply } from './null-reply.ts'
import type { Subscriptions } from './pubsub.ts'
import type { Server } from './server.ts'
import type { Tracking } from './tracking.ts'
import type { Transaction } from './transactions.ts'

export type SessionKind = 'normal' | 'replica' | 'pubsub' | 'master'

export class Session implements Context {
  readonly id: number
  readonly server: Server
  readonly store: Store
  readonly random: Random
  readonly propagate: Propagation
  /** Null for a session inside the process: scripts, file loading, the embedded API. */
  readonly connection: Connection | null
  readonly output = new Output()
  db: Database
  reply: Reply
  /** Bits of `Restriction`. */
  restrictions = 0
  transaction: Transaction | null = null
  /** Set while the client waits (BLPOP, WAIT, CLIENT PAUSE ...): its further input is held back. */
  suspension: Suspension | null = null
  /** Inside EXEC and scripts a command must answer at once. */
  mayBlock = true
  kind: SessionKind = 'normal'
  /** In which the commands of scripts run. */
  isScript = false
  /** What it listens to; null when nothing. */
  subscriptions: Subscriptions | null = null
  /** How it keeps a cache of keys (CLIENT TRACKING); null when it does not. */
  tracking: Tracking | null = null
  /** The command that made it wait, to be counted once it is done; `us` is what it took so far. */
  blockedCall: { readonly command: Command; readonly argv: readonly string[]; readonly us: number } | null = null
  /** Whether it is shown every command (MONITOR). */
  monitoring = false
  /** Already among those to be flushed at the end of the batch. */
  flushing = false
  name = ''
  libraryName = ''
  libraryVersion = ''
  /** Whom it acts for; null: the server itself, which may do everything. */
  user: User | null = null
  /** Whether it proved who it is, or did not need to when it came. */
  authenticated = false
  readonly createdAt: number
  lastActiveAt: number
  lastCommand: Command | null = null
  /** Close once the replies are out. */
  closing = false
  closed = false
  /** Where the replication stream stood after this client's last write: what WAIT waits for. */
  writeOffset = 0
  /** Where the append-only file stood after this client's last write: what WAITAOF waits for. */
  loggedOffset = 0
  /** Batches of replies that wait for the append-only file. */
  heldReplies = 0
  noEvict = false
  noTouch = false
  /** Whether `reply` is muted: CLIENT REPLY OFF, or SKIP for this one command or the next. */
  muted: 'no' | 'off' | 'skip' | 'skipNext' = 'no'
  commandsRun = 0
  bytesIn = 0
  bytesOut = 0
  /** Largest number of reply bytes that waited at once. */
  outputPeak = 0
  /** Bytes that wait for it elsewhere: a replica's share of the replication stream. */
  heldBytes = 0
  /** Unix ms since when the output is over its soft limit; 0 when it is not. */
  softLimitSince = 0
  /** Told when the connection is gone; used by replication, pub/sub and the like. */
  readonly onClose: (() => void)[] = []
  private protocolWriter: Reply

  constructor(server: Server, id: number, connection: Connection | null) {
    this.server = server
    this.store = server.store
    this.random = server.store.random
    this.propagate = server.propagation
    this.id = id
    this.connection = connection
    this.db = server.store.databases[0]
    this.protocolWriter = new Resp2Writer(this.output)
    this.reply = this.protocolWriter
    this.createdAt = server.store.now
    this.lastActiveAt = server.store.now
  }

  get session(): this {
    return this
  }

  get now(): number {
    return this.store.now
  }

  get protocol(): 2 | 3 {
    return this.protocolWriter.protocol
  }

  /** Switches between RESP2 and RESP3 (HELLO, RESET). */
  setProtocol(version: 2 | 3): void {
    if (version === this.protocolWriter.protocol) return
    const muted = this.reply !== this.protocolWriter
    this.protocolWriter = version === 3 ? new Resp3Writer(this.output) : new Resp2Writer(this.output)
    if (!muted) this.reply = this.protocolWriter
    // Only RESP2 cannot tell messages from replies.
    if (this.subscriptions !== null) this.restrict(Restriction.subscribed, version === 2)
  }

  /** The writer to this client whatever is muted: for pushes, and for RESET and CLIENT REPLY ON. */
  get writer(): Reply {
    return this.protocolWriter
  }

  /**
   * Sends encoded bytes that answer no request: a message, a line of MONITOR. To the client whose command is running
   * they come after its reply.
   */
  push(encoded: string): void {
    const { server } = this
    if (this === server.running) {
      server.deferred.push(encoded)
      return
    }
    this.protocolWriter.raw(encoded)
    // Much output for one client must not wait for the end of a batch: the limits apply when it is handed over.
    if (this.output.length > PUSHES_AT_ONCE) this.flush()
    else if (!this.flushing) server.flushLater(this)
  }

  mute(how: Session['muted']): void {
    this.muted = how
    this.reply = how === 'off' || how === 'skip' ? new NullReply(this.protocolWriter.protocol) : this.protocolWriter
  }

  restrict(bit: number, on: boolean): void {
    this.restrictions = on ? this.restrictions | bit : this.restrictions & ~bit
  }

  block(wait: Wait): void {
    this.server.blocking.blockOnKeys(this, wait)
  }

  /** Applies what was done elsewhere or before: a master's stream, a file. */
  get replays(): boolean {
    return (this.restrictions & Restriction.master) !== 0
  }

  /** Sends what is pending; output limits apply here. Closes after it when that was asked for. */
  flush(): void {
    const { connection, output, server } = this
    if (connection === null || this.closed) return
    if (server.replyHold?.hold(this)) return
    const { length } = output
    if (length > 0) this.send(output.take(), length, this.closing)
    else if (this.closing) connection.end()
  }

  /** Sends bytes past what is pending: replies that were held back. With `last` the connection ends behind them. */
  send(parts: readonly string[], length: number, last: boolean): void {
    const connection = this.connection!
    if (length > 0) {
      this.bytesOut += length
      this.server.stats.netOutputBytes += length
      connection.write(parts)
      if (connection.unsentBytes > 0) this.server.outputLimits.check(this)
    }
    if (last) connection.end()
  }
}

/** Bytes of pushes that may gather for one client before they are written. */
const PUSHES_AT_ONCE = 1 << 20
