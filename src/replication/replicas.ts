/** The master's side: replicas that are attached, how far they are, and full copies for those that need one. */
import { createReadStream, statSync } from 'node:fs'
import { BackgroundFile, type DumpJob, startDump } from '../rdb/save.ts'
import { ServerRestriction } from '../spec/restrictions.ts'
import type { Session } from '../server/session.ts'
import type { Timer } from '../util/clock.ts'
import { encodeRequest } from './encode.ts'
import type { Replication } from './replication.ts'

/** A replica is asked for, copied to, told to begin, and served. */
export type ReplicaState = 'handshake' | 'wait_bgsave' | 'send_bulk' | 'wait_ack' | 'online'

export interface Replica {
  readonly session: Session
  state: ReplicaState
  /** REPLCONF listening-port; 0 until it says. */
  port: number
  /** REPLCONF ip-address. */
  ip: string
  /** REPLCONF capa eof: a copy may come without its length in front. */
  takesEof: boolean
  /** REPLCONF capa psync2: +CONTINUE may carry a new id. */
  takesNewId: boolean
  /** Only wants the dump (redis-cli --rdb). */
  rdbOnly: boolean
  ackOffset: number
  /** Unix ms of the last acknowledgement. */
  ackAt: number
}

interface Copy {
  readonly replicas: Replica[]
  readonly job: DumpJob
  readonly file: BackgroundFile | null
  /** What the stream brought since the copy began, shared by all who wait for it. */
  readonly since: string[]
}

interface Waiter {
  readonly session: Session
  readonly offset: number
  readonly wanted: number
}

const GETACK = encodeRequest(['REPLCONF', 'GETACK', '*'])
const PING = encodeRequest(['PING'])

export class Replicas {
  private readonly replication: Replication
  readonly all = new Map<Session, Replica>()
  private copy: Copy | null = null
  private copyTimer: Timer | null = null
  private waiters: Waiter[] = []
  private lastPingAt = 0

  constructor(replication: Replication) {
    this.replication = replication
  }

  private get server() {
    return this.replication.server
  }

  get online(): Replica[] {
    return [...this.all.values()].filter((r) => r.state === 'online')
  }

  /** What is known of a session that speaks REPLCONF; it becomes a replica with PSYNC. */
  private readonly greetings = new WeakMap<Session, Replica>()

  greeting(session: Session): Replica {
    let replica = this.greetings.get(session)
    if (replica === undefined) {
      replica = {
        session,
        state: 'handshake',
        port: 0,
        ip: '',
        takesEof: false,
        takesNewId: false,
        rdbOnly: false,
        ackOffset: 0,
        ackAt: 0,
      }
      this.greetings.set(session, replica)
    }
    return replica
  }

  // ---- PSYNC

  /** PSYNC id offset; null for SYNC, which gets a copy without a word before it. */
  attach(session: Session, wanted: { id: string; offset: number } | null): void {
    const { replication, server } = this
    if (this.all.has(session)) return
    const replica = this.greeting(session)
    replica.ackAt = server.store.now
    server.log.notice(`Replica ${nameOf(replica)} asks for synchronization`)
    replication.distribute()
    if (wanted !== null && this.tryPartial(replica, wanted)) return
    server.stats.syncFull++
    if (wanted !== null && wanted.id !== '?') server.stats.syncPartialErr++
    this.adopt(replica)
    if (replication.backlog === null) {
      // Nobody followed this history so far: a new id keeps those out who knew an old one.
      if (!replication.isReplica) replication.newHistory()
      replication.openBacklog()
      server.log.notice(`Replication backlog created, my new replication IDs are '${replication.replid}' and '${replication.replid2}'`)
    }
    replica.state = 'wait_bgsave'
    this.plain.set(replica, wanted === null)
    this.planCopy()
  }

  /** Replicas that came by SYNC and get no +FULLRESYNC. */
  private readonly plain = new WeakMap<Replica, boolean>()

  private adopt(replica: Replica): void {
    const { session } = replica
    session.kind = 'replica'
    this.all.set(session, replica)
    session.onClose.push(() => this.lost(replica))
    const { config } = this.server
    if (config.replDisableTcpNodelay) session.connection?.setNoDelay?.(false)
  }

  private tryPartial(replica: Replica, { id, offset }: { id: string; offset: number }): boolean {
    const { replication, server } = this
    const { replid, replid2, secondOffset, backlog } = replication
    const known = id === replid || (id === replid2 && offset <= secondOffset)
    if (!known) {
      if (id !== '?') {
        server.log.notice(
          `Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '${id}', my replication IDs are '${replid}' and '${replid2}')`,
        )
      } else server.log.notice(`Full resync requested by replica ${nameOf(replica)}`)
      return false
    }
    if (backlog === null || !backlog.reachesBackTo(offset)) {
      server.log.notice(
        `Unable to partial resync with replica ${nameOf(replica)} for lack of backlog (Replica request was: ${offset}).`,
      )
      return false
    }
    this.adopt(replica)
    replica.state = 'online'
    replica.ackOffset = offset - 1
    const { session } = replica
    session.writer.raw(replica.takesNewId ? `+CONTINUE ${replid}\r\n` : '+CONTINUE\r\n')
    const missed = backlog.from(offset)
    if (missed !== '') session.output.big(missed)
    server.stats.syncPartialOk++
    server.log.notice(
      `Partial resynchronization request from ${nameOf(replica)} accepted. Sending ${missed.length} bytes of backlog starting from offset ${offset}.`,
    )
    this.countGood()
    return true
  }

  // ---- full copies

  /** Starts a copy for those that wait, now or after repl-diskless-sync-delay, so that several share it. */
  private planCopy(): void {
    const { server } = this
    if (this.copy !== null || this.copyTimer !== null) return
    const waiting = this.waitingForCopy()
    if (waiting.length === 0) return
    const { replDisklessSync, replDisklessSyncDelay, replDisklessSyncMaxReplicas: most } = server.config
    const delayMs = replDisklessSync && (most === 0 || waiting.length < most) ? replDisklessSyncDelay * 1000 : 0
    if (delayMs > 0) server.log.notice('Delay next BGSAVE for diskless SYNC')
    this.copyTimer = server.store.clock.after(delayMs, () => {
      this.copyTimer = null
      server.background(() => this.startCopy())
    })
  }

  private waitingForCopy(): Replica[] {
    return [...this.all.values()].filter((r) => r.state === 'wait_bgsave')
  }

  private startCopy(): void {
    const { replication, server } = this
    const waiting = this.waitingForCopy()
    if (waiting.length === 0 || this.copy !== null) return
    if (server.store.snapshot !== null) {
      // The dump file is being written: one snapshot at a time.
      this.copyTimer = server.store.clock.after(RETRY_MS, () => {
        this.copyTimer = null
        server.background(() => this.startCopy())
      })
      return
    }
    replication.distribute()
    // The first command after the copy must say which database it means.
    replication.forgetSelectedDb()
    const withEof = server.config.replDisklessSync
    const replicas = waiting.filter((r) => r.takesEof === withEof || !withEof || waiting.every((w) => !w.takesEof))
    const streamed = withEof && replicas.every((r) => r.takesEof)
    server.log.notice(`Starting BGSAVE for SYNC with target: ${streamed ? 'replicas sockets' : 'disk'}`)
    const aux: [string, string][] = [
      ['repl-stream-db', '0'],
      ['repl-id', replication.replid],
      ['repl-offset', String(replication.offset)],
    ]
    const options = server.persistence.writerOptions(aux)
    for (const replica of replicas) {
      replica.state = 'send_bulk'
      replica.ackOffset = replication.offset
      if (!this.plain.get(replica)) {
        replica.session.writer.raw(`+FULLRESYNC ${replication.replid} ${replication.offset}\r\n`)
      }
    }
    if (streamed) this.streamCopy(replicas, options)
    else this.fileCopy(replicas, options)
  }

  private streamCopy(replicas: Replica[], options: Parameters<typeof startDump>[1]): void {
    const { server } = this
    const mark = server.store.random.hex(40)
    for (const { session } of replicas) {
      session.writer.raw(`$EOF:${mark}\r\n`)
      session.flush()
    }
    const send = (chunk: Buffer | string) => {
      for (const { session } of replicas) {
        if (session.closed) continue
        session.connection?.write([chunk])
        server.stats.replicationOutputBytes += chunk.length
      }
    }
    const job = startDump(
      server.store,
      options,
      {
        write: send,
        waitingBytes: () => Math.max(0, ...replicas.map((r) => (r.session.closed ? 0 : (r.session.connection?.unsentBytes ?? 0)))),
      },
      () => {
        send(mark)
        server.log.notice('Background transfer terminated with success')
        this.copyDone('wait_ack')
      },
    )
    this.copy = { replicas, job, file: null, since: [] }
  }

  private fileCopy(replicas: Replica[], options: Parameters<typeof startDump>[1]): void {
    const { server } = this
    const { path } = server.persistence
    const file = new BackgroundFile(path)
    const job = startDump(server.store, options, file, () => {
      file.finish().then(
        () => this.sendFile(path, replicas),
        (error: Error) => {
          server.log.warning(`SYNC failed, the dump could not be written: ${error.message}`)
          this.copy = null
          for (const { session } of replicas) server.closeSession(session)
        },
      )
    })
    this.copy = { replicas, job, file, since: [] }
  }

  private sendFile(path: string, replicas: readonly Replica[]): void {
    const { server } = this
    const { size } = statSync(path)
    for (const { session } of replicas) if (!session.closed) session.connection?.write([`$${size}\r\n`])
    const stream = createReadStream(path, { highWaterMark: 1 << 18 })
    stream.on('data', (chunk) => {
      for (const { session } of replicas) if (!session.closed) session.connection?.write([chunk as Buffer])
      server.stats.replicationOutputBytes += chunk.length
      const behind = () => replicas.some((r) => !r.session.closed && (r.session.connection?.unsentBytes ?? 0) > 8 << 20)
      if (!behind()) return
      stream.pause()
      const goOn = () => {
        if (behind()) server.store.clock.after(2, goOn)
        else stream.resume()
      }
      server.store.clock.after(2, goOn)
    })
    stream.on('error', (error) => {
      server.log.warning(`SYNC failed, the dump could not be read: ${error.message}`)
      this.copy = null
      for (const { session } of replicas) server.closeSession(session)
    })
    stream.on('end', () => server.background(() => this.copyDone('online')))
  }

  /**
   * A copy has been handed to its replicas. One that came with an end mark holds the stream back until the replica
   * acknowledges: it looks for the mark at the end of what it reads, so nothing may follow it.
   */
  private copyDone(state: 'wait_ack' | 'online'): void {
    const { copy } = this
    if (copy === null) return
    this.copy = null
    const since = copy.since.join('')
    for (const replica of copy.replicas) {
      if (replica.session.closed) continue
      replica.state = state
      replica.ackAt = this.server.store.now
      if (replica.rdbOnly) {
        replica.session.closing = true
        replica.session.flush()
        continue
      }
      this.held.set(replica, since)
      if (state === 'online') this.putOnline(replica)
    }
    this.planCopy()
  }

  /** Stream bytes a replica gets once it is online. */
  private readonly held = new Map<Replica, string>()

  private putOnline(replica: Replica): void {
    replica.state = 'online'
    const held = this.held.get(replica) ?? ''
    this.held.delete(replica)
    if (held !== '') replica.session.output.big(held)
    this.server.flushLater(replica.session)
    this.server.log.notice(`Synchronization with replica ${nameOf(replica)} succeeded`)
    this.countGood()
  }

  // ---- the stream

  /** Gives bytes of the stream to everybody who follows it. */
  send(bytes: string): void {
    this.copy?.since.push(bytes)
    for (const replica of this.all.values()) {
      if (replica.state === 'online') {
        replica.session.writer.raw(bytes)
        replica.session.flush()
        this.server.stats.replicationOutputBytes += bytes.length
      } else if (replica.state === 'wait_ack') this.held.set(replica, (this.held.get(replica) ?? '') + bytes)
    }
  }

  /** REPLCONF ACK. */
  acknowledge(session: Session, offset: number): void {
    const replica = this.all.get(session)
    if (replica === undefined) return
    if (offset > replica.ackOffset) replica.ackOffset = offset
    replica.ackAt = this.server.store.now
    if (replica.state === 'wait_ack') this.putOnline(replica)
    this.countGood()
    this.serveWaiters()
  }

  private lost(replica: Replica): void {
    this.all.delete(replica.session)
    this.held.delete(replica)
    this.server.log.notice(`Connection with replica ${nameOf(replica)} lost.`)
    const { copy } = this
    if (copy?.replicas.every((r) => r.session.closed) === true) {
      copy.job.cancel()
      void copy.file?.discard()
      this.copy = null
      this.planCopy()
    }
    this.countGood()
  }

  disconnectAll(): void {
    for (const session of [...this.all.keys()]) this.server.closeSession(session)
  }

  stop(): void {
    this.copyTimer?.cancel()
    this.copy?.job.cancel()
    void this.copy?.file?.discard()
    this.copy = null
  }

  // ---- WAIT

  countAcknowledged(offset: number): number {
    let n = 0
    for (const replica of this.all.values()) if (replica.state === 'online' && replica.ackOffset >= offset) n++
    return n
  }

  waitFor(session: Session, offset: number, wanted: number, timeoutMs: number): void {
    const waiter = { session, offset, wanted }
    this.waiters.push(waiter)
    this.server.blocking.suspend(session, {
      timeoutMs,
      timedOut: () => session.reply.int(this.countAcknowledged(offset)),
      forget: () => {
        this.waiters = this.waiters.filter((w) => w !== waiter)
      },
    })
    // Ask at once instead of waiting for the acknowledgement of each second.
    this.replication.emit(GETACK)
  }

  private serveWaiters(): void {
    for (const { session, offset, wanted } of [...this.waiters]) {
      const n = this.countAcknowledged(offset)
      if (n < wanted) continue
      session.reply.int(n)
      this.server.blocking.resume(session)
    }
  }

  // ---- each second

  tick(): void {
    const { server, replication } = this
    const { config } = server
    const { now } = server.store
    if (this.all.size === 0) return
    const periodMs = config.replPingReplicaPeriod * 1000
    if (now - this.lastPingAt >= periodMs) {
      this.lastPingAt = now
      if (!replication.isReplica && this.online.length > 0) replication.emit(PING)
    }
    for (const replica of [...this.all.values()]) {
      if (replica.state === 'wait_bgsave') {
        // It must not take the silence for a dead link.
        replica.session.writer.raw('\n')
        server.flushLater(replica.session)
      } else if ((replica.state === 'online' || replica.state === 'wait_ack') && now - replica.ackAt > config.replTimeout * 1000) {
        server.log.warning(`Disconnecting timedout replica (streaming sync): ${nameOf(replica)}`)
        server.closeSession(replica.session)
      }
    }
    this.countGood()
  }

  /** min-replicas-to-write: writes are refused while fewer replicas than that are near. */
  countGood(): void {
    const { server } = this
    const { minReplicasToWrite, minReplicasMaxLag } = server.config
    const needed = minReplicasToWrite > 0 && minReplicasMaxLag > 0 && !this.replication.isReplica
    server.restrict(ServerRestriction.tooFewReplicas, needed && this.goodReplicas < minReplicasToWrite)
  }

  get goodReplicas(): number {
    const { now } = this.server.store
    return this.online.filter((r) => (now - r.ackAt) / 1000 <= this.server.config.minReplicasMaxLag).length
  }
}

const RETRY_MS = 50

export function addressOf(replica: Replica): { ip: string; port: number } {
  const peer = replica.session.connection?.peer ?? '?:0'
  return { ip: replica.ip !== '' ? replica.ip : peer.slice(0, peer.lastIndexOf(':')), port: replica.port }
}

function nameOf(replica: Replica): string {
  const { ip, port } = addressOf(replica)
  return port > 0 ? `${ip}:${port}` : `client id #${replica.session.id}`
}
