/**
 * The server: one gate, one call path, for every client and every origin of commands.
 *
 * `run(session, argv)` is the life of a request: `process` finds and checks the command, `call` executes it and keeps
 * the books, `endUnit` hands its effects on and serves who waited for them. A transport calls `run` for each request
 * of a batch of input, then `endBatch`, which writes everything that became pending, once per connection.
 */
import type { Config } from '../config/config.ts'
import type { Logger } from '../logging/logger.ts'
import { Replication } from '../replication/replication.ts'
import { E, ReplyError } from '../resp/errors.ts'
import { Scripting } from '../scripting/scripting.ts'
import { Acl } from '../security/acl.ts'
import type { LogContext } from '../security/acl-log.ts'
import type { Command } from '../spec/command.ts'
import { Flag } from '../spec/flags.ts'
import { Restriction, ServerRestriction } from '../spec/restrictions.ts'
import type { Database } from '../store/database.ts'
import { Store, type StoreObserver } from '../store/store.ts'
import type { Clock } from '../util/clock.ts'
import type { Random } from '../util/random.ts'
import { applyConfig } from './apply-config.ts'
import { Blocking } from './blocking.ts'
import { describeClient } from './client-line.ts'
import type { Connection } from './connection.ts'
import { Cron } from './cron.ts'
import { check } from './gate.ts'
import { countDuration, LatencyMonitor } from './latency.ts'
import { LazyFree } from './lazy-free.ts'
import { Migration } from './migration.ts'
import { Monitors } from './monitors.ts'
import { Notifications } from './notifications.ts'
import { NullReply } from './null-reply.ts'
import { OutputLimits } from './output-limits.ts'
import { Pause } from './pause.ts'
import { Persistence } from './persistence.ts'
import { Propagator } from './propagation.ts'
import { PubSub } from './pubsub.ts'
import { Session } from './session.ts'
import { Shutdown, type ShutdownOptions } from './shutdown.ts'
import { SlowLog } from './slowlog.ts'
import { Stats } from './stats.ts'
import { CommandTable } from './table.ts'
import { ClientTracking } from './tracking.ts'
import { Transactions } from './transactions.ts'

/** Within a batch the wall clock is looked at again after this long: expiry is exact to the millisecond. */
const NOW_VALID_US = 250
/** What a client takes, about, without what waits for it. */
const SESSION_BYTES = 2048
/** Evicting for one command takes no longer; what is left is done in between. */
const EVICTION_SLICE_US = 2000

export interface ServerOptions {
  readonly config: Config
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
  readonly commands: readonly Command[]
}

export interface ReplyHold {
  /** Takes what is pending for a client; false when it may go out now. */
  hold(session: Session): boolean
}

export class Server implements StoreObserver {
  readonly config: Config
  readonly log: Logger
  readonly store: Store
  readonly table: CommandTable
  readonly acl: Acl
  readonly stats = new Stats()
  readonly propagation = new Propagator()
  readonly blocking: Blocking
  readonly scripting: Scripting
  readonly transactions: Transactions
  readonly pause: Pause
  readonly pubsub = new PubSub()
  readonly notifications: Notifications
  readonly monitors = new Monitors()
  readonly slowLog = new SlowLog()
  readonly latency = new LatencyMonitor()
  readonly tracking = new ClientTracking(this)
  /** Microseconds from which a command is of interest to the slow log or the latency monitor. */
  private longUs = Number.POSITIVE_INFINITY
  /** Whether the duration of every command is counted (`latency-tracking`). */
  private countingDurations = false
  readonly outputLimits: OutputLimits
  private readonly shutdownSteps = new Shutdown(this)
  /** Clients by id, in order of arrival. */
  readonly sessions = new Map<number, Session>()
  /** Shared by all parsers, which read it at every request. */
  readonly requestLimits = { maxBulkLength: 0 }
  /** Bits of `ServerRestriction`. */
  restrictions = 0
  readonly runId: string
  readonly startedAt: number
  private nextSessionId = 1
  private readonly toFlush: Session[] = []
  private readonly toResume: Session[] = []
  /** The client whose command is running: what is pushed to it meanwhile waits in `deferred` for the reply's end. */
  running: Session | null = null
  readonly deferred: string[] = []
  private depth = 0
  private evictingOn = false
  /** Microseconds at which the last command ended, or the batch began. */
  private stamp = 0
  /** The same, when `store.now` was last looked up. */
  private nowStamp = 0
  readonly lazyFree = new LazyFree(this)
  readonly migration = new Migration(this)
  readonly cron: Cron
  readonly persistence: Persistence
  readonly replication: Replication
  /** The TCP port in use; 0 when there is none. */
  port = 0
  /** The file CONFIG REWRITE writes to. */
  configFile: string | null = null
  /** Bytes in use before any data. */
  readonly startupMemory = process.memoryUsage().heapUsed
  private peakMemory = 0
  /** Ends the process, or the embedded server: set by who started it. */
  onShutdown: (exitCode: number) => void = () => {}
  /** May keep a client's pending output back until the append-only file has what it acknowledges. */
  replyHold: ReplyHold | null = null
  /** Called at the end of every batch before replies go out: replication writes here. */
  readonly beforeReplies: (() => void)[] = []

  constructor(options: ServerOptions) {
    const { config, clock, random } = options
    this.config = config
    this.log = options.log
    this.store = new Store({ clock, random, databases: config.databases })
    this.store.observer = this
    this.store.expiry.afterSlice = (us) => {
      this.latency.add('expire-cycle', us, this.store.now)
      this.propagation.flushEach()
      this.endUnit()
      this.endBatch()
    }
    this.table = new CommandTable(options.commands)
    this.acl = new Acl(this)
    this.scripting = new Scripting(this)
    this.blocking = new Blocking(this, config.databases)
    this.transactions = new Transactions(this, config.databases)
    this.pause = new Pause(this)
    this.notifications = new Notifications(this)
    this.outputLimits = new OutputLimits(this)
    this.cron = new Cron(this)
    this.cron.often.push(() => this.tracking.limit())
    this.persistence = new Persistence(this)
    this.replication = new Replication(this)
    applyConfig(this)
    this.runId = random.hex(40)
    this.startedAt = clock.now()
  }

  // ---- sessions

  openSession(connection: Connection | null): Session {
    const session = new Session(this, this.nextSessionId++, connection)
    if (connection !== null) {
      this.sessions.set(session.id, session)
      this.stats.connections++
      this.acl.begin(session)
    } else session.user = this.acl.defaultUser
    return session
  }

  /** The session in which a master's stream is applied: it hears no replies and passes most checks. */
  openMasterSession(connection: Connection): Session {
    const session = new Session(this, this.nextSessionId++, connection)
    this.sessions.set(session.id, session)
    session.kind = 'master'
    session.mayBlock = false
    session.restrict(Restriction.master, true)
    const reply = new NullReply()
    // What our master did, we must be able to do: an error means that the data differs.
    reply.error = ({ message }) =>
      this.log.warning(
        `A command of the master's stream failed (${session.lastCommand?.name ?? 'unknown'}): ${message}`,
      )
    session.reply = reply
    return session
  }

  /** The session in which commands from files are run; `refused` is told what a command fails with. */
  openFileSession(refused: (message: string) => void): Session {
    const session = new Session(this, this.nextSessionId++, null)
    session.mayBlock = false
    session.restrict(Restriction.master, true)
    const reply = new NullReply()
    reply.error = ({ message }) => refused(message)
    session.reply = reply
    return session
  }

  /** Ends a session at once, dropping what it was in the middle of; with its connection, unless that ends by itself. */
  closeSession(session: Session, destroy = true): void {
    if (session.closed) return
    session.closed = true
    this.sessions.delete(session.id)
    this.blocking.release(session)
    this.transactions.end(session)
    if (session.subscriptions !== null) this.pubsub.release(session)
    if (session.monitoring) this.monitors.remove(session)
    if (session.tracking !== null) this.tracking.disable(session)
    for (const told of session.onClose.splice(0)) told()
    if (destroy) session.connection?.destroy()
  }

  // ---- the life of a request

  /** Looks at the clocks: at the start of a batch of input, and within one as it takes its time. */
  refreshTime(): void {
    const { store } = this
    store.now = store.clock.now()
    this.stamp = store.clock.monotonicUs()
    this.nowStamp = this.stamp
  }

  /** Runs one request of a client, whole, with what follows from it. To be called after `refreshTime`. */
  run(session: Session, argv: readonly string[]): void {
    if (this.stamp - this.nowStamp > NOW_VALID_US) this.refreshTime()
    session.lastActiveAt = this.store.now
    const { replication } = this
    const { offset } = replication
    const { aof } = this.persistence
    const { appendedTo } = aof
    this.running = session
    this.process(session, argv)
    this.running = null
    if (this.deferred.length > 0) this.pushDeferred(session)
    this.endUnit()
    if (replication.offset !== offset) session.writeOffset = replication.offset
    if (aof.appendedTo !== appendedTo) session.loggedOffset = aof.appendedTo
    if (session.muted !== 'no') nextMute(session)
    if (session.tracking?.caching) this.tracking.requestDone(session, argv)
  }

  private pushDeferred(session: Session): void {
    for (const encoded of this.deferred.splice(0)) session.push(encoded)
  }

  /** Finds and checks the command, then calls, queues, holds or refuses it. */
  process(session: Session, argv: readonly string[]): void {
    let command = this.table.get(argv[0])
    if (command === undefined) return this.refuse(session, null, E.unknownCommand(argv[0], argv.slice(1)))
    if (command.subcommands !== null && argv.length > 1) {
      const subcommand = command.subcommands.get(argv[1]) ?? command.subcommands.get(argv[1].toUpperCase())
      if (subcommand === undefined) {
        return this.refuse(session, command, command.unknownSubcommand(argv[1]))
      }
      const { arity } = subcommand
      if (arity > 0 ? argv.length !== arity : argv.length < -arity) {
        return this.refuse(session, subcommand, command.subcommandArity?.(argv[1]) ?? subcommand.wrongArity)
      }
      command = subcommand
    } else {
      const { arity } = command
      if (arity > 0 ? argv.length !== arity : argv.length < -arity)
        return this.refuse(session, command, command.wrongArity)
    }
    if ((session.restrictions | this.restrictions) !== 0) {
      const verdict = check(this, session, command, argv)
      if (verdict !== null) {
        if (verdict instanceof ReplyError) this.refuse(session, command, verdict)
        return
      }
    }
    this.call(session, command, argv)
  }

  private refuse(session: Session, command: Command | null, error: ReplyError): void {
    if (command !== null) command.stats.rejected++
    // EXEC refused means the transaction is over; anything else refused spoils it.
    if (command?.name === 'exec') {
      this.transactions.end(session)
      error = E.execAbortBecause(error)
      if (this.monitors.active) this.monitors.show(session, command, ['EXEC'], this.nowUs)
    } else if (session.transaction !== null) session.transaction.broken = true
    this.stats.countError(error)
    session.reply.error(error)
  }

  /** Executes a command that passed the gate, and keeps the books. Nested for EXEC and scripts. */
  call(session: Session, command: Command, argv: readonly string[]): void {
    const { store, propagation } = this
    const started = this.stamp
    const dirtyBefore = store.dirty
    const db = session.db.index
    session.lastCommand = command
    propagation.begin()
    if (store.opened.length > 0) store.opened.length = 0
    store.touching = !session.noTouch
    try {
      command.call(session, argv)
    } catch (error) {
      if (error instanceof ReplyError) this.failed(session, command, error)
      else this.crashed(session, command, error)
    }
    propagation.commandDone(db, argv, store.dirty !== dirtyBefore)
    // One look at the clock per command: where one ends the next begins.
    const ended = store.clock.monotonicUs()
    this.stamp = ended
    const us = ended - started
    if (session.suspension === null) this.account(session, command, argv, us)
    else session.blockedCall = { command, argv, us }
    if (session.tracking !== null) this.tracking.commandDone(session, command, argv)
    if (this.monitors.active) this.monitors.feed(session, command, argv, this.nowUs)
    this.stats.commands++
    session.commandsRun++
  }

  private account(session: Session, command: Command, argv: readonly string[], us: number): void {
    const { stats } = command
    stats.calls++
    stats.usec += us
    if (this.countingDurations) countDuration(stats, us)
    if (us >= this.longUs) this.tookLong(session, command, argv, us)
  }

  private tookLong(session: Session, command: Command, argv: readonly string[], us: number): void {
    const event = (command.flags & Flag.fast) === 0 ? 'command' : 'fast-command'
    this.latency.add(event, us, this.store.now)
    // What files hold ran once already.
    if (us >= this.slowLog.thresholdUs && !this.propagation.muted) this.slowLog.add(session, command, argv, us)
  }

  /** Takes `latency-tracking`, and looks afresh at what the slow log and the latency monitor want. */
  watchDurations(counting: boolean): void {
    this.countingDurations = counting
    this.longUs = Math.min(this.slowLog.thresholdUs, this.latency.thresholdMs * 1000)
  }

  /** A client waits no longer: its command is done, and is counted. `replyUs`: what serving it took. */
  unblocked(session: Session, replyUs: number): void {
    const { blockedCall } = session
    if (blockedCall === null) return
    session.blockedCall = null
    const { command, argv, us } = blockedCall
    this.account(session, command, argv, us + replyUs)
    this.latency.add('command-unblocking', replyUs, this.store.now)
    if (session.tracking !== null) this.tracking.commandDone(session, command, argv)
  }

  /** Microseconds since 1970, from the last look at the wall clock and the time that went by since. */
  get nowUs(): number {
    return this.store.now * 1000 + (this.stamp - this.nowStamp)
  }

  failed(session: Session, command: Command, error: ReplyError): void {
    command.stats.failed++
    this.stats.countError(error)
    session.reply.error(error)
  }

  /** A real exception is our bug: logged, the connection closed, the server lives. */
  private crashed(session: Session, command: Command, error: unknown): void {
    this.stats.unexpectedErrors++
    this.log.warning(`Unexpected exception in ${command.name}: ${error instanceof Error ? error.stack : String(error)}`)
    session.reply.error(E.internal)
    session.closing = true
  }

  /** After a unit: effects go to the sinks as one, then who waited for a change is served. */
  endUnit(): void {
    // Others are served in the middle of a script, whose effects are not whole yet.
    if ((this.restrictions & ServerRestriction.busy) !== 0) return
    this.propagation.flush()
    this.blocking.serve()
  }

  /** Runs a step of a client's earlier command (a blocked one being served) as a unit of its own. */
  runInternally(session: Session, command: Command | null, step: () => void): void {
    const { store, propagation } = this
    const db = session.db.index
    session.lastCommand = command
    propagation.begin()
    // What a step propagates it says itself: the request was another moment's.
    propagation.none()
    const { running } = this
    this.running = session
    step()
    this.running = running
    if (this.deferred.length > 0) this.pushDeferred(session)
    propagation.commandDone(db, [], false)
    if (store.opened.length > 0) store.opened.length = 0
    const { offset } = this.replication
    const { aof } = this.persistence
    const { appendedTo } = aof
    propagation.flush()
    if (this.replication.offset !== offset) session.writeOffset = this.replication.offset
    if (aof.appendedTo !== appendedTo) session.loggedOffset = aof.appendedTo
  }

  /** Serves other clients, as far as they may be, while a script runs that takes long. */
  serveOthers(): void {
    const { store, running, stamp, nowStamp } = this
    const { now } = store
    const deferred = this.deferred.splice(0)
    for (const session of [...this.sessions.values()]) {
      if (session === running || session.suspension !== null) continue
      if (session.kind === 'normal' || session.kind === 'pubsub') session.connection?.poll?.()
    }
    this.deferred.push(...deferred)
    this.running = running
    // For the script it is the same moment still.
    store.now = now
    this.stamp = stamp
    this.nowStamp = nowStamp
  }

  /** Runs something that no client asked for just now (a timer), with all that follows a batch. */
  background(step: () => void): void {
    this.refreshTime()
    step()
    this.endUnit()
    this.endBatch()
  }

  /** A client that was not the one running has output. */
  flushLater(session: Session): void {
    session.flushing = true
    this.toFlush.push(session)
  }

  /** A client that waited may go on, and has output. */
  resumeLater(session: Session): void {
    this.toResume.push(session)
    this.flushLater(session)
  }

  /** Ends a batch of input: lets resumed clients go on, then writes all that is pending. */
  endBatch(): void {
    if (this.depth > 0) return
    this.depth++
    for (let i = 0; i < this.toResume.length; i++) {
      const session = this.toResume[i]
      if (!session.closed) session.connection?.resume()
    }
    this.toResume.length = 0
    this.depth--
    if (this.tracking.pending) this.tracking.broadcast()
    for (const step of this.beforeReplies) step()
    if (this.toFlush.length > 0)
      for (const session of this.toFlush.splice(0)) {
        session.flushing = false
        session.flush()
      }
  }

  /** Loads the dump, then starts what the server does by itself. Rejects when the dump is not sound. */
  async start(): Promise<void> {
    await this.persistence.loadAtStart()
    this.cron.start()
    this.background(() => this.replication.start())
  }

  /** Stops every timer and ends every session; saves nothing. */
  stop(): void {
    this.cron.stop()
    this.lazyFree.stop()
    this.migration.stop()
    this.replication.stop()
    this.persistence.cancelBackground()
    this.store.expiry.stop()
    for (const session of [...this.sessions.values()]) this.closeSession(session)
    this.persistence.aof.stop()
  }

  /** SHUTDOWN and termination signals. */
  shutdown(session: Session | null, options: ShutdownOptions): void {
    this.shutdownSteps.begin(session, options)
  }

  /** SHUTDOWN ABORT: false when no shutdown is under way. */
  abortShutdown(): boolean {
    return this.shutdownSteps.abort()
  }

  /** CONFIG RESETSTAT. */
  resetStats(): void {
    this.stats.reset()
    this.persistence.aof.resetStats()
    for (const { stats } of this.table.each()) {
      stats.calls = stats.usec = stats.rejected = stats.failed = 0
      stats.histogram = null
    }
    Object.assign(this.store.stats, { hits: 0, misses: 0, expired: 0, expiredFields: 0, evicted: 0 })
  }

  /** Bytes in use: what V8 holds, garbage included; or, under maxmemory, what keys and clients are reckoned to take. */
  usedMemory(): number {
    const { eviction } = this.store
    if (eviction.active) {
      eviction.overhead = this.sessions.size * SESSION_BYTES
      return eviction.bytes
    }
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }

  /** The most memory seen in use, in bytes. */
  memoryPeak(usedNow: number): number {
    this.peakMemory = Math.max(this.peakMemory, usedNow)
    return this.peakMemory
  }

  restrict(bit: number, on: boolean): void {
    this.restrictions = on ? this.restrictions | bit : this.restrictions & ~bit
  }

  /** A client as CLIENT LIST shows it. */
  describeClient(session: Session): string {
    return describeClient(session)
  }

  /** Whether the user of a session may make this request, itself or by a script; null when so. */
  authorize(session: Session, command: Command, argv: readonly string[], context?: LogContext): ReplyError | null {
    const denial = this.acl.authorize(session, command, argv, context)
    if (denial === null) return null
    if (denial.reason === 'command') return E.noPermCommand(this.acl.directory.ruled(command).name)
    return denial.reason === 'key' ? E.noPermKey : E.noPermChannel
  }

  /** Makes room where maxmemory asks for it. What a command that may grow the data replies when there is none, or null. */
  memoryVerdict(): ReplyError | null {
    const { eviction, clock } = this.store
    eviction.overhead = this.sessions.size * SESSION_BYTES
    if (eviction.bytes <= eviction.limit) return null
    // A replica has what its master has.
    if (this.replication.isReplica && this.config.replicaIgnoreMaxmemory) return null
    const began = clock.monotonicUs()
    // Whoever asked hears of evictions before the reply, not after it: they come first.
    const { running } = this
    this.running = null
    const room = eviction.makeRoom(EVICTION_SLICE_US)
    this.running = running
    this.latency.add('eviction-cycle', clock.monotonicUs() - began, this.store.now)
    // Each stands alone, before the command that needed the room.
    this.propagation.flushEach()
    if (room === 'more' && !this.evictingOn) {
      this.evictingOn = true
      clock.soon(() => {
        this.evictingOn = false
        this.background(() => this.memoryVerdict())
      })
    }
    return room === 'none' ? E.oom : null
  }

  // ---- what the store tells

  updateObserving(): void {
    this.store.observing =
      this.notifications.active ||
      this.blocking.keyWaiters > 0 ||
      this.transactions.watchingSessions > 0 ||
      this.tracking.clients > 0
  }

  keyChanged(db: Database, key: string, event: string): void {
    if (this.notifications.active) this.notifications.tell(db, key, event)
    if (event === 'new') return
    if (this.tracking.clients > 0) this.tracking.keyChanged(key, BY_ITSELF.has(event) ? null : this.running)
    if (this.blocking.keyWaiters > 0) this.blocking.keyChanged(db, key)
    if (this.transactions.watchingSessions > 0) this.transactions.keyChanged(db, key)
  }

  keyEvent(db: Database, key: string, event: string): void {
    if (this.notifications.active) this.notifications.tell(db, key, event)
  }

  keyMissed(db: Database, key: string): void {
    this.keyEvent(db, key, 'keymiss')
  }

  keyExpired(db: Database, key: string): void {
    this.propagation.add(db.index, ['DEL', key])
    if (this.store.observing) this.keyChanged(db, key, 'expired')
  }

  keyEvicted(db: Database, key: string): void {
    this.propagation.add(db.index, [this.config.lazyfreeLazyEviction ? 'UNLINK' : 'DEL', key])
    if (this.store.observing) this.keyChanged(db, key, 'evicted')
  }

  fieldsExpired(db: Database, key: string, fields: readonly string[]): void {
    this.propagation.add(db.index, ['HDEL', key, ...fields])
    if (this.store.observing) this.keyChanged(db, key, 'hexpired')
  }

  databaseReplaced(db: Database, incoming: Database | null): void {
    if (this.transactions.watchingSessions > 0) this.transactions.databaseReplaced(db, incoming)
    if (this.blocking.keyWaiters > 0) this.blocking.databaseReplaced(db)
    if (incoming === null && this.tracking.clients > 0) this.tracking.databaseFlushed(db.index)
  }

  /** Commands whose flags say they write. */
  static writes(command: Command): boolean {
    return (command.flags & Flag.write) !== 0
  }
}

/** Events of keys that go without anybody removing them. */
const BY_ITSELF: ReadonlySet<string> = new Set(['expired', 'hexpired', 'evicted'])

/** CLIENT REPLY SKIP mutes exactly the command after it. */
function nextMute(session: Session): void {
  if (session.muted === 'skipNext') session.mute('skip')
  else if (session.muted === 'skip') session.mute('no')
}
