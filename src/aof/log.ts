/**
 * The file that commands are appended to: what is gathered, written and synced, and which replies wait for it.
 *
 * Offsets count all bytes ever appended, over all files. Commands gathered in one turn of the event loop are written at
 * its end, in one go. With `always` that write is followed by an fsync in the background, and while that runs the next
 * batch gathers: one fsync serves all clients that wrote meanwhile. Replies leave when the file has, as the policy asks,
 * what they acknowledge.
 *
 * After a failed fsync nobody knows what of the file is on the disk, whatever the next fsync says (the system may have
 * dropped the pages). So nothing counts as synced from there on until a rewrite has put the data into other files.
 */
import type { Clock } from '../util/clock.ts'
import { CommandBuffer } from './command-buffer.ts'
import { type AofFile, describeError } from './files.ts'
import { HeldReplies } from './held-replies.ts'

export type FsyncPolicy = 'always' | 'everysec' | 'no'

export interface LogFailure {
  /** What failed: a write is repeated, after a failed fsync the data has to be written anew. */
  readonly what: 'write' | 'fsync'
  /** As the system describes it. */
  readonly message: string
}

export interface LogOptions {
  readonly clock: Clock
  /** The offset at which this log begins: they go on over all logs of a server. */
  readonly from: number
  /** Replies go out without waiting: the file is of no use yet, as its base is being written. */
  readonly detached: boolean
  readonly policy: () => FsyncPolicy
  /** Told when `failure` changes. */
  readonly onHealth: () => void
  /** Told when more is synced. */
  readonly onSynced: () => void
  /** Told when a write could not wait for a slow fsync any longer. */
  readonly onSlow: () => void
}

const SYNC_EVERY_US = 1e6
/** An fsync may keep writes back, with `everysec`, for this long. */
const LONGEST_WAIT_US = 2e6
/** A write that failed is tried again after this long. */
const RETRY_US = 1e6

export class AppendLog {
  readonly held = new HeldReplies()
  /** Bytes appended so far. */
  appendedTo: number
  /** Bytes that are in the file. */
  writtenTo: number
  /** Bytes that survive a power cut. */
  syncedTo: number
  failure: LogFailure | null = null
  private readonly options: LogOptions
  private readonly buffer = new CommandBuffer()
  private file: AofFile
  private size: number
  /** Files that are full but not synced yet; nothing is written behind them before they are. */
  private retired: AofFile[] = []
  private syncing = false
  private scheduled = false
  private closed = false
  private lastSyncUs: number
  private waitingSinceUs = -1
  private retryAtUs = 0
  /** Up to this offset it is not known what the disk has; 0: all is well. */
  private doubtTo = 0
  /** What would be synced but for the doubt. */
  private syncedBehindDoubt = 0
  detached: boolean

  constructor(file: AofFile, size: number, options: LogOptions) {
    this.file = file
    this.size = size
    this.options = options
    this.detached = options.detached
    this.appendedTo = options.from
    this.writtenTo = options.from
    this.syncedTo = options.from
    this.lastSyncUs = options.clock.monotonicUs()
  }

  /** Bytes in the current file. */
  get fileSize(): number {
    return this.size
  }

  /** Bytes gathered but not written. */
  get waitingBytes(): number {
    return this.buffer.length
  }

  get isSyncing(): boolean {
    return this.syncing
  }

  /** Replies to what was appended up to here may leave. */
  get acknowledgedTo(): number {
    if (this.detached || this.closed) return this.appendedTo
    if (this.options.policy() === 'always') return this.syncedTo
    return this.waitingSinceUs >= 0 ? this.appendedTo : this.writtenTo
  }

  append(argv: readonly string[]): void {
    this.appendedTo += this.buffer.command(argv)
    this.schedule()
  }

  annotate(line: string): void {
    this.appendedTo += this.buffer.line(line)
    this.schedule()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.options.clock.soon(() => {
      this.scheduled = false
      this.step()
    })
  }

  /** Does what is due: at the end of a turn of the event loop, after an fsync, and from time to time. */
  step(): void {
    if (this.closed) return
    const policy = this.options.policy()
    if (this.retired.length > 0) {
      if (!this.syncing) void this.sync()
      return this.release()
    }
    // One fsync serves all who write while the one before runs.
    if (this.syncing && policy === 'always') return this.release()
    if (this.buffer.length > 0 && !this.mustWait(policy)) this.write(false)
    if (this.failure?.what !== 'write' && this.writtenTo > this.reachedTo && !this.syncing) {
      const due = this.options.clock.monotonicUs() - this.lastSyncUs >= SYNC_EVERY_US
      if (policy === 'always' || (policy === 'everysec' && due)) void this.sync()
    }
    this.release()
  }

  /** Writing to a file that is being synced may block: with `everysec` a write waits a little for the fsync. */
  private mustWait(policy: FsyncPolicy): boolean {
    if (policy !== 'everysec' || !this.syncing) {
      this.waitingSinceUs = -1
      return false
    }
    const nowUs = this.options.clock.monotonicUs()
    if (this.waitingSinceUs < 0) this.waitingSinceUs = nowUs
    if (nowUs - this.waitingSinceUs < LONGEST_WAIT_US) return true
    this.waitingSinceUs = -1
    this.options.onSlow()
    return false
  }

  /** Writes what is gathered; true when nothing is left. */
  private write(atOnce: boolean): boolean {
    const nowUs = this.options.clock.monotonicUs()
    if (!atOnce && this.failure?.what === 'write' && nowUs < this.retryAtUs) return false
    this.waitingSinceUs = -1
    const chunks = this.buffer.take()
    const start = this.size
    let position = start
    try {
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length; ) {
          const taken = this.file.write(at === 0 ? chunk : chunk.subarray(at), position)
          if (taken <= 0) throw new Error('ENOSPC: no space left on device, write')
          at += taken
          position += taken
        }
      }
    } catch (error) {
      // Half a command must not stay behind: a server that loads the file would have to cut it off.
      this.retryAtUs = nowUs + RETRY_US
      this.buffer.putBack(chunks)
      if (position > start) this.cutBack(start)
      this.fail('write', error as Error)
      return false
    }
    this.size = position
    this.writtenTo += position - start
    if (this.failure?.what === 'write') this.setFailure(null)
    return true
  }

  private cutBack(length: number): void {
    try {
      this.file.truncate(length)
    } catch {
      // What is written again goes to the same place.
    }
  }

  /** Up to where there is nothing to sync. */
  private get reachedTo(): number {
    return this.doubtTo > 0 ? Math.max(this.syncedBehindDoubt, this.doubtTo) : this.syncedTo
  }

  private async sync(): Promise<void> {
    const files = this.retired.length > 0 ? this.retired.slice() : [this.file]
    const mark = this.writtenTo
    this.syncing = true
    this.lastSyncUs = this.options.clock.monotonicUs()
    let failure: Error | null = null
    for (const file of files) {
      try {
        await file.sync()
      } catch (error) {
        failure = error as Error
      }
    }
    this.syncing = false
    this.retired = this.retired.filter((file) => !files.includes(file) || void file.close())
    if (this.closed) return this.closeFiles()
    if (failure !== null) {
      this.doubtTo = Math.max(this.doubtTo, mark)
      this.fail('fsync', failure)
    } else this.synced(mark)
    this.step()
  }

  private synced(mark: number): void {
    if (this.doubtTo > 0) {
      this.syncedBehindDoubt = Math.max(this.syncedBehindDoubt, mark)
      return
    }
    if (mark <= this.syncedTo) return
    this.syncedTo = mark
    this.options.onSynced()
  }

  private fail(what: LogFailure['what'], error: Error): void {
    // Doubt is the graver of the two: it stays when a write fails as well.
    if (this.failure?.what === 'fsync' && what === 'write') return
    this.setFailure({ what, message: describeError(error) })
  }

  private setFailure(failure: LogFailure | null): void {
    const { failure: old } = this
    this.failure = failure
    if (old?.message !== failure?.message || old?.what !== failure?.what) this.options.onHealth()
  }

  /** A rewrite that began at this offset is complete: all before it is safe, wherever it was. */
  rewritten(mark: number): void {
    if (this.doubtTo > 0 && mark >= this.doubtTo) {
      this.doubtTo = 0
      this.synced(Math.max(mark, this.syncedBehindDoubt))
      this.setFailure(null)
    } else if (this.doubtTo === 0) this.synced(mark)
    this.step()
  }

  /** Sends the replies that need not wait any longer. */
  release(): void {
    if (!this.held.isEmpty) this.held.release(this.acknowledgedTo)
  }

  /**
   * Goes on in another file, which is empty. Returns the offset at which it begins, or -1 when what is gathered could
   * not be written to the old one; nothing has changed then.
   */
  switchTo(file: AofFile): number {
    if (this.buffer.length > 0 && !this.write(true)) return -1
    this.retired.push(this.file)
    this.file = file
    this.size = 0
    this.step()
    return this.appendedTo
  }

  /** Writes, and with `sync` also syncs, all there is while everybody waits. False when that failed. */
  settle(sync: boolean): boolean {
    if (this.closed) return true
    if (this.buffer.length > 0 && !this.write(true)) return false
    if (sync && this.syncedTo < this.writtenTo) {
      try {
        for (const file of this.retired) file.syncNow()
        this.file.syncNow()
      } catch (error) {
        this.doubtTo = Math.max(this.doubtTo, this.writtenTo)
        this.fail('fsync', error as Error)
        return false
      }
      this.synced(this.writtenTo)
    }
    this.release()
    return this.doubtTo === 0
  }

  /** Closes the file; what is still gathered is dropped. With `release` no reply waits any longer, else none is sent. */
  close(release: boolean): void {
    if (this.closed) return
    this.closed = true
    if (release) this.release()
    // An fsync that runs still needs its files.
    if (!this.syncing) this.closeFiles()
  }

  private closeFiles(): void {
    for (const file of this.retired.splice(0)) file.close()
    this.file.close()
  }
}
