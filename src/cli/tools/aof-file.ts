/** Reads one file of an append-only log, as far as it is sound: a dump in front or none, then commands. */
import { AofFormatError, AofReader } from '../../aof/reader.ts'
import { RdbFormatError } from '../../rdb/format.ts'
import { RdbParser } from '../../rdb/parser.ts'
import { fileFailure } from './failure.ts'
import { pieces, type Streams } from './io.ts'

export interface AofProblem {
  /** `cut off`: the file ends too early, as after a crash. `damaged`: it holds what no server writes. */
  readonly kind: 'cut off' | 'damaged' | 'dump'
  readonly reason: string
  readonly offset: number
}

export interface AofFileReport {
  readonly size: number
  /** Behind the last whole command, and with it its transaction. */
  readonly soundTo: number
  readonly commands: number
  /** Keys of the dump in front; null without one. */
  readonly dumpKeys: number | null
  readonly problem: AofProblem | null
}

const MAGIC = 'REDIS'

/** Throws ToolFailure when the file cannot be read at all. */
export async function checkAofFile(path: string, name: string, streams: Streams): Promise<AofFileReport> {
  const check = new AofFileCheck()
  let size = 0
  try {
    for await (const piece of pieces(path, streams)) {
      size += piece.length
      check.push(piece)
    }
  } catch (error) {
    throw fileFailure(name, error)
  }
  return check.end(size)
}

class AofFileCheck {
  private head: Buffer | null = Buffer.alloc(0)
  private dump: RdbParser | null = null
  private reader = new AofReader()
  private inTransaction = false
  private soundTo = 0
  private commands = 0
  private dumpKeys: number | null = null
  private problem: AofProblem | null = null

  push(piece: Buffer): void {
    if (this.problem !== null) return
    if (this.head !== null) {
      this.head = Buffer.concat([this.head, piece])
      if (this.head.length >= MAGIC.length) this.begin()
    } else this.take(piece)
  }

  private begin(): void {
    const bytes = this.head!
    this.head = null
    if (bytes.subarray(0, MAGIC.length).latin1Slice() === MAGIC) {
      this.dumpKeys = 0
      this.dump = new RdbParser({
        entry: () => {
          this.dumpKeys!++
        },
      })
    }
    this.take(bytes)
  }

  private take(piece: Buffer): void {
    try {
      if (this.dump === null) {
        this.reader.push(piece)
        this.readCommands()
        return
      }
      this.dump.push(piece)
      if (this.dump.finished) this.endDump(this.dump)
    } catch (error) {
      this.found(error)
    }
  }

  private endDump(dump: RdbParser): void {
    this.reader = new AofReader(dump.offset)
    this.soundTo = dump.offset
    this.dump = null
    if (dump.rest.length > 0) this.reader.push(Buffer.from(dump.rest))
    this.readCommands()
  }

  private readCommands(): void {
    const { reader } = this
    for (let from = reader.offset, argv = reader.next(); argv !== null; from = reader.offset, argv = reader.next()) {
      const name = argv[0].length <= 5 ? argv[0].toUpperCase() : ''
      if (name === 'MULTI' && this.inTransaction) throw new AofFormatError('MULTI within a transaction', from)
      if (name === 'EXEC' && !this.inTransaction) throw new AofFormatError('EXEC without MULTI', from)
      this.inTransaction = name === 'MULTI' || (this.inTransaction && name !== 'EXEC')
      this.commands++
      if (!this.inTransaction) this.soundTo = reader.offset
    }
    if (!this.inTransaction) this.soundTo = reader.offset
  }

  private found(error: unknown): void {
    if (error instanceof AofFormatError) {
      this.problem = { kind: 'damaged', reason: error.message, offset: error.offset }
    } else if (error instanceof RdbFormatError) {
      this.problem = { kind: 'dump', reason: `the dump in it is not sound: ${error.message}`, offset: error.offset }
    } else throw error
  }

  end(size: number): AofFileReport {
    try {
      if (this.head !== null) this.begin()
      if (this.problem === null && this.dump !== null) this.dump.end()
    } catch (error) {
      this.found(error)
    }
    if (this.problem === null && this.soundTo < size) {
      const middle = this.reader.hasPartial ? 'a command' : 'a transaction'
      this.problem = { kind: 'cut off', reason: `it ends in the middle of ${middle}`, offset: size }
    }
    const { soundTo, commands, dumpKeys, problem } = this
    return { size, soundTo, commands, dumpKeys, problem }
  }
}
