/**
 * `keyper/rdb-parser`: reads Redis dump files, as a stream of bytes into a stream of entries.
 *
 * Memory is bounded by the largest single entry and the chunk it came in. Every length is checked against what is
 * there before anything is allocated; what is not sound throws `RdbFormatError` with the offset and the reason.
 */
import { createReadStream } from 'node:fs'
import { Crc64 } from '../util/crc64.ts'
import { decodeValue, moduleName, skipModuleFields } from './decode.ts'
import type { RdbEntry, RdbValue } from './entry.ts'
import { NEWEST_VERSION, Opcode, RdbFormatError } from './format.ts'
import { NeedMore, Reader } from './reader.ts'

export type { ConsumerEntry, GroupEntry, PendingEntry, RdbEntry, RdbValue, StreamEntry } from './entry.ts'
export { RdbFormatError } from './format.ts'

/** What is called as the dump is read. Everything but `entry` may be left out. */
export interface RdbVisitor {
  /** The version in the file's head. */
  header?(version: number): void
  /** A fact about the server that wrote it, such as `redis-ver`. */
  aux?(key: string, value: string): void
  /** How many keys the current database has, and how many of them expire. */
  sizes?(db: number, keys: number, expires: number): void
  /** The source of a function library, shebang line included; of pre-release servers too, which kept it apart. */
  functionLibrary?(code: string): void
  /** Data a module stored beside the keys; it is passed over. */
  moduleAux?(module: string): void
  entry(entry: RdbEntry): void
}

export interface RdbParserOptions {
  /** Compare the checksum at the end (default true). */
  readonly checksum?: boolean
}

const MAGIC_BYTES = 9

export class RdbParser {
  private readonly reader = new Reader()
  private readonly visitor: RdbVisitor
  private readonly verify: boolean
  private readonly crc = new Crc64()
  private version = 0
  private db = 0
  private state: 'head' | 'body' | 'checksum' | 'done' = 'head'
  /** Do not try again before this many bytes have gathered: retrying a large entry must not cost its square. */
  private waitFor = 0
  /** Chunks that wait for more to come. */
  private readonly held: Buffer[] = []
  private heldBytes = 0
  private expireAtMs: number | null = null
  private idleSeconds: number | null = null
  private frequency: number | null = null

  constructor(visitor: RdbVisitor, options: RdbParserOptions = {}) {
    this.visitor = visitor
    this.verify = options.checksum ?? true
  }

  /** True once the end of the dump has been read. */
  get finished(): boolean {
    return this.state === 'done'
  }

  /** Bytes of the dump read so far. */
  get offset(): number {
    return this.reader.offset
  }

  /**
   * Reads a chunk, which may be reused afterwards. Throws RdbFormatError; the parser is then of no more use. What lies
   * behind the end of the dump is kept as `rest`; once `finished`, no more should be pushed.
   */
  push(chunk: Buffer): void {
    const { reader } = this
    if (this.finished) {
      this.gather(Buffer.from(chunk))
      return
    }
    const left = reader.end - reader.at
    if (left + this.heldBytes + chunk.length < this.waitFor) {
      this.held.push(Buffer.from(chunk))
      this.heldBytes += chunk.length
      return
    }
    this.gather(chunk)
    this.run()
    if (reader.buffer === chunk) this.moveTo(Buffer.from(chunk.subarray(reader.at)))
  }

  /** Bytes pushed that lie behind the end of the dump. They may reach back over several chunks. */
  get rest(): Buffer {
    const { reader } = this
    return this.finished ? reader.buffer.subarray(reader.at, reader.end) : Buffer.alloc(0)
  }

  /** Makes one buffer of what is left, what was held, and a new chunk. */
  private gather(chunk: Buffer): void {
    const { reader } = this
    const rest = reader.buffer.subarray(reader.at, reader.end)
    const joined = rest.length + this.heldBytes === 0 ? chunk : Buffer.concat([rest, ...this.held, chunk])
    this.held.length = 0
    this.heldBytes = 0
    this.moveTo(joined)
  }

  private moveTo(buffer: Buffer): void {
    const { reader } = this
    reader.base += reader.at
    reader.buffer = buffer
    reader.at = 0
    reader.end = buffer.length
  }

  /** Says that no more bytes will come. Throws when the dump is not complete. */
  end(): void {
    if (this.finished) return
    this.gather(Buffer.alloc(0))
    this.reader.final = true
    this.run()
    if (!this.finished) this.reader.fail('unexpected end: the file is truncated')
  }

  private run(): void {
    const { reader } = this
    let from = reader.at
    try {
      while (!this.finished) {
        from = reader.at
        this.step()
        if (this.verify && !this.finished) this.crc.update(reader.buffer, from, reader.at)
      }
    } catch (error) {
      if (!(error instanceof NeedMore)) throw error
      const have = reader.end - from
      reader.at = from
      this.waitFor = Math.max(have + error.needed, have + (have >> 1))
    }
  }

  private step(): void {
    if (this.state === 'head') this.readHead()
    else if (this.state === 'checksum') this.readChecksum()
    else this.readItem()
  }

  private readHead(): void {
    const { reader } = this
    const head = reader.raw(MAGIC_BYTES).toString('latin1')
    if (!/^REDIS\d{4}$/.test(head)) throw new RdbFormatError('not a Redis dump: it does not begin with REDIS', 0)
    this.version = Number(head.slice(5))
    if (this.version < 1 || this.version > NEWEST_VERSION) {
      throw new RdbFormatError(`RDB version ${this.version} is not known`, 5)
    }
    this.visitor.header?.(this.version)
    this.state = 'body'
  }

  private readItem(): void {
    const { reader, visitor } = this
    const code = reader.byte()
    switch (code) {
      case Opcode.end:
        this.state = this.version >= 5 ? 'checksum' : 'done'
        return
      case Opcode.selectDb: {
        const db = reader.length()
        if (db > 0x7fffffff) reader.fail(`impossible database number ${db}`)
        this.db = db
        return
      }
      case Opcode.resizeDb: {
        const keys = reader.length()
        const expires = reader.length()
        visitor.sizes?.(this.db, keys, expires)
        return
      }
      case Opcode.aux: {
        const key = reader.string()
        const value = reader.string()
        visitor.aux?.(key, value)
        return
      }
      case Opcode.expireSeconds:
        this.expireAtMs = reader.int32() * 1000
        return
      case Opcode.expireMs:
        this.expireAtMs = reader.int64()
        return
      case Opcode.idle:
        this.idleSeconds = reader.length()
        return
      case Opcode.freq:
        this.frequency = reader.byte()
        return
      case Opcode.function2: {
        const code = reader.string()
        visitor.functionLibrary?.(code)
        return
      }
      case Opcode.functionPreGa:
        return this.readPreReleaseFunction()
      case Opcode.moduleAux: {
        const name = moduleName(reader.bigLength())
        reader.length()
        reader.length()
        skipModuleFields(reader)
        visitor.moduleAux?.(name)
        return
      }
      case Opcode.slotInfo:
        reader.length()
        reader.length()
        reader.length()
        return
      default:
        this.readEntry(code)
    }
  }

  private readPreReleaseFunction(): void {
    const { reader } = this
    const name = reader.string()
    const engine = reader.string()
    if (reader.length() !== 0) reader.string()
    const code = reader.string()
    this.visitor.functionLibrary?.(`#!${engine} name=${name}\n${code}`)
  }

  private readEntry(type: number): void {
    const { reader, db, expireAtMs, idleSeconds, frequency } = this
    const key = reader.string()
    const value = decodeValue(reader, type)
    this.expireAtMs = this.idleSeconds = this.frequency = null
    this.visitor.entry({ db, key, expireAtMs, idleSeconds, frequency, value })
  }

  private readChecksum(): void {
    const { reader } = this
    reader.need(8)
    const stated = reader.buffer.readBigUInt64LE(reader.at)
    // Zero means that the writer did not compute one.
    if (this.verify && stated !== 0n) {
      const computed = this.crc.digest()
      if (stated !== computed) {
        reader.fail(`wrong checksum: the file says ${stated.toString(16)}, its content gives ${computed.toString(16)}`)
      }
    }
    reader.at += 8
    this.state = 'done'
  }
}

/**
 * Reads the entries of a dump out of chunks of bytes. Throws RdbFormatError, after the entries before what is wrong.
 */
export async function* parseRdb(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options?: RdbParserOptions,
): AsyncGenerator<RdbEntry> {
  let ready: RdbEntry[] = []
  const parser = new RdbParser({ entry: (entry) => ready.push(entry) }, options)
  /** What `read` yields and what it throws, the entries first. */
  const attempt = function* (read: () => void): Generator<RdbEntry> {
    let failure: unknown = null
    try {
      read()
    } catch (error) {
      failure = error
    }
    const entries = ready
    ready = []
    yield* entries
    if (failure !== null) throw failure
  }
  for await (const chunk of source) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    yield* attempt(() => parser.push(bytes))
    if (parser.finished) return
  }
  yield* attempt(() => parser.end())
}

/** Reads the entries of a dump file. */
export function parseRdbFile(path: string, options?: RdbParserOptions): AsyncGenerator<RdbEntry> {
  return parseRdb(createReadStream(path, { highWaterMark: 1 << 20 }), options)
}

export const FOOTER_BYTES = 10

/** The version and checksum at the end of a DUMP payload: are they fine? */
export function checkDumpFooter(payload: Buffer): boolean {
  if (payload.length < FOOTER_BYTES) return false
  const end = payload.length - FOOTER_BYTES
  if (payload.readUInt16LE(end) > NEWEST_VERSION) return false
  const crc = new Crc64()
  crc.update(payload, 0, end + 2)
  return payload.readBigUInt64LE(end + 2) === crc.digest()
}

/** The value in a DUMP payload whose footer was checked. Throws RdbFormatError. */
export function parseDumpPayload(payload: Buffer): RdbValue {
  const reader = new Reader()
  reader.buffer = payload
  reader.end = payload.length - FOOTER_BYTES
  reader.final = true
  const type = reader.byte()
  const value = decodeValue(reader, type)
  if (reader.at !== reader.end) reader.fail('bytes are left over behind the value')
  return value
}
