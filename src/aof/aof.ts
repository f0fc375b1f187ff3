/**
 * The append-only file: every change of the data, in order, in a folder of files that together are the data.
 *
 * A manifest names them: a base (all data at one moment) and increments (what changed since). A rewrite makes a new
 * base: first a new increment is named in the manifest; then, in one step, the log goes on in it and a snapshot is
 * begun; when the base is complete the manifest is replaced, and what the base covers is deleted. At every moment in
 * between the files named by the manifest hold all data.
 */
import type { SnapshotWriter } from '../rdb/save.ts'
import { RdbWriter } from '../rdb/writer.ts'
import type { PropagationSink } from '../server/propagation.ts'
import type { ReplyHold, Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { ServerRestriction } from '../spec/restrictions.ts'
import { Snapshot } from '../store/snapshot.ts'
import { BaseFile } from './base-file.ts'
import { CommandBaseWriter } from './base-writer.ts'
import { type AofFile, type AofFiles, systemFiles } from './files.ts'
import { AofFolder } from './folder.ts'
import { AofLoader } from './loader.ts'
import { AppendLog, type FsyncPolicy } from './log.ts'
import type { AofPart } from './manifest.ts'
import { LogWaiters } from './waiters.ts'

/** After a rewrite that failed the next one that nobody asked for waits this long, and ever longer after several. */
const RETRY_MS = 5000
const FAILURES_BEFORE_LIMIT = 3
const LONGEST_LIMIT_MINUTES = 60
const SNAPSHOT_POLL_MS = 20

interface Rewrite {
  readonly startedAt: number
  /** The increment that begins with the snapshot; null when the append-only file is off. */
  readonly increment: AofPart | null
  /** Its file, until the log has it. */
  file: AofFile | null
  /** Offset of the log at which the snapshot was taken. */
  mark: number
  base: BaseFile | null
}

export class AppendOnly implements PropagationSink, ReplyHold {
  readonly dataOnly = true
  /** Where files come from: a test may put others here before the file is turned on. */
  files: AofFiles = systemFiles
  readonly waiters: LogWaiters
  /** Offset in the log of all that was appended. */
  appendedTo = 0
  private readonly server: Server
  /** 'waiting': turned on, but its first base is not complete. */
  private state: 'off' | 'waiting' | 'on' = 'off'
  private folder: AofFolder
  private log: AppendLog | null = null
  private selectedDb = -1
  private annotatedAt = 0
  private rewrite: Rewrite | null = null
  private scheduled = false
  private suspended = false
  /** Bytes in the base, and in increments that are full. */
  private baseBytes = 0
  private fullBytes = 0
  private bytesAfterRewrite = 0
  private lastOk = true
  private lastFailedAt = 0
  private lastSeconds = -1
  private rewrites = 0
  private failures = 0
  private delayedSyncs = 0

  constructor(server: Server) {
    const { config } = server
    this.server = server
    this.folder = new AofFolder(server, this.files)
    this.waiters = new LogWaiters(server, this)
    server.cron.often.push(() => this.tick())
    config.onChange('appendonly', (on: boolean) => this.switch(on))
    config.onChange('aof-disable-auto-gc', (off: boolean) => {
      if (!off && this.state === 'on') void this.folder.deleteHistory()
    })
    for (const name of ['appendfsync', 'no-appendfsync-on-rewrite'] as const) {
      config.onChange(name, () => this.log?.step())
    }
  }

  get isOn(): boolean {
    return this.state !== 'off'
  }

  get rewriting(): boolean {
    return this.rewrite !== null
  }

  /** What is wrong with the file, as the system says it; empty when nothing is. */
  get failure(): string {
    return this.log?.failure?.message ?? ''
  }

  /** Offset up to which changes survive a power cut; -1 while none do. */
  get durableTo(): number {
    return this.state === 'on' ? this.log!.syncedTo : -1
  }

  private get policy(): FsyncPolicy {
    const { config, persistence } = this.server
    const resting = config.noAppendfsyncOnRewrite && (this.rewrite !== null || persistence.backgroundSaving)
    return resting ? 'no' : config.appendfsync
  }

  // ---- the stream of changes

  append(db: number, argv: readonly string[]): void {
    const log = this.log!
    const { config, store } = this.server
    if (config.aofTimestampEnabled) {
      const seconds = Math.floor(store.now / 1000)
      if (seconds > this.annotatedAt) {
        this.annotatedAt = seconds
        log.annotate(`#TS:${seconds}\r\n`)
      }
    }
    if (db !== this.selectedDb) {
      this.selectedDb = db
      log.append(['SELECT', String(db)])
    }
    log.append(argv)
    this.appendedTo = log.appendedTo
  }

  hold(session: Session): boolean {
    const log = this.log!
    // What replicas are sent does not pass through here, so it must not be overtaken by it.
    if (session.kind === 'replica' || session.kind === 'master') {
      if (session.heldReplies > 0) log.held.releaseOf(session)
      return false
    }
    const acknowledged = log.acknowledgedTo
    if (acknowledged >= log.appendedTo) {
      if (session.heldReplies > 0) log.release()
      return false
    }
    // While the disk fails, who has not written may still read: what is refused now changes nothing.
    if (log.failure !== null && session.heldReplies === 0 && session.loggedOffset <= acknowledged) return false
    if (session.output.isEmpty && !session.closing) return false
    log.held.hold(session, log.appendedTo)
    return true
  }

  private attach(log: AppendLog): void {
    this.log = log
    this.selectedDb = -1
    this.annotatedAt = 0
    this.server.propagation.sinks.push(this)
    this.server.replyHold = this
  }

  private detach(release: boolean): void {
    const { server, log } = this
    if (log === null) return
    log.close(release)
    this.log = null
    const { sinks } = server.propagation
    sinks.splice(sinks.indexOf(this), 1)
    server.replyHold = null
    server.restrict(ServerRestriction.appendFailing, false)
  }

  private newLog(file: AofFile, size: number, detached: boolean): AppendLog {
    const { server } = this
    return new AppendLog(file, size, {
      clock: server.store.clock,
      from: this.appendedTo,
      detached,
      policy: () => this.policy,
      onHealth: () => this.healthChanged(),
      onSynced: () =>
        server.background(() => {
          this.waiters.serve()
          server.replication.fileSynced()
        }),
      onSlow: () => {
        this.delayedSyncs++
        server.log.notice(
          'Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to complete, this may slow down the server.',
        )
      },
    })
  }

  private healthChanged(): void {
    const { server, log } = this
    const failure = log?.failure ?? null
    server.restrict(ServerRestriction.appendFailing, failure !== null && !log!.detached)
    if (failure === null) {
      server.log.warning('AOF write error looks solved. The server can write again.')
    } else if (failure.what === 'write') server.log.warning(`Error writing to the AOF file: ${failure.message}`)
    else {
      server.log.warning(
        `Fail to fsync the AOF file: ${failure.message}. What it holds is not certain any more: it will be rewritten.`,
      )
    }
  }

  // ---- on and off

  /** CONFIG SET appendonly. */
  private switch(on: boolean): string | undefined {
    if (on === (this.state !== 'off') || this.server.persistence.loading) return undefined
    if (!on) {
      this.turnOff()
      return undefined
    }
    try {
      this.turnOn()
    } catch (error) {
      this.server.log.warning(`The append only file cannot be turned on: ${(error as Error).message}`)
      this.state = 'off'
      return 'Unable to turn on AOF. Check server logs.'
    }
    return undefined
  }

  private turnOn(): void {
    this.folder = new AofFolder(this.server, this.files)
    this.folder.create()
    this.folder.read()
    this.cancelRewrite()
    this.state = 'waiting'
    this.suspended = false
    if (!this.begin()) throw new Error('its first file cannot be written')
  }

  private turnOff(): void {
    this.cancelRewrite()
    this.scheduled = false
    this.state = 'off'
    this.log?.settle(this.server.config.appendfsync !== 'no')
    this.detach(true)
    this.waiters.serve()
  }

  /** The data is about to be replaced as a whole, by a master's: what is appended makes no sense from here on. */
  suspend(): void {
    if (this.state === 'off') return
    this.turnOff()
    this.suspended = true
  }

  /** The data is whole again. */
  resume(): void {
    if (!this.suspended) return
    this.suspended = false
    if (this.server.config.appendonly) this.switch(true)
  }

  // ---- rewriting

  /** BGREWRITEAOF: what became of the request. */
  requestRewrite(): 'started' | 'scheduled' | 'busy' | 'failed' {
    if (this.rewrite !== null) return 'busy'
    if (this.server.store.snapshot !== null) {
      this.scheduled = true
      return 'scheduled'
    }
    if (this.state === 'off') {
      this.folder = new AofFolder(this.server, this.files)
      try {
        this.folder.create()
        this.folder.read()
      } catch (error) {
        this.server.log.warning(`The append only file cannot be rewritten: ${(error as Error).message}`)
        return 'failed'
      }
    }
    return this.begin() ? 'started' : 'failed'
  }

  /** Opens the next increment and names it in the manifest; then the snapshot is taken. False when that fails. */
  private begin(): boolean {
    const { server, folder, state } = this
    this.scheduled = false
    let increment: AofPart | null = null
    let file: AofFile | null = null
    const startedAt = server.store.now
    if (state !== 'off') {
      increment = folder.manifest.nextIncrement(server.config.appendfilename)
      try {
        file = this.files.openToWrite(folder.path(increment), true).file
      } catch (error) {
        this.noteFailure(startedAt, error as Error)
        return false
      }
    }
    const rewrite: Rewrite = { startedAt, increment, file, mark: this.appendedTo, base: null }
    this.rewrite = rewrite
    server.log.notice('Background append only file rewriting started')
    if (state !== 'on') {
      // Not now: a transaction may be half done.
      server.store.clock.soon(() => this.takeSnapshot(rewrite))
      return true
    }
    // If this fails the increment stays named, and empty: the file system may have taken the new manifest all the same.
    folder.change(folder.manifest.withIncrement(increment!)).then(
      () => this.takeSnapshot(rewrite),
      (error: Error) => this.rewriteFailed(rewrite, error),
    )
    return true
  }

  private takeSnapshot(rewrite: Rewrite): void {
    const { server } = this
    if (this.rewrite !== rewrite) return
    if (server.store.snapshot !== null) {
      server.store.clock.after(SNAPSHOT_POLL_MS, () => this.takeSnapshot(rewrite))
      return
    }
    server.background(() => {
      const error = this.switchOver(rewrite)
      if (error !== null) this.rewriteFailed(rewrite, error)
    })
  }

  /** The one step in which the log changes files and the snapshot begins. */
  private switchOver(rewrite: Rewrite): Error | null {
    const { server, log } = this
    const { config, store } = server
    const { file } = rewrite
    const rdb = config.aofUseRdbPreamble || !this.canWriteFunctions()
    const base = this.folder.manifest.nextBase(config.appendfilename, rdb)
    const full = log?.fileSize ?? 0
    if (file !== null && log !== null) {
      if (log.switchTo(file) < 0) return new Error(log.failure?.message ?? 'the old file cannot be completed')
      this.fullBytes += full
      this.selectedDb = -1
    } else if (file !== null) this.attach(this.newLog(file, 0, true))
    rewrite.file = null
    rewrite.mark = this.appendedTo
    try {
      rewrite.base = new BaseFile(
        {
          store,
          files: this.files,
          temporary: this.folder.path({ name: `temp-rewriteaof-bg-${process.pid}.aof` }),
          path: this.folder.path(base),
          incrementalSync: config.aofRewriteIncrementalFsync,
          writer: (sink) => this.writer(rdb, sink),
        },
        (failure, bytes) => {
          if (this.rewrite !== rewrite) return
          if (failure !== null) this.rewriteFailed(rewrite, failure)
          else void this.adopt(rewrite, base, bytes)
        },
      )
    } catch (error) {
      return error as Error
    }
    return null
  }

  private canWriteFunctions(): boolean {
    const { persistence, table } = this.server
    return persistence.functions.length === 0 || table.get('function')?.subcommands?.get('LOAD') !== undefined
  }

  private writer(rdb: boolean, sink: (chunk: Buffer) => void): SnapshotWriter {
    const { config, persistence, store } = this.server
    if (rdb) return new RdbWriter(sink, persistence.writerOptions([], true))
    const preface = config.aofTimestampEnabled ? [`#TS:${Math.floor(store.now / 1000)}\r\n`] : []
    return new CommandBaseWriter(sink, preface, persistence.functions)
  }

  /** The base is complete under its name: makes it the data. */
  private async adopt(rewrite: Rewrite, base: AofPart, bytes: number): Promise<void> {
    const { server, folder } = this
    try {
      await folder.change(folder.manifest.withBase(base, rewrite.increment === null ? [] : [rewrite.increment]), true)
    } catch (error) {
      this.rewriteFailed(rewrite, error as Error)
      return
    }
    if (this.rewrite !== rewrite) return
    server.store.refreshNow()
    this.lastOk = true
    this.failures = 0
    this.rewrites++
    this.lastSeconds = Math.round((server.store.now - rewrite.startedAt) / 1000)
    this.baseBytes = bytes
    this.fullBytes = 0
    const { log } = this
    if (log !== null) {
      this.bytesAfterRewrite = bytes + log.fileSize
      this.state = 'on'
      log.detached = false
      if (log.failure !== null) this.healthChanged()
      log.rewritten(rewrite.mark)
    }
    server.log.notice('Background AOF rewrite finished successfully')
    await folder.deleteHistory()
    if (this.rewrite === rewrite) this.rewrite = null
  }

  private rewriteFailed(rewrite: Rewrite, error: Error): void {
    if (this.rewrite !== rewrite) return
    this.rewrite = null
    rewrite.file?.close()
    this.noteFailure(rewrite.startedAt, error)
    if (this.state !== 'waiting') return
    // What was appended has no base to build on.
    this.detach(true)
    this.scheduled = true
  }

  private noteFailure(startedAt: number, error: Error): void {
    const { server } = this
    server.store.refreshNow()
    this.lastOk = false
    this.failures++
    this.lastFailedAt = server.store.now
    this.lastSeconds = Math.round((server.store.now - startedAt) / 1000)
    server.log.warning(`Background AOF rewrite failed: ${error.message}`)
  }

  private cancelRewrite(): void {
    const { rewrite } = this
    if (rewrite === null) return
    this.rewrite = null
    rewrite.file?.close()
    rewrite.base?.cancel()
  }

  // ---- time

  /** Ten times a second. */
  private tick(): void {
    const { log, server } = this
    log?.step()
    if (this.rewrite !== null || server.store.snapshot !== null || server.persistence.loading) return
    const { now } = server.store
    const rested = now - this.lastFailedAt >= RETRY_MS
    if (this.scheduled) {
      if (this.lastOk || rested) this.begin()
    } else if (log?.failure?.what === 'fsync') {
      if (this.lastOk || rested) this.begin()
    } else if (this.state === 'on' && this.hasGrown() && now - this.lastFailedAt >= this.limitMs()) {
      const growth = Math.floor((this.currentBytes * 100) / Math.max(1, this.bytesAfterRewrite)) - 100
      server.log.notice(`Starting automatic rewriting of AOF on ${growth}% growth`)
      this.begin()
    }
  }

  private get currentBytes(): number {
    return this.baseBytes + this.fullBytes + (this.log?.fileSize ?? 0)
  }

  /** auto-aof-rewrite-percentage and auto-aof-rewrite-min-size. */
  private hasGrown(): boolean {
    const { autoAofRewritePercentage: percentage, autoAofRewriteMinSize: least } = this.server.config
    if (percentage === 0 || this.currentBytes <= least) return false
    return Math.floor((this.currentBytes * 100) / Math.max(1, this.bytesAfterRewrite)) - 100 >= percentage
  }

  /** How long an automatic rewrite waits after the last failure. */
  private limitMs(): number {
    if (this.failures === 0) return 0
    if (this.failures < FAILURES_BEFORE_LIMIT) return RETRY_MS
    return Math.min(2 ** (this.failures - FAILURES_BEFORE_LIMIT), LONGEST_LIMIT_MINUTES) * 60_000
  }

  // ---- loading

  /** Loads the files at start and goes on appending to them. Rejects with a message fit for a user. */
  async loadAtStart(): Promise<void> {
    const { server } = this
    const { config, persistence, store } = server
    const folder = new AofFolder(server, this.files)
    this.folder = folder
    folder.read()
    await folder.upgrade()
    if (folder.manifest.isEmpty) {
      if (this.files.exists(persistence.path)) {
        server.log.warning(
          `appendonly is on and there is no append only file: ${config.dbfilename} is not loaded. To start from it, start with appendonly no, then CONFIG SET appendonly yes`,
        )
      }
    } else {
      const loader = new AofLoader(server, this.files, folder.directory)
      const total = loader.sizes(folder.manifest).reduce((sum, size) => sum + size, 0)
      const began = store.clock.monotonicUs()
      persistence.beginLoading(total)
      try {
        const steps = loader.load(folder.manifest)
        for (;;) {
          server.refreshTime()
          const step = steps.next()
          persistence.loadedSoFar(loader.loadedBytes)
          if (step.done === true) {
            this.baseBytes = step.value.baseBytes
            this.fullBytes = step.value.totalBytes - step.value.baseBytes
            break
          }
          await new Promise<void>((resolve) => store.clock.soon(resolve))
        }
      } finally {
        persistence.endLoading()
      }
      const seconds = ((store.clock.monotonicUs() - began) / 1e6).toFixed(3)
      server.log.notice(`DB loaded from append only file: ${seconds} seconds`)
    }
    store.dirty = 0
    server.resetStats()
    if (config.appendonly) this.open()
  }

  /** After loading: goes on with the last increment, or begins the first. */
  private open(): void {
    const { server, folder } = this
    const { appendfilename } = server.config
    try {
      folder.create()
      let { manifest } = folder
      if (manifest.isEmpty) {
        const rdb = server.config.aofUseRdbPreamble || !this.canWriteFunctions()
        const base = manifest.nextBase(appendfilename, rdb)
        server.log.notice(`Creating AOF base file ${base.name} on server start`)
        this.baseBytes = this.writeBaseNow(folder.path(base), rdb)
        manifest = manifest.withBase(base, [])
      }
      const current = manifest.current ?? manifest.nextIncrement(appendfilename)
      const { file, size } = this.files.openToWrite(folder.path(current), manifest.current === undefined)
      if (manifest.current === undefined) manifest = manifest.withIncrement(current)
      folder.changeNow(manifest)
      this.fullBytes = Math.max(0, this.fullBytes - size)
      this.bytesAfterRewrite = this.baseBytes
      this.state = 'on'
      this.attach(this.newLog(file, size, false))
    } catch (error) {
      throw new Error(`Can't open the append-only file: ${(error as Error).message}`)
    }
    void folder.deleteHistory()
  }

  private writeBaseNow(path: string, rdb: boolean): number {
    const { file } = this.files.openToWrite(path, true)
    let position = 0
    try {
      const writer = this.writer(rdb, (chunk) => {
        for (let at = 0; at < chunk.length; ) {
          const taken = file.write(chunk.subarray(at), position)
          at += taken
          position += taken
        }
      })
      const snapshot = new Snapshot(this.server.store, (entry) => writer.entry(entry))
      writer.begin(snapshot.sizes)
      snapshot.finish()
      writer.end()
      file.syncNow()
    } finally {
      file.close()
    }
    return position
  }

  /** DEBUG LOADAOF: drops the data and loads the files again. The reason when it fails. */
  loadNow(): string | null {
    const { server } = this
    const { store } = server
    if (this.log !== null && !this.log.settle(false)) return this.failure
    try {
      if (this.state !== 'on') {
        this.folder = new AofFolder(server, this.files)
        this.folder.read()
      }
      if (this.folder.manifest.isEmpty) return 'there is no append only file'
      store.snapshot?.finish()
      store.flushAll()
      const { observing } = store
      store.observing = false
      try {
        for (const _ of new AofLoader(server, this.files, this.folder.directory).load(this.folder.manifest)) {
          // Everybody waits.
        }
      } finally {
        store.observing = observing
        store.expiry.rearm()
      }
    } catch (error) {
      return (error as Error).message
    }
    store.dirty = 0
    return null
  }

  // ---- the end

  /** Before the process ends in good order: the reason why not everything is in the file. */
  finish(): string | null {
    this.cancelRewrite()
    if (this.state === 'waiting') return 'the initial append only file is not complete'
    if (this.log === null) return null
    return this.log.settle(true) ? null : this.failure
  }

  /** Writes what is gathered, and with `always` syncs it, before it returns: for callers that cannot wait. */
  settle(): void {
    if (this.log !== null && this.log.acknowledgedTo < this.log.appendedTo) this.log.settle(this.policy === 'always')
  }

  /** Writes what is left, if that is possible, and closes all files. */
  stop(): void {
    this.cancelRewrite()
    this.log?.settle(this.server.config.appendfsync !== 'no')
    this.state = 'off'
    this.detach(false)
  }

  infoLines(): [string, string | number][] {
    const { log, rewrite, server } = this
    return [
      ['aof_enabled', this.isOn ? 1 : 0],
      ['aof_rewrite_in_progress', rewrite === null ? 0 : 1],
      ['aof_rewrite_scheduled', this.scheduled ? 1 : 0],
      ['aof_last_rewrite_time_sec', this.lastSeconds],
      [
        'aof_current_rewrite_time_sec',
        rewrite === null ? -1 : Math.round((server.store.now - rewrite.startedAt) / 1000),
      ],
      ['aof_last_bgrewrite_status', this.lastOk ? 'ok' : 'err'],
      ['aof_rewrites', this.rewrites],
      ['aof_rewrites_consecutive_failures', this.failures],
      ['aof_last_write_status', log === null || log.failure === null ? 'ok' : 'err'],
      ['aof_last_cow_size', 0],
    ]
  }

  /** Further fields of INFO, while the append-only file is on. */
  infoLinesWhenOn(): [string, string | number][] {
    const { log } = this
    if (!this.isOn) return []
    return [
      ['aof_current_size', this.currentBytes],
      ['aof_base_size', this.bytesAfterRewrite],
      ['aof_pending_rewrite', 0],
      ['aof_buffer_length', log?.waitingBytes ?? 0],
      ['aof_pending_bio_fsync', log?.isSyncing ? 1 : 0],
      ['aof_delayed_fsync', this.delayedSyncs],
    ]
  }

  resetStats(): void {
    this.delayedSyncs = 0
  }
}
