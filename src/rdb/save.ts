/** Takes a snapshot of a store as a dump, in slices between other work, and writes dump files. */
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Snapshot, type SnapshotEntry } from '../store/snapshot.ts'
import type { Store } from '../store/store.ts'
import { RdbWriter, type RdbWriterOptions } from './writer.ts'

/** While this much waits to be taken, the snapshot stands still. */
const MOST_WAITING = 8 << 20
const WAIT_MS = 2

export interface DumpJob {
  /** Gives up: `done` is not called any more. */
  cancel(): void
}

export interface DumpSink {
  write(chunk: Buffer): void
  /** Bytes written but not taken yet. */
  waitingBytes(): number
}

/** Turns a snapshot into bytes. */
export interface SnapshotWriter {
  begin(sizes: Snapshot['sizes']): void
  entry(entry: SnapshotEntry): void
  end(): void
}

/** Dumps the store as it is now, while it goes on changing. Only one dump runs at a time. */
export function startDump(store: Store, options: RdbWriterOptions, sink: DumpSink, done: () => void): DumpJob {
  return startSnapshot(store, new RdbWriter((chunk) => sink.write(chunk), options), sink, done)
}

/** As `startDump`, in whatever form `writer` gives the data, which it hands to `sink`. */
export function startSnapshot(store: Store, writer: SnapshotWriter, sink: DumpSink, done: () => void): DumpJob {
  const snapshot = new Snapshot(store, (entry) => writer.entry(entry))
  writer.begin(snapshot.sizes)
  let cancelled = false
  const step = () => {
    if (cancelled) return
    if (sink.waitingBytes() > MOST_WAITING) {
      store.clock.after(WAIT_MS, step)
      return
    }
    if (snapshot.advance()) {
      writer.end()
      done()
    } else store.clock.soon(step)
  }
  store.clock.soon(step)
  return {
    cancel() {
      cancelled = true
      snapshot.end()
    },
  }
}

/** Writes a dump file at once (SAVE). Throws what the file system throws; the old file then stands. */
export function saveFile(store: Store, path: string, options: RdbWriterOptions): void {
  const temporary = `${path}.${process.pid}.saving`
  const fd = openSync(temporary, 'w', 0o644)
  try {
    try {
      const writer = new RdbWriter((chunk) => {
        for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at)
      }, options)
      const snapshot = new Snapshot(store, (entry) => writer.entry(entry))
      try {
        writer.begin(snapshot.sizes)
        snapshot.finish()
      } finally {
        snapshot.end()
      }
      writer.end()
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
    syncFolder(path)
  } catch (error) {
    remove(temporary)
    throw error
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It never came to be.
  }
}

/** Makes a rename survive a power cut. Some systems cannot open a folder; there the rename has to do. */
function syncFolder(path: string): void {
  try {
    const fd = openSync(dirname(path), 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch {
    // See above.
  }
}

/** A dump file being written in the background: beside the old one, synced, then renamed over it. */
export class BackgroundFile implements DumpSink {
  private readonly path: string
  private readonly temporary: string
  private handle: FileHandle | null = null
  private tail: Promise<void>
  private waiting = 0
  private failure: Error | null = null

  constructor(path: string) {
    this.path = path
    this.temporary = `${path}.${process.pid}.bgsaving`
    this.tail = open(this.temporary, 'w', 0o644).then(
      (handle) => {
        this.handle = handle
      },
      (error: Error) => {
        this.failure = error
      },
    )
  }

  /** What went wrong, if anything did; the rest is then not worth writing. */
  get error(): Error | null {
    return this.failure
  }

  write(chunk: Buffer): void {
    this.waiting += chunk.length
    this.tail = this.tail.then(async () => {
      this.waiting -= chunk.length
      if (this.failure !== null) return
      try {
        for (let at = 0; at < chunk.length; ) at += (await this.handle!.write(chunk, at)).bytesWritten
      } catch (error) {
        this.failure = error as Error
      }
    })
  }

  waitingBytes(): number {
    return this.waiting
  }

  /** Finishes the file. Rejects, leaving the old file, when anything went wrong. */
  async finish(): Promise<void> {
    await this.tail
    try {
      if (this.failure !== null) throw this.failure
      await this.handle!.sync()
      await this.handle!.close()
      this.handle = null
      await rename(this.temporary, this.path)
      syncFolder(this.path)
    } catch (error) {
      await this.discard()
      throw error
    }
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.tail
    await this.handle?.close().catch(() => {})
    this.handle = null
    await unlink(this.temporary).catch(() => {})
  }
}
