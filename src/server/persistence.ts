/** When dumps are taken and loaded: SAVE, BGSAVE, save points, start-up. */

import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppendOnly } from '../aof/aof.ts'
import { RdbFormatError } from '../rdb/format.ts'
import { type LoadResult, RdbLoader } from '../rdb/load.ts'
import { BackgroundFile, type DumpJob, saveFile, startDump } from '../rdb/save.ts'
import type { RdbWriterOptions } from '../rdb/writer.ts'
import { ServerRestriction } from '../spec/restrictions.ts'
import { idleSeconds, lfuCounter } from '../store/access.ts'
import type { Server } from './server.ts'
import { REDIS_VERSION } from './version.ts'

/** After a failed background save the next one by a save point waits this long. */
const RETRY_MS = 5000

interface Saving {
  readonly job: DumpJob
  readonly file: BackgroundFile
  readonly startedAt: number
  readonly dirtyAtStart: number
}

export class Persistence {
  private readonly server: Server
  readonly aof: AppendOnly
  private saving: Saving | null = null
  private scheduled = false
  private lastOk = true
  private lastTryAt = 0
  private lastSaveSeconds = -1
  private saves = 0
  /** Unix ms of the last successful save. */
  lastSaveAt: number
  private loadingState: { startedAt: number; totalBytes: number; loadedBytes: number } | null = null
  private lastLoad = { keys: 0, expired: 0 }

  constructor(server: Server) {
    this.server = server
    this.aof = new AppendOnly(server)
    this.lastSaveAt = server.store.now
    server.cron.often.push(() => this.checkSavePoints())
    server.config.onChange('stop-writes-on-bgsave-error', () => this.updateRestriction())
    server.config.onChange('save', () => this.updateRestriction())
  }

  /** The sources of all function libraries. */
  get functions(): readonly string[] {
    return this.server.scripting.libraries.sources
  }

  get path(): string {
    return join(this.server.config.dir, this.server.config.dbfilename)
  }

  get backgroundSaving(): boolean {
    return this.saving !== null
  }

  get loading(): boolean {
    return this.loadingState !== null
  }

  /** How dumps of this server are written. */
  writerOptions(aux: readonly (readonly [string, string])[] = [], aofBase = false): RdbWriterOptions {
    const { config, store } = this.server
    const lru = /lru/.test(config.maxmemoryPolicy)
    const lfu = /lfu/.test(config.maxmemoryPolicy)
    return {
      aux: [
        ['redis-ver', REDIS_VERSION],
        ['redis-bits', '64'],
        ['ctime', String(Math.floor(store.now / 1000))],
        ['used-mem', String(process.memoryUsage().heapUsed)],
        ...aux,
        ['aof-base', aofBase ? '1' : '0'],
      ],
      compression: config.rdbcompression,
      checksum: config.rdbchecksum,
      functions: this.functions,
      access: lru
        ? { kind: 'idle', read: (access) => idleSeconds(store, access) }
        : lfu
          ? { kind: 'frequency', read: (access) => lfuCounter(store, access) }
          : null,
    }
  }

  private fileOptions(): RdbWriterOptions {
    return this.writerOptions(this.server.replication.dumpAux())
  }

  /** SAVE: null, or the reason why it failed. */
  saveNow(): string | null {
    const { server } = this
    // A save at once has newer data than one under way, which would overwrite it.
    this.cancelBackground()
    // Who takes another snapshot gets the rest of it at once: it is of this same data.
    server.store.snapshot?.finish()
    try {
      saveFile(server.store, this.path, this.fileOptions())
    } catch (error) {
      this.noteResult(false)
      server.log.warning(`Error saving DB on disk: ${(error as Error).message}`)
      return (error as Error).message
    }
    server.log.notice('DB saved on disk')
    server.store.dirty = 0
    this.noteResult(true)
    return null
  }

  /** BGSAVE: what happened to the request. */
  saveInBackground(mayWait: boolean): 'started' | 'scheduled' | 'busy' | 'snapshot' {
    const { server } = this
    if (this.saving !== null) return 'busy'
    if (server.store.snapshot !== null) {
      // A full synchronisation or a rewrite is being served from a snapshot: one at a time.
      if (!mayWait) return 'snapshot'
      this.scheduled = true
      return 'scheduled'
    }
    server.log.notice('Background saving started')
    this.lastTryAt = server.store.now
    const file = new BackgroundFile(this.path)
    const startedAt = server.store.now
    const job = startDump(server.store, this.fileOptions(), file, () => void this.finishBackground(file))
    this.saving = { job, file, startedAt, dirtyAtStart: server.store.dirty }
    return 'started'
  }

  private async finishBackground(file: BackgroundFile): Promise<void> {
    const { server } = this
    let failure: Error | null = null
    try {
      await file.finish()
    } catch (error) {
      failure = error as Error
    }
    const { saving } = this
    if (saving === null || saving.file !== file) return
    this.saving = null
    server.store.refreshNow()
    this.lastSaveSeconds = Math.round((server.store.now - saving.startedAt) / 1000)
    if (failure === null) {
      server.log.notice('Background saving terminated with success')
      server.store.dirty -= saving.dirtyAtStart
    } else server.log.warning(`Background saving error: ${failure.message}`)
    this.noteResult(failure === null)
  }

  cancelBackground(): void {
    const { saving } = this
    if (saving === null) return
    this.saving = null
    saving.job.cancel()
    void saving.file.discard()
  }

  private noteResult(ok: boolean): void {
    this.lastOk = ok
    if (ok) {
      this.saves++
      this.lastSaveAt = this.server.store.now
    }
    this.updateRestriction()
  }

  private updateRestriction(): void {
    const { config } = this.server
    const refuse = !this.lastOk && config.stopWritesOnBgsaveError && config.save.length > 0
    this.server.restrict(ServerRestriction.saveFailing, refuse)
  }

  private checkSavePoints(): void {
    const { server } = this
    if (this.saving !== null || this.loading) return
    const { now, dirty } = server.store
    if (this.scheduled && server.store.snapshot === null) {
      this.scheduled = false
      this.saveInBackground(false)
      return
    }
    if (!this.lastOk && now - this.lastTryAt < RETRY_MS) return
    if (server.store.snapshot !== null) return
    for (const { seconds, changes } of server.config.save) {
      if (dirty < changes || now - this.lastSaveAt <= seconds * 1000) continue
      server.log.notice(`${changes} changes in ${seconds} seconds. Saving...`)
      this.saveInBackground(false)
      return
    }
  }

  /** FLUSHALL: a dump of what is gone must not come back, where dumps are taken at all. */
  flushedAll(): void {
    this.cancelBackground()
    if (this.server.config.save.length === 0) return
    this.saveNow()
  }

  // ---- loading

  loadOptions(dropExpired: boolean) {
    const { config } = this.server
    return { checksum: config.rdbchecksum, dropExpired, skipModules: config.rdbSkipModules }
  }

  /** Loads the dump file at start. Rejects with a message fit for a user when it is not sound. */
  async loadAtStart(): Promise<void> {
    const { server, path } = this
    if (server.config.appendonly) return this.aof.loadAtStart()
    // An embedded server that was given no place for dumps has none.
    if (server.config.dbfilename === '' || !existsSync(path)) return
    const began = server.store.clock.monotonicUs()
    this.beginLoading(statSync(path).size)
    try {
      const isReplica = server.config.replicaof !== null
      const loader = new RdbLoader(server.store, this.loadOptions(!isReplica))
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
        loader.push(chunk as Buffer)
        this.loadingState!.loadedBytes += (chunk as Buffer).length
        if (loader.finished) break
      }
      const result = loader.end()
      this.loaded(result)
      server.replication.restore(result.aux)
    } catch (error) {
      const reason = error instanceof RdbFormatError ? error.message : `cannot be read: ${(error as Error).message}`
      throw new Error(`Could not load ${path}: ${reason}`)
    } finally {
      this.endLoading()
    }
    const seconds = ((server.store.clock.monotonicUs() - began) / 1e6).toFixed(3)
    server.log.notice(
      `Done loading RDB, keys loaded: ${this.lastLoad.keys}, keys expired: ${this.lastLoad.expired}, DB loaded from disk: ${seconds} seconds`,
    )
  }

  /** Takes what a dump says beside its keys. Throws a ReplyError when a function library cannot be loaded. */
  loaded(result: LoadResult, how = { flush: true, merge: false }): void {
    this.lastLoad = { keys: result.keys, expired: result.expired }
    const { libraries } = this.server.scripting
    libraries.restore(result.functions, how.flush ? 'flush' : how.merge ? 'replace' : 'append')
  }

  loadedSoFar(bytes: number): void {
    if (this.loadingState !== null) this.loadingState.loadedBytes = bytes
  }

  /** From now on clients are told that the data is being loaded. */
  beginLoading(totalBytes: number): void {
    this.server.store.refreshNow()
    this.server.restrict(ServerRestriction.loading, true)
    this.loadingState = { startedAt: this.server.store.now, totalBytes, loadedBytes: 0 }
  }

  endLoading(): void {
    this.loadingState = null
    this.server.restrict(ServerRestriction.loading, false)
    this.server.store.expiry.rearm()
  }

  /** DEBUG RELOAD: through a dump and back, or only back. Null, or the reason why it failed. */
  reload(options: { save: boolean; flush: boolean; merge: boolean }): string | null {
    const { server } = this
    // A dump that is not of this data leaves the append-only file behind.
    const replaces = !options.save && this.aof.isOn
    if (options.save) {
      const error = this.saveNow()
      if (error !== null) return error
    }
    if (replaces) this.aof.suspend()
    if (options.flush) server.store.flushAll()
    try {
      const loader = new RdbLoader(server.store, { ...this.loadOptions(false), mayReplace: options.merge })
      loader.push(readFileSync(this.path))
      this.loaded(loader.end(), options)
    } catch (error) {
      return (error as Error).message
    } finally {
      server.store.expiry.rearm()
      if (replaces) this.aof.resume()
    }
    return null
  }

  infoLines(): [string, string | number][] {
    const { store } = this.server
    const { loadingState: state, saving } = this
    const lines: [string, string | number][] = [
      ['loading', state === null ? 0 : 1],
      ['async_loading', 0],
      ['current_cow_peak', 0],
      ['current_cow_size', 0],
      ['current_cow_size_age', 0],
      ['current_fork_perc', '0.00'],
      ['current_save_keys_processed', 0],
      ['current_save_keys_total', 0],
      ['rdb_changes_since_last_save', store.dirty],
      ['rdb_bgsave_in_progress', saving === null ? 0 : 1],
      ['rdb_last_save_time', Math.floor(this.lastSaveAt / 1000)],
      ['rdb_last_bgsave_status', this.lastOk ? 'ok' : 'err'],
      ['rdb_last_bgsave_time_sec', this.lastSaveSeconds],
      ['rdb_current_bgsave_time_sec', saving === null ? -1 : Math.round((store.now - saving.startedAt) / 1000)],
      ['rdb_saves', this.saves],
      ['rdb_last_cow_size', 0],
      ['rdb_last_load_keys_expired', this.lastLoad.expired],
      ['rdb_last_load_keys_loaded', this.lastLoad.keys],
      ...this.aof.infoLines(),
      ['module_fork_in_progress', 0],
      ['module_fork_last_cow_size', 0],
      ...this.aof.infoLinesWhenOn(),
    ]
    if (state !== null) {
      const { startedAt, totalBytes, loadedBytes } = state
      lines.push(
        ['loading_start_time', Math.floor(startedAt / 1000)],
        ['loading_total_bytes', totalBytes],
        ['loading_rdb_used_mem', 0],
        ['loading_loaded_bytes', loadedBytes],
        ['loading_loaded_perc', ((loadedBytes / Math.max(1, totalBytes)) * 100).toFixed(2)],
        ['loading_eta_seconds', 1],
      )
    }
    return lines
  }
}
