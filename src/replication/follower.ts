/**
 * The replica's side: the link to our master, from the first connection to the stream being applied.
 *
 * The stream is executed like the requests of a client, by a session that passes every check. What counts as applied,
 * and is acknowledged, kept in our backlog and passed on to our own replicas byte for byte, are whole commands, and
 * transactions only as a whole: so our offset always names exactly the data we have.
 */
import type { LoadResult } from '../rdb/load.ts'
import { RequestParser } from '../resp/request-parser.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { chooseLoad, type DumpLoad } from './dump-load.ts'
import { DurableOffset } from './durable-offset.ts'
import { encodeRequest } from './feed.ts'
import { type Answer, Handshake } from './handshake.ts'
import type { History } from './history.ts'
import { Link } from './link.ts'
import { DumpReceiver } from './receiver.ts'
import type { ReplicationStream } from './stream.ts'

export type LinkState = 'none' | 'connect' | 'connecting' | 'handshake' | 'transfer' | 'loading' | 'connected'

export interface Master {
  readonly host: string
  readonly port: number
}

const LONGEST_LINE = 1024

export class Follower {
  private readonly server: Server
  private readonly stream: ReplicationStream
  private readonly history: History
  master: Master | null = null
  private linkState: LinkState = 'none'
  private link: Link | null = null
  private handshake: Handshake | null = null
  private line = ''
  /** Where the dump being received stands. */
  private dump: { readonly id: string; readonly offset: number; readonly legacy: boolean } | null = null
  private receiver: DumpReceiver | null = null
  private load: DumpLoad | null = null
  /** The old data has been dropped for a dump that is not loaded yet. */
  private replaced = false
  /** What arrived behind the dump while it was being loaded. */
  private held: Buffer[] = []
  /** The master's client with us, while the stream is applied. */
  private session: Session | null = null
  private parser = new RequestParser({ maxBulkLength: Number.MAX_SAFE_INTEGER })
  /** Bytes received behind the last whole command, and those of a transaction that is not complete. */
  private unapplied: Buffer[] = []
  /** Offset of what has been received, applied or not. */
  private receivedTo = 0
  /** Offset of what has been applied. */
  private appliedTo = 0
  /** The master came by SYNC: it wants no acknowledgements. */
  private legacy = false
  private readonly durable = new DurableOffset()
  /** The master asked how far we are, and not all of it was on our disk. */
  private tellWhenSynced = false
  /** Our history and offset mean something to the master: a partial resynchronisation may be asked for. */
  private canContinue = false
  /** The database the stream has selected. */
  private selectedDb = 0
  /** Unix ms since when the link is down; 0 while it is up, and before it ever was. */
  private downSince = 0
  /** Asks the master to hand over its role (FAILOVER). */
  private failover = false
  private stopped = false
  /** Told when the state of the link changes. */
  onStateChange: () => void = () => {}
  /** Told when the old data is about to be replaced: our replicas cannot go on from it. */
  onReplace: () => void = () => {}
  /** Told when the data is whole again after that, be it the master's or, as the dump was bad, none at all. */
  onReplaced: () => void = () => {}
  /** Told when our history has got another name. */
  onRename: () => void = () => {}
  /** Told the master's answer to a request for its role: false when it was refused. */
  onFailover: (accepted: boolean) => void = () => {}

  constructor(server: Server, stream: ReplicationStream, history: History) {
    this.server = server
    this.stream = stream
    this.history = history
  }

  get state(): LinkState {
    return this.linkState
  }

  get connected(): boolean {
    return this.linkState === 'connected'
  }

  /** The database the stream has selected at our offset. */
  get db(): number {
    return this.session?.db.index ?? this.selectedDb
  }

  /** Offset of the bytes read from the master. */
  get readOffset(): number {
    return this.connected ? this.receivedTo : this.stream.offset
  }

  /** Seconds since the master was last heard of; -1 while the link is down. */
  get idleSeconds(): number {
    if (!this.connected || this.link === null) return -1
    return Math.floor((this.server.store.now - this.link.lastInputAt) / 1000)
  }

  /** Seconds for which the link has been down; -1 when it never was up. */
  get downSeconds(): number {
    return this.downSince === 0 ? -1 : Math.floor((this.server.store.now - this.downSince) / 1000)
  }

  /** Progress of a dump on its way; null without one. `total` is 0 when the master does not tell. */
  get progress(): { readonly total: number; readonly read: number; readonly idleSeconds: number } | null {
    if (this.linkState !== 'transfer' && this.linkState !== 'loading') return null
    const idleMs = this.server.store.now - (this.link?.lastInputAt ?? this.server.store.now)
    return {
      total: Math.max(0, this.receiver?.length ?? 0),
      read: this.receiver?.received ?? 0,
      idleSeconds: Math.floor(idleMs / 1000),
    }
  }

  // ---- following and leaving

  /** What our history and offset say is what a master may know: after loading a dump, or having been a master. */
  mayContinue(selectedDb: number): void {
    this.canContinue = true
    this.selectedDb = selectedDb
  }

  follow(master: Master, failover = false): void {
    this.drop()
    this.master = master
    this.failover = failover
    this.setState('connect')
    this.connect()
  }

  /** Ceases to be a replica. */
  leave(): void {
    this.drop()
    this.master = null
    this.failover = false
    this.canContinue = false
    this.downSince = 0
    this.setState('none')
  }

  stop(): void {
    this.stopped = true
    this.drop()
  }

  private setState(state: LinkState): void {
    this.linkState = state
    this.onStateChange()
  }

  /** Closes the link, whatever it is in the middle of; what was applied stays the base for going on. */
  private drop(): void {
    const { link, session } = this
    this.link = null
    this.session = null
    this.handshake = null
    this.receiver = null
    this.load?.discard()
    this.load = null
    this.held = []
    if (session !== null) {
      this.selectedDb = session.db.index
      this.canContinue = !this.legacy
      // What is applied counts, also when the link ends in the middle of a batch.
      this.passOn(this.appliedTo - this.stream.offset)
      this.server.closeSession(session, false)
    }
    this.unapplied = []
    link?.destroy()
  }

  // ---- connecting

  private connect(): void {
    const { server, master } = this
    if (master === null || this.stopped) return
    const { host, port } = master
    server.log.notice(`Connecting to MASTER ${host}:${port}`)
    server.log.notice('MASTER <-> REPLICA sync started')
    this.setState('connecting')
    const link: Link = new Link(
      { host, port, localAddress: server.config.bindSourceAddr, clock: server.store.clock },
      {
        opened: () => this.whileCurrent(link, () => this.opened()),
        received: (chunk) => this.whileCurrent(link, () => this.received(chunk)),
        closed: (reason) => this.whileCurrent(link, () => this.lost(reason)),
      },
    )
    this.link = link
  }

  /** Runs a step of a link that is still the one in use. */
  private whileCurrent(link: Link, step: () => void): void {
    if (link === this.link) this.server.background(step)
  }

  private opened(): void {
    const { server, stream, history } = this
    const { config } = server
    server.log.notice('Non blocking connect for SYNC fired the event.')
    this.setState('handshake')
    this.line = ''
    this.handshake = new Handshake(
      {
        user: config.masteruser,
        password: config.masterauth,
        listeningPort: config.replicaAnnouncePort || server.port,
        announceIp: config.replicaAnnounceIp,
        request: this.canContinue ? { id: history.id, from: stream.offset + 1 } : null,
        failover: this.failover,
      },
      (requests) => this.link?.write([requests.map(encodeRequest).join('')]),
      (message) => server.log.notice(message),
    )
    this.handshake.start()
  }

  private received(chunk: Buffer): void {
    this.server.stats.replicationInputBytes += chunk.length
    let rest = chunk
    const { link } = this
    while (rest.length > 0 && link === this.link) {
      switch (this.linkState) {
        case 'handshake':
          rest = this.readAnswers(rest)
          break
        case 'transfer':
          rest = this.receiveDump(rest)
          break
        case 'loading':
          this.held.push(rest)
          return
        case 'connected':
          this.apply(rest)
          return
        default:
          return
      }
    }
  }

  private readAnswers(chunk: Buffer): Buffer {
    const lf = chunk.indexOf(10)
    const end = lf < 0 ? chunk.length : lf
    this.line += chunk.latin1Slice(0, end)
    if (this.line.length > LONGEST_LINE) this.fail('the master sends no lines')
    if (lf < 0) return NOTHING
    const line = this.line.endsWith('\r') ? this.line.slice(0, -1) : this.line
    this.line = ''
    const answer = this.handshake?.line(line) ?? null
    if (answer !== null) this.answered(answer)
    return chunk.subarray(lf + 1)
  }

  private answered(answer: Answer): void {
    const { server, history, stream } = this
    this.handshake = null
    if (this.failover) {
      this.failover = false
      this.onFailover(answer.kind === 'continue')
      // A master that would not take over is not ours.
      if (answer.kind !== 'continue') return
    }
    switch (answer.kind) {
      case 'failed':
        this.fail(answer.reason)
        return
      case 'later':
        this.fail(`Master is currently unable to PSYNC but should be in the future: ${answer.reason}`)
        return
      case 'refused':
        // Masters of old know only SYNC.
        server.log.notice(`Master does not support PSYNC or is in error state (reply: ${answer.reason})`)
        server.log.notice('Retrying with SYNC...')
        this.canContinue = false
        this.dump = { id: server.store.random.hex(40), offset: 0, legacy: true }
        this.link?.write([encodeRequest(['SYNC'])])
        this.awaitDump()
        return
      case 'full':
        server.log.notice(`Full resync from master: ${answer.id}:${answer.offset}`)
        this.canContinue = false
        this.dump = { id: answer.id, offset: answer.offset, legacy: false }
        this.awaitDump()
        return
      case 'continue':
        server.log.notice('Successful partial resynchronization with master.')
        if (answer.id !== null && answer.id !== history.id) {
          server.log.notice(`Master replication ID changed to ${answer.id}`)
          history.rename(answer.id, stream.offset)
          this.onRename()
        }
        this.begin(false)
        server.log.notice('MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.')
    }
  }

  // ---- the dump

  private awaitDump(): void {
    const { server } = this
    this.receiver = new DumpReceiver((length) => {
      server.log.notice(
        length === null
          ? 'MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF'
          : `MASTER <-> REPLICA sync: receiving ${length} bytes from master`,
      )
      this.load = chooseLoad(server)
      return this.load
    })
    this.setState('transfer')
  }

  private receiveDump(chunk: Buffer): Buffer {
    const { receiver } = this
    try {
      if (receiver!.push(chunk) === 'more') return NOTHING
      this.setState('loading')
      this.link?.pauseReading()
      this.held = receiver!.rest.length > 0 ? [receiver!.rest] : []
      this.load!.load(
        () => {
          this.replaced = true
          this.onReplace()
        },
        (outcome) => this.loaded(outcome),
      )
    } catch (error) {
      this.failedDump(error as Error)
    }
    return NOTHING
  }

  private failedDump(error: Error): void {
    // The old data is gone; what there is belongs to no history.
    if (this.replaced) {
      this.replaced = false
      this.history.renew()
      this.history.forgetPrevious()
      this.stream.restart(0)
      this.onReplaced()
    }
    this.fail(`Failed trying to load the MASTER synchronization DB: ${error.message}`)
  }

  private loaded(outcome: LoadResult | Error): void {
    if (outcome instanceof Error) {
      this.failedDump(outcome)
      return
    }
    const { server, history, stream } = this
    const { id, offset, legacy } = this.dump!
    this.load = null
    this.receiver = null
    this.dump = null
    this.replaced = false
    this.legacy = legacy
    try {
      server.persistence.loaded(outcome)
    } catch (error) {
      server.log.warning(`A function library of the master could not be loaded: ${(error as Error).message}`)
    }
    history.id = id
    history.forgetPrevious()
    stream.restart(offset)
    const db = Number(outcome.aux.get('repl-stream-db') ?? 0)
    this.selectedDb = server.store.databases[db] === undefined ? 0 : db
    server.log.notice('MASTER <-> REPLICA sync: Finished with success')
    this.onReplaced()
    this.begin(true)
  }

  // ---- the stream

  /** From here on the master's bytes are commands. */
  private begin(afterDump: boolean): void {
    const { server, stream, link } = this
    const session = server.openMasterSession(link!)
    session.db = server.store.databases[this.selectedDb]
    session.onClose.push(() => {
      if (this.session === session) this.lost('its client was closed')
    })
    this.session = session
    this.parser = new RequestParser({ maxBulkLength: Number.MAX_SAFE_INTEGER })
    this.receivedTo = stream.offset
    this.appliedTo = stream.offset
    this.durable.begin(stream.offset, server.persistence.aof.appendedTo)
    this.unapplied = []
    this.downSince = 0
    this.canContinue = false
    stream.openBacklog()
    this.setState('connected')
    if (!afterDump) return
    // Some masters send nothing more until they hear that the dump has arrived.
    this.acknowledge()
    for (const chunk of this.held.splice(0)) this.apply(chunk)
    if (this.session !== session) return
    if (link!.closed) this.lost('it ended while the dump was being loaded')
    else link!.resumeReading()
  }

  private apply(chunk: Buffer): void {
    const { server, parser, session, link, stream } = this
    if (session === null || link === null) return
    const { store } = server
    this.receivedTo += chunk.length
    session.bytesIn += chunk.length
    this.unapplied.push(chunk)
    parser.feed(chunk, 0, chunk.length)
    const mode = store.expiryMode
    // The master has decided what has expired; until its DEL comes the key is there.
    store.expiryMode = 'ignore'
    while (this.session === session) {
      const argv = parser.next()
      if (argv === null) break
      server.run(session, argv)
      if (session.transaction === null) this.appliedTo = this.receivedTo - parser.buffered
    }
    // A command of the stream may have made us something else (not likely, but for DEBUG).
    if (store.expiryMode === 'ignore') store.expiryMode = mode
    parser.keep()
    link.unreadBytes = parser.buffered
    if (this.session !== session) return
    this.passOn(this.appliedTo - stream.offset)
    this.durable.applied(this.appliedTo, server.persistence.aof.appendedTo)
    if (parser.error !== null) this.fail(`Protocol error in the stream of the master: ${parser.error}`)
    else if (session.closing) this.lost('a command of the stream failed unexpectedly')
  }

  /** Moves applied bytes, as they came, into our own stream. */
  private passOn(count: number): void {
    let left = count
    while (left > 0) {
      const chunk = this.unapplied[0]
      if (chunk.length <= left) {
        this.stream.appendBytes(chunk)
        this.unapplied.shift()
        left -= chunk.length
      } else {
        this.stream.appendBytes(chunk.subarray(0, left))
        this.unapplied[0] = chunk.subarray(left)
        left = 0
      }
    }
  }

  /** Tells the master how far we are. One that asked is told again when it is on our disk. */
  acknowledge(asked = false): void {
    if (this.link === null || this.session === null || this.legacy) return
    if (asked) this.tellWhenSynced = this.server.persistence.aof.isOn
    const { aof } = this.server.persistence
    const words = ['REPLCONF', 'ACK', String(this.appliedTo)]
    if (aof.isOn) words.push('FACK', String(this.durable.upTo(aof.durableTo)))
    this.link.write([encodeRequest(words)])
  }

  fileSynced(): void {
    if (!this.tellWhenSynced) return
    this.tellWhenSynced = this.durable.upTo(this.server.persistence.aof.durableTo) < this.appliedTo
    this.acknowledge()
  }

  // ---- the end of a link

  /** Our side gives up the link; the next attempt is a second away. */
  private fail(reason: string): void {
    this.server.log.warning(reason)
    this.disconnected()
  }

  /** The link is gone. A link that had been up is tried again at once. */
  private lost(reason: string): void {
    const wasUp = this.connected
    // The dump is complete, so it is worth loading; what follows it is asked for again.
    if (this.linkState === 'loading') return
    this.server.log.warning(wasUp ? 'Connection with master lost.' : `Error condition on socket for SYNC: ${reason}`)
    this.disconnected()
    if (!wasUp) return
    this.server.log.notice('Caching the disconnected master state.')
    this.server.store.clock.after(0, () => {
      if (this.linkState === 'connect') this.server.background(() => this.connect())
    })
  }

  private disconnected(): void {
    if (this.connected) this.downSince = this.server.store.now
    this.drop()
    this.setState('connect')
  }

  /** Once a second. */
  tick(): void {
    const { server, link } = this
    const timeoutMs = server.config.replTimeout * 1000
    const idleMs = link === null ? 0 : server.store.now - link.lastInputAt
    switch (this.linkState) {
      case 'connecting':
      case 'handshake':
        if (idleMs > timeoutMs) this.fail('Timeout connecting to the MASTER...')
        break
      case 'transfer':
        if (idleMs > timeoutMs) {
          this.fail(
            "Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.",
          )
        }
        break
      case 'loading':
        // A sign of life for a master that would give us up.
        link?.write(['\n'])
        break
      case 'connected':
        if (idleMs > timeoutMs) {
          server.log.warning('MASTER timeout: no data nor PING received...')
          this.lost('timeout')
        } else this.acknowledge()
        break
      case 'connect':
        this.connect()
        break
      case 'none':
    }
  }
}

const NOTHING = Buffer.alloc(0)
