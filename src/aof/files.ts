/**
 * All that the append-only file asks of the file system, behind one small interface: a test puts a disk that is full,
 * slow or broken in its place.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  truncateSync,
  write,
  writeSync,
} from 'node:fs'
import { unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** A file being written. Every method throws, or rejects with, what the file system says. */
export interface AofFile {
  /** Writes at a position and returns how many bytes it took, which may be fewer than there are. */
  write(bytes: Uint8Array, position: number): number
  /** Writes all, without holding up the event loop. */
  writeLater(bytes: Uint8Array, position: number): Promise<void>
  /** Makes everything written so far survive a power cut. One at a time. */
  sync(): Promise<void>
  /** As `sync`, while everybody waits. */
  syncNow(): void
  truncate(length: number): void
  close(): void
}

/** A file being read. */
export interface AofSource {
  /** Bytes in the file. */
  readonly size: number
  /** Reads into a buffer from a position on; 0 at the end. */
  read(into: Uint8Array, position: number): number
  close(): void
}

export interface AofFiles {
  exists(path: string): boolean
  makeFolder(path: string): void
  /** The text of a small file, one char a byte. */
  readText(path: string): string
  openToRead(path: string): AofSource
  /** Opens a file to go on writing it, or, with `empty`, a new one in the place of whatever is there. */
  openToWrite(path: string, empty: boolean): { readonly file: AofFile; readonly size: number }
  /** Puts a text in the place of a file: the old one or the new one is there whole, also after a power cut. */
  replace(path: string, text: string): Promise<void>
  /** As `replace`, while everybody waits. */
  replaceNow(path: string, text: string): void
  /** Renames, and makes that survive a power cut. */
  rename(from: string, to: string): Promise<void>
  truncate(path: string, length: number): void
  /** Deletes a file, which may be large. */
  remove(path: string): Promise<void>
}

const syncAll = promisify(fsync)
const syncData = promisify(fdatasync)
const writeSome = promisify(write)

class SystemFile implements AofFile {
  private readonly fd: number

  constructor(fd: number) {
    this.fd = fd
  }

  write(bytes: Uint8Array, position: number): number {
    return writeSync(this.fd, bytes, 0, bytes.length, position)
  }

  async writeLater(bytes: Uint8Array, position: number): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += (await writeSome(this.fd, bytes, at, bytes.length - at, position + at)).bytesWritten
    }
  }

  sync(): Promise<void> {
    return syncData(this.fd)
  }

  syncNow(): void {
    fdatasyncSync(this.fd)
  }

  truncate(length: number): void {
    ftruncateSync(this.fd, length)
  }

  close(): void {
    closeSync(this.fd)
  }
}

/** The folder a file is in, opened to be synced; -1 where the system cannot do that: there the rename has to do. */
function openFolder(path: string): number {
  try {
    return openSync(dirname(path), 'r')
  } catch {
    return -1
  }
}

function syncFolderNow(path: string): void {
  const fd = openFolder(path)
  if (fd < 0) return
  try {
    fsyncSync(fd)
  } catch {
    // Windows opens folders but does not sync them.
  } finally {
    closeSync(fd)
  }
}

async function syncFolder(path: string): Promise<void> {
  const fd = openFolder(path)
  if (fd < 0) return
  await syncAll(fd).catch(() => {})
  closeSync(fd)
}

const temporary = (path: string): string => path.replace(/[^/\\]*$/, 'temp-$&')

export const systemFiles: AofFiles = {
  exists: existsSync,
  makeFolder: (path) => mkdirSync(path, { recursive: true }),
  readText: (path) => readFileSync(path, 'latin1'),
  openToRead(path) {
    const fd = openSync(path, 'r')
    return {
      size: fstatSync(fd).size,
      read: (into, position) => readSync(fd, into, 0, into.length, position),
      close: () => closeSync(fd),
    }
  },
  openToWrite(path, empty) {
    const fresh = empty || !existsSync(path)
    const fd = openSync(path, fresh ? 'w' : 'r+', 0o644)
    return { file: new SystemFile(fd), size: fstatSync(fd).size }
  },
  async replace(path, text) {
    const fd = openSync(temporary(path), 'w', 0o644)
    try {
      const bytes = Buffer.from(text, 'latin1')
      for (let at = 0; at < bytes.length; ) at += (await writeSome(fd, bytes, at)).bytesWritten
      await syncAll(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary(path), path)
    await syncFolder(path)
  },
  replaceNow(path, text) {
    const fd = openSync(temporary(path), 'w', 0o644)
    try {
      const bytes = Buffer.from(text, 'latin1')
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary(path), path)
    syncFolderNow(path)
  },
  async rename(from, to) {
    renameSync(from, to)
    await syncFolder(to)
  },
  truncate: truncateSync,
  remove: unlink,
}

/** `ENOSPC: no space left on device, write` as people know it: `No space left on device`. */
export function describeError(error: Error): string {
  const [, text] = /^[A-Z0-9]+: (.*?)(?:, \w+.*)?$/.exec(error.message) ?? []
  return text === undefined ? error.message : text[0].toUpperCase() + text.slice(1)
}
