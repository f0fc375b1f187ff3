/** Loads the files of a manifest, in slices: the base, then what was appended since. */
import { join } from 'node:path'
import { RdbFormatError } from '../rdb/format.ts'
import { RdbLoader } from '../rdb/load.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { type AofFiles, type AofSource, describeError } from './files.ts'
import type { AofPart, Manifest } from './manifest.ts'
import { AofFormatError, AofReader } from './reader.ts'

/** Why the files cannot be loaded, fit for a user. */
export class AofLoadError extends Error {
  override readonly name = 'AofLoadError'
}

const PIECE_BYTES = 1 << 20
const COMMANDS_PER_SLICE = 4096
const MAGIC = 'REDIS'
/** So many refused commands are named in the log. */
const MOST_NAMED = 10

export interface LoadedAof {
  readonly totalBytes: number
  readonly baseBytes: number
  readonly commands: number
}

export class AofLoader {
  private readonly server: Server
  private readonly files: AofFiles
  private readonly folder: string
  private readonly session: Session
  private commands = 0
  private refused = 0
  /** Bytes read so far. */
  loadedBytes = 0

  constructor(server: Server, files: AofFiles, folder: string) {
    this.server = server
    this.files = files
    this.folder = folder
    this.session = server.openFileSession((message) => this.refusal(message))
  }

  /** What was done before must be possible again: an error means that the data differs from what it was. */
  private refusal(message: string): void {
    if (++this.refused > MOST_NAMED) return
    const name = this.session.lastCommand?.name ?? 'a command'
    this.server.log.warning(`${name} failed while the append only file was loaded: ${message}`)
  }

  /** Sizes of the files in the order of loading. Throws AofLoadError when one is not there. */
  sizes(manifest: Manifest): number[] {
    return partsOf(manifest).map((part) => {
      const source = this.open(part)
      source.close()
      return source.size
    })
  }

  private open({ name }: AofPart): AofSource {
    try {
      return this.files.openToRead(join(this.folder, name))
    } catch (error) {
      throw new AofLoadError(`The append only file ${name} cannot be opened: ${describeError(error as Error)}`)
    }
  }

  /** Each step loads a slice. Throws AofLoadError when a file is not sound; the data is then in part there. */
  *load(manifest: Manifest): Generator<void, LoadedAof, void> {
    const { server } = this
    const { store, propagation } = server
    const sizes = this.sizes(manifest)
    const parts = partsOf(manifest)
    // Behind the last bytes nothing can be missing: there a file that was cut off is what a crash leaves.
    const lastWithData = sizes.findLastIndex((size) => size > 0)
    const mode = store.expiryMode
    store.expiryMode = 'ignore'
    propagation.muted = true
    try {
      for (const [i, part] of parts.entries()) {
        yield* this.loadFile(part, i >= lastWithData)
        if (this.session.transaction !== null) server.transactions.end(this.session)
      }
    } finally {
      propagation.muted = false
      store.expiryMode = mode
      server.closeSession(this.session)
    }
    if (this.refused > MOST_NAMED) server.log.warning(`${this.refused} commands of the append only file failed`)
    return {
      totalBytes: sizes.reduce((sum, size) => sum + size, 0),
      baseBytes: manifest.base === null ? 0 : sizes[0],
      commands: this.commands,
    }
  }

  private *loadFile(part: AofPart, isLast: boolean): Generator<void, void, void> {
    const { server, session } = this
    const began = server.store.clock.monotonicUs()
    session.db = server.store.databases[0]
    const source = this.open(part)
    let soundTo: number
    try {
      soundTo = yield* this.loadSource(part, source)
    } catch (error) {
      throw this.explain(part, error as Error)
    } finally {
      source.close()
    }
    if (soundTo < source.size) this.cutOff(part, soundTo, isLast)
    const seconds = ((server.store.clock.monotonicUs() - began) / 1e6).toFixed(3)
    server.log.notice(`DB loaded from ${part.name}: ${seconds} seconds`)
  }

  /** Returns the offset behind the last command that is whole, and with it its transaction. */
  private *loadSource(part: AofPart, source: AofSource): Generator<void, number, void> {
    const { server, session } = this
    let position = 0
    let reader = new AofReader()
    const head = Buffer.alloc(MAGIC.length)
    if (source.read(head, 0) === MAGIC.length && head.latin1Slice() === MAGIC) {
      server.log.notice(`Reading the dump in ${part.name}`)
      const loader = new RdbLoader(server.store, server.persistence.loadOptions(false))
      while (!loader.finished) {
        const piece = this.read(source, position)
        if (piece === null) break
        position += piece.length
        loader.push(piece)
        yield
      }
      server.persistence.loaded(loader.end())
      reader = new AofReader(loader.offset)
      if (loader.rest.length > 0) reader.push(Buffer.from(loader.rest))
    }
    let soundTo = reader.offset
    let run = 0
    for (;;) {
      for (let argv = reader.next(); argv !== null; argv = reader.next()) {
        this.run(argv, part.name, soundTo)
        if (session.transaction === null) soundTo = reader.offset
        if (++run % COMMANDS_PER_SLICE === 0) yield
      }
      if (session.transaction === null) soundTo = reader.offset
      const piece = this.read(source, position)
      if (piece === null) return soundTo
      position += piece.length
      reader.push(piece)
      yield
    }
  }

  private read(source: AofSource, position: number): Buffer | null {
    // Buffers of their own: what is incomplete stays in them.
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(1, source.size - position)))
    const length = source.read(piece, position)
    this.loadedBytes += length
    return length === 0 ? null : piece.subarray(0, length)
  }

  private run(argv: string[], part: string, offset: number): void {
    const { server, session } = this
    if (server.table.get(argv[0]) === undefined) {
      const name = argv[0].slice(0, 128)
      throw new AofLoadError(`Unknown command '${name}' reading the append only file ${part}, at offset ${offset}`)
    }
    this.commands++
    server.run(session, argv)
  }

  private explain({ name }: AofPart, error: Error): Error {
    if (error instanceof AofFormatError) {
      return new AofLoadError(
        `Bad file format reading the append only file ${name}: ${error.message}, at offset ${error.offset}. Make a copy of the file, then repair it with redis-check-aof --fix, which cuts it off there`,
      )
    }
    if (error instanceof AofLoadError) return error
    if (error instanceof RdbFormatError) {
      return new AofLoadError(`The dump in the append only file ${name} is not sound: ${error.message}`)
    }
    return new AofLoadError(`The append only file ${name} cannot be read: ${error.message}`)
  }

  /** The file ends in the middle of a command or a transaction, as after a crash. */
  private cutOff({ name }: AofPart, soundTo: number, isLast: boolean): void {
    const { server, files, folder } = this
    if (!isLast) {
      throw new AofLoadError(
        `The append only file ${name} ends in the middle of a command, at offset ${soundTo}, although other files follow it`,
      )
    }
    if (!server.config.aofLoadTruncated) {
      throw new AofLoadError(
        `Unexpected end of file reading the append only file ${name}: what follows offset ${soundTo} is not complete. Set aof-load-truncated to yes to go on without it, or cut it off with redis-check-aof --fix`,
      )
    }
    server.log.warning(`!!! Warning: short read while loading the AOF file ${name} !!!`)
    server.log.warning(`!!! Truncating the AOF ${name} at offset ${soundTo} !!!`)
    try {
      files.truncate(join(folder, name), soundTo)
    } catch (error) {
      throw new AofLoadError(`The append only file ${name} cannot be truncated: ${(error as Error).message}`)
    }
  }
}

function partsOf({ base, increments }: Manifest): AofPart[] {
  return base === null ? [...increments] : [base, ...increments]
}
