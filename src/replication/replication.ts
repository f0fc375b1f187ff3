/**
 * Replication: which role this server has, and what follows from it.
 *
 * There is one stream of bytes with one offset, whatever the role. As a master we append to it what our commands
 * change; as a replica we append what our master sends, as it came, once it is applied. Either way our own replicas
 * and the backlog are fed from it.
 */

import { E } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { ServerRestriction } from '../spec/restrictions.ts'
import { ReplicationFeed } from './feed.ts'
import { Follower, type Master } from './follower.ts'
import { History, isHistoryId } from './history.ts'
import { replicationInfo } from './info.ts'
import { Replicas } from './replicas.ts'
import { ReplicationStream } from './stream.ts'
import { Waiters } from './waiters.ts'

export class Replication {
  private readonly server: Server
  readonly history: History
  readonly stream: ReplicationStream
  readonly replicas: Replicas
  readonly follower: Follower
  readonly waiters: Waiters
  private readonly feed: ReplicationFeed
  private feeding = false
  /** We follow a master, or are trying to. */
  isReplica = false

  constructor(server: Server) {
    const { config, store } = server
    this.server = server
    this.history = new History(store.random)
    this.stream = new ReplicationStream(config.replBacklogSize)
    this.feed = new ReplicationFeed(this.stream)
    this.replicas = new Replicas(server, this.stream, this.feed, this.history)
    this.waiters = new Waiters(server, this.replicas)
    this.follower = new Follower(server, this.stream, this.history)
    this.replicas.onProgress = () => {
      this.waiters.serve()
      server.persistence.aof.waiters.serve()
      this.updateRestrictions()
    }
    this.follower.onStateChange = () => this.updateRestrictions()
    this.follower.onRename = () => this.replicas.disconnectAll()
    this.follower.onReplaced = () => server.persistence.aof.resume()
    this.follower.onReplace = () => {
      server.persistence.aof.suspend()
      this.replicas.cancelDump()
      this.replicas.disconnectAll()
    }
    server.beforeReplies.push(() => this.replicas.flush())
    server.cron.often.push(() => this.replicas.startDump())
    server.cron.eachSecond.push(() => this.tick())
    config.onChange('repl-backlog-size', (bytes: number) => this.stream.resizeBacklog(bytes))
    for (const name of ['replica-read-only', 'replica-serve-stale-data', 'min-replicas-to-write'] as const) {
      config.onChange(name, () => this.updateRestrictions())
    }
    config.onChange('min-replicas-max-lag', () => this.replicas.updateGood())
    if (config.replicaof !== null) this.takeRole(true)
  }

  /** Bytes of history so far: master_repl_offset. */
  get offset(): number {
    return this.stream.offset
  }

  get backlogBytes(): number {
    return this.stream.heldBytes
  }

  get failoverState(): string {
    return 'no-failover'
  }

  /** A role is being handed over: replicas are told nothing new. */
  get failingOver(): boolean {
    return false
  }

  /** After loading the dump, where there is one: begins to follow the configured master. */
  start(): void {
    const { replicaof } = this.server.config
    if (replicaof !== null) this.follower.follow(replicaof)
    this.replicas.updateGood()
    this.updateRestrictions()
  }

  stop(): void {
    this.follower.stop()
    this.replicas.stop()
  }

  private tick(): void {
    this.follower.tick()
    this.replicas.tick()
  }

  // ---- the role

  /** REPLICAOF host port: false when that is our master already. */
  follow(master: Master): boolean {
    const { server, follower } = this
    const { master: old } = follower
    if (old !== null && old.host.toLowerCase() === master.host.toLowerCase() && old.port === master.port) {
      server.log.notice(
        'REPLICAOF would result into synchronization with the master we are already connected with. No operation performed.',
      )
      return false
    }
    server.blocking.failAll(E.unblockedRole)
    if (!this.isReplica) {
      // Our own history may be that of the new master too, if it once was our replica.
      this.stream.openBacklog()
      follower.mayContinue(Math.max(0, this.feed.selectedDb))
      server.log.notice(
        'Before turning into a replica, using my own master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer.',
      )
    }
    this.takeRole(true)
    server.config.replicaof = master
    follower.follow(master)
    return true
  }

  /** REPLICAOF NO ONE. */
  lead(): void {
    if (!this.isReplica) return
    const { server, follower, replicas, stream } = this
    follower.leave()
    // Our replicas learn of the new history when they come back, and can go on from where they are.
    this.history.branch(stream.offset)
    replicas.disconnectAll()
    // The time without replicas that ends the backlog begins now, not when we became a replica.
    replicas.noneSince = server.store.now
    this.feed.selectedDb = -1
    server.config.replicaof = null
    this.takeRole(false)
  }

  /** From here on our history is one that nobody knows (DEBUG CHANGE-REPL-ID). */
  newHistory(): void {
    this.history.renew()
    this.history.forgetPrevious()
  }

  private takeRole(replica: boolean): void {
    const { store } = this.server
    this.isReplica = replica
    this.history.inherited = replica
    store.expiryMode = replica ? 'hide' : 'remove'
    store.expiry.rearm()
    this.updateFeeding()
    this.updateRestrictions()
  }

  openBacklog(): void {
    this.stream.openBacklog()
    this.updateFeeding()
  }

  closeBacklog(): void {
    this.stream.closeBacklog()
    this.updateFeeding()
  }

  /** Commands cost replication nothing while nobody could ever ask for what they changed. */
  private updateFeeding(): void {
    const { sinks } = this.server.propagation
    const wanted = !this.isReplica && this.stream.hasBacklog
    if (wanted === this.feeding) return
    this.feeding = wanted
    if (wanted) sinks.push(this.feed)
    else sinks.splice(sinks.indexOf(this.feed), 1)
  }

  private updateRestrictions(): void {
    const { server, isReplica } = this
    const { config } = server
    server.restrict(ServerRestriction.readonlyReplica, isReplica && config.replicaReadOnly)
    server.restrict(ServerRestriction.stale, isReplica && !this.follower.connected && !config.replicaServeStaleData)
    const enough =
      config.minReplicasToWrite === 0 ||
      config.minReplicasMaxLag === 0 ||
      this.replicas.good >= config.minReplicasToWrite
    server.restrict(ServerRestriction.tooFewReplicas, !isReplica && !enough)
  }

  // ---- what replicas and masters say

  /** PSYNC: `from` is the offset of the first byte wanted, counted from 1. */
  psync(session: Session, id: string, from: number): void {
    this.checkCanServe()
    this.replicas.psync(session, id, from)
  }

  /** SYNC. */
  sync(session: Session): void {
    this.checkCanServe()
    this.replicas.sync(session)
  }

  private checkCanServe(): void {
    if (this.isReplica && !this.follower.connected) throw E.noMasterLink
  }

  /** REPLCONF GETACK, from our master. */
  acknowledge(session: Session): void {
    if (session.kind === 'master') this.follower.acknowledge(true)
  }

  /** More of our append-only file is on the disk: a master that waits for it is told. */
  fileSynced(): void {
    this.follower.fileSynced()
  }

  // ---- persistence

  /** What a dump says about where it stands, so that a restart can go on with a partial resynchronisation. */
  dumpAux(): [string, string][] {
    if (!this.isReplica && !this.stream.hasBacklog) return []
    const db = this.isReplica ? this.follower.db : Math.max(0, this.feed.selectedDb)
    return [
      ['repl-stream-db', String(db)],
      ['repl-id', this.history.id],
      ['repl-offset', String(this.stream.offset)],
    ]
  }

  /** After loading a dump at start. */
  restore(aux: ReadonlyMap<string, string>): void {
    const id = aux.get('repl-id') ?? ''
    const offset = Number(aux.get('repl-offset') ?? -1)
    if (!isHistoryId(id) || !Number.isSafeInteger(offset) || offset < 0) return
    const { history, stream } = this
    stream.restart(offset)
    if (this.isReplica) {
      history.id = id
      const db = Number(aux.get('repl-stream-db') ?? 0)
      this.follower.mayContinue(this.server.store.databases[db] === undefined ? 0 : db)
      return
    }
    // Replicas of the server that wrote the dump can go on from it, under a new name.
    history.previousId = id
    history.previousEnd = offset + 1
    this.openBacklog()
  }

  // ---- the end, and INFO

  /** Have all replicas got everything? True without replicas. */
  replicasAreCaughtUp(): boolean {
    return this.replicas.caughtUp
  }

  /** The fields of INFO replication. */
  infoLines(): [string, string | number][] {
    return replicationInfo(this.server)
  }
}
