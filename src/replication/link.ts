/**
 * The replica's side: the link to a master.
 *
 * It greets the master, asks to go on where this server left off, receives a full copy where that cannot be, and then
 * applies the stream. Exactly the bytes of whole applied commands count as this server's offset, and exactly those
 * are passed on to its own replicas, so the whole chain shares one history.
 */
import net from 'node:net'
import { RequestParser } from '../resp/request-parser.ts'
import { Restriction } from '../spec/restrictions.ts'
import type { Session } from '../server/session.ts'
import type { Timer } from '../util/clock.ts'
import { encodeRequest } from './encode.ts'
import type { Replication } from './replication.ts'
import { Transfer } from './incoming.ts'

const RETRY_MS = 1000
/** A line of the greeting longer than this is no Redis. */
const MAX_LINE = 16 * 1024

type Stage = 'idle' | 'connecting' | 'greeting' | 'copying' | 'loading' | 'streaming'

export class MasterLink {
  readonly host: string
  readonly port: number
  /** Unix ms of the last bytes from the master. */
  lastIoAt = 0
  /** Unix ms since when the link is down; 0 when it never was up. */
  downSince = 0
  /** Progress of a full copy; null outside one. */
  syncing: { total: number; read: number } | null = null
  /** Stream bytes received, applied or not. */
  readOffset = 0
  private readonly replication: Replication
  private stage: Stage = 'idle'
  private socket: net.Socket | null = null
  private timer: Timer | null = null
  private closed = false
  private session: Session | null = null
  private parser: RequestParser | null = null
  /** Received bytes that are not yet passed on. */
  private unapplied: Buffer[] = []
  private unappliedBytes = 0
  /** Greeting lines that have not arrived whole. */
  private line = ''
  private onLine: ((line: string) => void) | null = null
  private transfer: Transfer | null = null
  private copyFrom: { id: string; offset: number } | null = null
  /** The database the stream has selected: it outlives a broken link. */
  private db: number

  constructor(replication: Replication, host: string, port: number) {
    this.replication = replication
    this.host = host
    this.port = port
    this.db = replication.restoredDb
    this.readOffset = replication.offset
  }

  private get server() {
    return this.replication.server
  }

  get isUp(): boolean {
    return this.stage === 'streaming'
  }

  get streamDb(): number {
    return this.session?.db.index ?? this.db
  }

  /** As ROLE shows it. */
  get roleState(): string {
    switch (this.stage) {
      case 'idle':
        return 'connect'
      case 'connecting':
        return 'connecting'
      case 'greeting':
        return 'handshake'
      case 'copying':
      case 'loading':
        return 'sync'
      case 'streaming':
        return 'connected'
    }
  }

  start(): void {
    if (this.closed) return
    const { server } = this
    server.log.notice(`Connecting to MASTER ${this.host}:${this.port}`)
    this.stage = 'connecting'
    this.lastIoAt = server.store.now
    const socket = net.connect({ host: this.host, port: this.port, noDelay: true, ...this.sourceAddress() })
    this.socket = socket
    socket.on('connect', () => {
      if (this.socket !== socket) return
      server.log.notice('MASTER <-> REPLICA sync started')
      this.greet()
    })
    socket.on('data', (chunk) => {
      if (this.socket !== socket) return
      server.background(() => this.receive(chunk as Buffer))
    })
    const gone = (reason: string) => {
      if (this.socket === socket) server.background(() => this.broken(reason))
    }
    socket.on('error', (error) => gone(error.message))
    socket.on('close', () => gone('connection lost'))
  }

  private sourceAddress(): { localAddress?: string } {
    const { bindSourceAddr } = this.server.config
    return bindSourceAddr === '' ? {} : { localAddress: bindSourceAddr }
  }

  /** Ends the link for good. */
  close(): void {
    this.closed = true
    this.timer?.cancel()
    this.drop()
  }

  private drop(): void {
    const { socket } = this
    this.socket = null
    socket?.destroy()
    this.transfer?.discard()
    this.transfer = null
    this.syncing = null
    this.onLine = null
    this.line = ''
    if (this.session !== null) {
      this.db = this.session.db.index
      this.server.closeSession(this.session)
      this.session = null
    }
    this.parser = null
    this.unapplied = []
    this.unappliedBytes = 0
    if (this.stage === 'streaming') this.downSince = this.server.store.now
    this.stage = 'idle'
  }

  private broken(reason: string): void {
    const { server } = this
    if (this.stage === 'streaming') server.log.warning(`Connection with master lost: ${reason}`)
    else server.log.warning(`MASTER <-> REPLICA sync failed: ${reason}`)
    this.drop()
    this.replication.updateRestrictions()
    this.retry()
  }

  private retry(): void {
    if (this.closed) return
    this.timer?.cancel()
    this.timer = this.server.store.clock.after(RETRY_MS, () => this.server.background(() => this.start()))
  }

  private send(...argv: string[]): void {
    this.socket?.write(encodeRequest(argv), 'latin1')
  }

  // ---- the greeting

  private greet(): void {
    const { server, replication } = this
    const { config } = server
    this.stage = 'greeting'
    const steps: { argv: string[]; required: boolean }[] = []
    if (config.masterauth !== '') {
      const auth = config.masteruser !== '' ? [config.masteruser, config.masterauth] : [config.masterauth]
      steps.push({ argv: ['AUTH', ...auth], required: true })
    }
    const port = config.replicaAnnouncePort > 0 ? config.replicaAnnouncePort : server.port
    steps.push({ argv: ['REPLCONF', 'listening-port', String(port)], required: false })
    if (config.replicaAnnounceIp !== '') {
      steps.push({ argv: ['REPLCONF', 'ip-address', config.replicaAnnounceIp], required: false })
    }
    steps.push({ argv: ['REPLCONF', 'capa', 'eof', 'capa', 'psync2'], required: false })
    const next = (): void => {
      const step = steps.shift()
      if (step === undefined) {
        this.send('PSYNC', replication.replid, String(replication.offset + 1))
        server.log.notice(
          `Trying a partial resynchronization (request ${replication.replid}:${replication.offset + 1}).`,
        )
        this.onLine = (line) => this.answered(line)
        return
      }
      this.send(...step.argv)
      this.onLine = (line) => {
        if (line.startsWith('-')) {
          if (step.required) return this.broken(`the master refused ${step.argv[0]}: ${line}`)
          server.log.notice(`(Non critical) Master does not understand ${step.argv.slice(0, 2).join(' ')}: ${line}`)
        }
        next()
      }
    }
    this.send('PING')
    this.onLine = (line) => {
      if (!line.startsWith('+') && !/^-(NOAUTH|NOPERM|ERR operation not permitted)/.test(line)) {
        return this.broken(`error reply to PING from master: '${line}'`)
      }
      server.log.notice('Master replied to PING, replication can continue...')
      next()
    }
  }

  /** The answer to PSYNC. */
  private answered(line: string): void {
    const { server, replication } = this
    const [word, id, offset] = line.split(' ')
    if (word === '+FULLRESYNC' && id?.length === 40 && /^\d+$/.test(offset ?? '')) {
      server.log.notice(`Full resync from master: ${id}:${offset}`)
      this.copyFrom = { id, offset: Number(offset) }
      this.beginCopy()
      return
    }
    if (word === '+CONTINUE') {
      server.log.notice('Successful partial resynchronization with master.')
      if (id !== undefined && id.length === 40 && id !== replication.replid) {
        // The master has a new history, and ours is the part of it before now.
        replication.replid2 = replication.replid
        replication.secondOffset = replication.offset + 1
        replication.replid = id
        server.log.notice(`Master replication ID changed to ${id}`)
        replication.replicas.disconnectAll()
      }
      server.log.notice('MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.')
      this.beginStream()
      return
    }
    this.broken(`unexpected reply to PSYNC from master: ${line}`)
  }

  // ---- bytes

  private receive(chunk: Buffer): void {
    this.lastIoAt = this.server.store.now
    this.server.stats.replicationInputBytes += chunk.length
    let rest = chunk
    while (rest.length > 0 && this.socket !== null) {
      if (this.stage === 'greeting') rest = this.readLine(rest)
      else if (this.stage === 'copying') rest = this.copy(rest)
      else if (this.stage === 'streaming') {
        this.applyStream(rest)
        return
      } else {
        // While the copy is being loaded the stream waits its turn.
        this.unapplied.push(Buffer.from(rest))
        return
      }
    }
  }

  private readLine(bytes: Buffer): Buffer {
    const lf = bytes.indexOf(10)
    if (lf < 0) {
      this.line += bytes.toString('latin1')
      if (this.line.length > MAX_LINE) this.broken('the master sends no line')
      return EMPTY
    }
    const line = (this.line + bytes.toString('latin1', 0, lf)).replace(/\r$/, '')
    this.line = ''
    // Empty lines keep the link alive while the master prepares a copy.
    if (line !== '') this.onLine?.(line)
    return bytes.subarray(lf + 1)
  }

  // ---- a full copy

  private beginCopy(): void {
    this.stage = 'copying'
    this.onLine = null
    this.transfer = new Transfer(this.server.config.dir)
    this.syncing = { total: 0, read: 0 }
  }

  private copy(bytes: Buffer): Buffer {
    const transfer = this.transfer!
    let taken: number
    try {
      taken = transfer.push(bytes)
    } catch (error) {
      this.broken((error as Error).message)
      return EMPTY
    }
    this.syncing = { total: transfer.total, read: transfer.received }
    if (transfer.complete) void this.loadCopy()
    return bytes.subarray(taken)
  }

  private async loadCopy(): Promise<void> {
    const { server, replication } = this
    const transfer = this.transfer!
    const from = this.copyFrom!
    this.stage = 'loading'
    this.syncing = null
    // Whoever follows us has to start over too: their history ends here.
    replication.replicas.disconnectAll()
    replication.closeBacklog()
    server.log.notice('MASTER <-> REPLICA sync: Flushing old data')
    server.store.flushAll()
    server.log.notice('MASTER <-> REPLICA sync: Loading DB in memory')
    server.persistence.beginLoading(transfer.received)
    let failure: string | null = null
    try {
      server.persistence.loaded(await transfer.load(server.store, server.persistence.loadOptions(false), () => this.stage === 'loading'))
    } catch (error) {
      failure = (error as Error).message
    }
    server.persistence.endLoading()
    transfer.discard()
    if (this.stage !== 'loading' || this.closed) {
      // The link broke or the role changed meanwhile: half a copy is no data set.
      server.store.flushAll()
      return
    }
    this.transfer = null
    server.background(() => {
      if (failure !== null) {
        server.store.flushAll()
        this.broken(`the copy from the master does not load: ${failure}`)
        return
      }
      replication.replid = from.id
      replication.offset = from.offset
      replication.replid2 = NO_REPLID
      replication.secondOffset = -1
      this.db = 0
      replication.openBacklog()
      server.log.notice('MASTER <-> REPLICA sync: Finished with success')
      const waiting = this.unapplied
      this.unapplied = []
      this.beginStream()
      for (const bytes of waiting) this.applyStream(bytes)
    })
  }

  // ---- the stream

  private beginStream(): void {
    const { server, replication } = this
    this.stage = 'streaming'
    this.onLine = null
    this.readOffset = replication.offset
    this.unapplied = []
    this.unappliedBytes = 0
    this.parser = new RequestParser({ maxBulkLength: Number.MAX_SAFE_INTEGER })
    this.session = server.openMasterSession()
    this.session.db = server.store.databases[this.db] ?? server.store.databases[0]
    this.session.restrict(Restriction.master, true)
    replication.openBacklog()
    replication.updateRestrictions()
    this.acknowledge()
  }

  private applyStream(chunk: Buffer): void {
    const { server, replication, session, parser } = this
    if (session === null || parser === null) return
    this.readOffset += chunk.length
    this.unapplied.push(Buffer.from(chunk))
    this.unappliedBytes += chunk.length
    parser.feed(chunk, 0, chunk.length)
    const { store } = server
    store.expiryMode = 'ignore'
    for (let argv = parser.next(); argv !== null; argv = parser.next()) {
      server.run(session, argv)
      // Inside MULTI nothing has been applied yet.
      if (session.transaction === null) this.passOn(this.unappliedBytes - parser.buffered)
      // A command may have changed our role or ended the link.
      if (this.parser !== parser) return
      store.expiryMode = 'ignore'
    }
    parser.keep()
    store.expiryMode = 'hide'
    if (parser.error !== null) this.broken(`the master's stream is broken: ${parser.error}`)
    void replication
  }

  /** Counts the first bytes as applied, and gives them to our own replicas just as they came. */
  private passOn(bytes: number): void {
    if (bytes === 0) return
    let left = bytes
    let text = ''
    while (left > 0) {
      const first = this.unapplied[0]
      const take = Math.min(left, first.length)
      text += first.latin1Slice(0, take)
      left -= take
      if (take === first.length) this.unapplied.shift()
      else this.unapplied[0] = first.subarray(take)
    }
    this.unappliedBytes -= bytes
    this.replication.emit(text)
  }

  /** REPLCONF ACK: tells the master how far we are. */
  acknowledge(): void {
    if (this.stage === 'streaming') this.send('REPLCONF', 'ACK', String(this.replication.offset))
  }

  /** Each second. */
  tick(): void {
    const { server } = this
    if (this.socket === null) return
    if (server.store.now - this.lastIoAt > server.config.replTimeout * 1000) {
      this.broken(this.stage === 'streaming' ? 'MASTER timeout: no data nor PING received...' : 'timeout')
      return
    }
    // An empty line keeps the master from taking us for dead while we load.
    if (this.stage === 'loading') this.socket.write('\n')
    else this.acknowledge()
  }
}

const EMPTY = Buffer.alloc(0)
const NO_REPLID = '0'.repeat(40)
