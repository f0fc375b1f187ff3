/** The base of a new append-only file, written in the background while the data goes on changing. */
import { type DumpJob, type DumpSink, type SnapshotWriter, startSnapshot } from '../rdb/save.ts'
import type { Store } from '../store/store.ts'
import type { AofFile, AofFiles } from './files.ts'

/** With aof-rewrite-incremental-fsync, so much is synced at a time: no big burst at the end. */
const SYNC_EVERY_BYTES = 4 << 20

export interface BaseOptions {
  readonly store: Store
  readonly files: AofFiles
  /** Where it is written before it gets its name. */
  readonly temporary: string
  readonly path: string
  readonly incrementalSync: boolean
  readonly writer: (sink: (chunk: Buffer) => void) => SnapshotWriter
}

export class BaseFile implements DumpSink {
  private readonly options: BaseOptions
  private readonly file: AofFile
  private readonly done: (failure: Error | null, bytes: number) => void
  private readonly job: DumpJob
  private tail: Promise<void> = Promise.resolve()
  private waiting = 0
  private position = 0
  private syncedTo = 0
  private failure: Error | null = null
  private ending = false
  private cancelled = false
  private closed = false

  /**
   * Takes a snapshot of the store as it is now. `done` is told when the file is complete and synced under its name, or
   * what went wrong. Throws when the file cannot be opened.
   */
  constructor(options: BaseOptions, done: (failure: Error | null, bytes: number) => void) {
    const { files, temporary, store } = options
    this.options = options
    this.done = done
    this.file = files.openToWrite(temporary, true).file
    const writer = options.writer((chunk) => this.write(chunk))
    this.job = startSnapshot(store, writer, this, () => void this.finish())
  }

  write(chunk: Buffer): void {
    this.waiting += chunk.length
    this.tail = this.tail.then(async () => {
      this.waiting -= chunk.length
      if (this.failure !== null || this.cancelled) return
      try {
        await this.file.writeLater(chunk, this.position)
        this.position += chunk.length
        if (this.options.incrementalSync && this.position - this.syncedTo >= SYNC_EVERY_BYTES) {
          await this.file.sync()
          this.syncedTo = this.position
        }
      } catch (error) {
        this.failure = error as Error
        // The rest of the snapshot is not worth taking.
        this.job.cancel()
        void this.finish()
      }
    })
  }

  waitingBytes(): number {
    return this.waiting
  }

  private async finish(): Promise<void> {
    if (this.ending) return
    this.ending = true
    await this.tail
    const { files, temporary, path } = this.options
    try {
      if (this.failure !== null) throw this.failure
      if (!this.cancelled) await this.file.sync()
      this.close()
      if (!this.cancelled) await files.rename(temporary, path)
    } catch (error) {
      this.failure = error as Error
    }
    if (this.cancelled || this.failure !== null) await this.cleanUp()
    if (!this.cancelled) this.done(this.failure, this.position)
  }

  private close(): void {
    if (!this.closed) this.file.close()
    this.closed = true
  }

  private async cleanUp(): Promise<void> {
    this.close()
    const { files, temporary } = this.options
    if (files.exists(temporary)) await files.remove(temporary).catch(() => {})
  }

  /** Gives up and leaves nothing behind; `done` is not told. */
  cancel(): void {
    if (this.cancelled) return
    this.cancelled = true
    this.job.cancel()
    if (this.ending) return
    this.ending = true
    void this.tail.then(() => this.cleanUp())
  }
}
