/**
 * Replication, both roles. This file holds what they share: the ids of the history, the offset in it, and the stream.
 *
 * The offset counts every byte of the stream since the history began, so two servers with the same id and the same
 * offset hold the same data. A server that is promoted keeps the old id as a second one, valid up to where it left
 * off, so that its former siblings can go on with it without a full copy.
 */
import { E, type ReplyError } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { ServerRestriction } from '../spec/restrictions.ts'
import { Backlog } from './backlog.ts'
import { encodeRequest } from './encode.ts'
import { infoLines } from './info.ts'
import { MasterLink } from './link.ts'
import { Replicas } from './replicas.ts'

export const NO_REPLID = '0'.repeat(40)

export class Replication {
  readonly server: Server
  readonly replicas: Replicas
  /** The link to our master; null on a master. */
  link: MasterLink | null = null
  replid: string
  replid2 = NO_REPLID
  /** Up to this offset (not included) `replid2` names the same history; -1 when there is none. */
  secondOffset = -1
  /** Bytes of the stream so far. */
  offset = 0
  backlog: Backlog | null = null
  /** The database the stream has selected; -1 when the next command must select one. */
  private selectedDb = -1
  /** Stream bytes of this batch that are not distributed yet. */
  private pending = ''
  /** Unix ms since when there is no replica; the backlog goes some time after. */
  private aloneSince = 0

  constructor(server: Server) {
    this.server = server
    this.replid = server.store.random.hex(40)
    this.replicas = new Replicas(this)
    server.beforeReplies.push(() => this.distribute())
    server.cron.eachSecond.push(() => this.tick())
    const { config } = server
    config.onChange('repl-backlog-size', (size: number) => this.backlog?.resize(size))
    config.onChange('replica-read-only', () => this.updateRestrictions())
    config.onChange('replica-serve-stale-data', () => this.updateRestrictions())
    config.onChange('min-replicas-to-write', () => this.replicas.countGood())
    config.onChange('min-replicas-max-lag', () => this.replicas.countGood())
  }

  get isReplica(): boolean {
    return this.link !== null
  }

  get backlogBytes(): number {
    return this.backlog?.size ?? 0
  }

  // ---- the stream

  /** A sink of the propagator: what this server's own clients changed. */
  append(db: number, argv: readonly string[]): void {
    // A replica's own writes are local: its stream is its master's.
    if (this.isReplica) return
    if (db !== this.selectedDb) {
      this.selectedDb = db
      this.emit(encodeRequest(['SELECT', String(db)]))
    }
    this.emit(encodeRequest(argv))
  }

  /** Adds bytes to the stream: encoded requests, or on a replica what the master sent. */
  emit(bytes: string): void {
    this.pending += bytes
    this.offset += bytes.length
  }

  /** The next command of the stream will say which database it means. */
  forgetSelectedDb(): void {
    this.selectedDb = -1
  }

  /** Hands the bytes of a batch to the backlog and to every replica. */
  distribute(): void {
    if (this.pending === '') return
    const bytes = this.pending
    this.pending = ''
    this.backlog?.write(bytes)
    this.replicas.send(bytes)
  }

  /** Begins to keep the stream, for a first replica or a replica's own replicas. */
  openBacklog(): void {
    this.distribute()
    if (this.backlog === null) {
      this.backlog = new Backlog(this.server.config.replBacklogSize, this.offset + 1)
      const { sinks } = this.server.propagation
      if (!sinks.includes(this)) sinks.push(this)
    }
  }

  closeBacklog(): void {
    this.backlog = null
    const { sinks } = this.server.propagation
    const i = sinks.indexOf(this)
    if (i >= 0) sinks.splice(i, 1)
  }

  newHistory(): void {
    this.replid = this.server.store.random.hex(40)
    this.replid2 = NO_REPLID
    this.secondOffset = -1
  }

  // ---- roles

  /** REPLICAOF host port. The data stays until the master sends its own. */
  follow(host: string, port: number): void {
    const { server } = this
    const wasMaster = this.link === null
    this.link?.close()
    server.config.replicaof = { host, port }
    if (wasMaster) {
      server.blocking.failAll(E.unblockedRole)
      // Our own history may be one the new master knows.
      this.openBacklog()
    }
    this.link = new MasterLink(this, host, port)
    server.store.expiryMode = 'hide'
    server.store.expiry.rearm()
    this.updateRestrictions()
    this.link.start()
  }

  /** REPLICAOF NO ONE: from here on this server's history is its own. */
  promote(): void {
    const { server } = this
    if (this.link === null) return
    this.distribute()
    this.link.close()
    this.link = null
    server.config.replicaof = null
    this.replid2 = this.replid
    this.secondOffset = this.offset + 1
    this.replid = server.store.random.hex(40)
    server.log.notice(
      `Setting secondary replication ID to ${this.replid2}, valid up to offset: ${this.secondOffset}. New replication ID is ${this.replid}`,
    )
    // They come back at once and go on under the new id.
    this.replicas.disconnectAll()
    this.forgetSelectedDb()
    this.openBacklog()
    server.store.expiryMode = 'remove'
    server.store.expiry.rearm()
    this.updateRestrictions()
  }

  /** To be called when the role, the link or the configuration changed. */
  updateRestrictions(): void {
    const { server, link } = this
    const { config } = server
    server.restrict(ServerRestriction.readonlyReplica, link !== null && config.replicaReadOnly)
    server.restrict(ServerRestriction.stale, link !== null && !link.isUp && !config.replicaServeStaleData)
    this.replicas.countGood()
  }

  /** Starts following at start-up, where the configuration says so. */
  start(): void {
    const { replicaof } = this.server.config
    if (replicaof !== null) this.follow(replicaof.host, replicaof.port)
  }

  stop(): void {
    this.link?.close()
    this.replicas.stop()
  }

  // ---- dumps

  /** What a dump says of this server's place in its history. */
  dumpAux(): [string, string][] {
    if (this.backlog === null) return []
    return [
      ['repl-stream-db', String(this.isReplica ? this.link!.streamDb : Math.max(0, this.selectedDb))],
      ['repl-id', this.replid],
      ['repl-offset', String(this.offset)],
    ]
  }

  /** Takes up that place again after loading a dump, where it will follow a master. */
  restore(aux: ReadonlyMap<string, string>): void {
    const id = aux.get('repl-id')
    const offset = Number(aux.get('repl-offset'))
    if (this.server.config.replicaof === null || id === undefined || id.length !== 40 || !(offset >= 0)) return
    this.replid = id
    this.offset = offset
    this.restoredDb = Number(aux.get('repl-stream-db') ?? 0)
  }

  /** The database the master's stream had selected when the loaded dump was taken. */
  restoredDb = 0

  // ---- waiting

  /** Are all replicas where this server is? */
  replicasAreCaughtUp(): boolean {
    return this.replicas.countAcknowledged(this.offset) === this.replicas.online.length
  }

  /** Replies to a WAIT that has to wait once enough replicas have acknowledged, or the time is up. */
  wait(session: Session, offset: number, wanted: number, timeoutMs: number): void {
    this.replicas.waitFor(session, offset, wanted, timeoutMs)
  }

  private tick(): void {
    const { server } = this
    this.link?.tick()
    this.replicas.tick()
    if (this.backlog === null || this.isReplica || this.replicas.all.size > 0) {
      this.aloneSince = 0
      return
    }
    const ttlMs = server.config.replBacklogTtl * 1000
    if (this.aloneSince === 0) this.aloneSince = server.store.now
    else if (ttlMs > 0 && server.store.now - this.aloneSince > ttlMs) {
      // The history goes on unrecorded, so nobody may continue it.
      this.newHistory()
      this.closeBacklog()
      server.log.notice(`Replication backlog freed after ${server.config.replBacklogTtl} seconds without connected replicas.`)
    }
  }

  infoLines(): (readonly [string, string | number])[] {
    return infoLines(this)
  }

  /** Why a replica cannot be served now; null when it can. */
  syncRefusal(): ReplyError | null {
    return this.link !== null && !this.link.isUp ? E.noMasterLink : null
  }
}
