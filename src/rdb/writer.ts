/**
 * Writes dumps: RDB version 10, which Redis 7.0 writes and everything since reads; where fields of hashes have
 * deadlines version 12, that of Redis 7.4.
 */
import type { DatabaseSizes, SnapshotEntry } from '../store/snapshot.ts'
import type { Value } from '../types/value.ts'
import { Crc64 } from '../util/crc64.ts'
import { Encoder, encodeValue, typeNumber } from './encode.ts'
import { FIELD_EXPIRY_VERSION, Opcode, WRITTEN_VERSION } from './format.ts'

export interface RdbWriterOptions {
  /** Facts about the writer, such as `redis-ver`. */
  readonly aux: readonly (readonly [key: string, value: string])[]
  /** rdbcompression. */
  readonly compression: boolean
  /** rdbchecksum; without it the sum is written as zero, which readers take as "not computed". */
  readonly checksum: boolean
  /** False: a dump without keys (default true). */
  readonly keys?: boolean
  /** Function libraries, as source. */
  readonly functions?: readonly string[]
  /** What the access column of an entry means: nothing worth keeping, idle seconds, or an LFU counter. */
  readonly access?: { readonly kind: 'idle' | 'frequency'; readonly read: (access: number) => number } | null
}

const CHUNK_BYTES = 1 << 18

export class RdbWriter {
  private readonly sink: (chunk: Buffer) => void
  private readonly options: RdbWriterOptions
  private readonly encoder: Encoder
  private readonly crc = new Crc64()
  private db = -1
  private sizes: readonly DatabaseSizes[] = []

  /** `sink` gets the bytes in chunks it may keep. */
  constructor(sink: (chunk: Buffer) => void, options: RdbWriterOptions) {
    this.sink = sink
    this.options = options
    this.encoder = new Encoder(options.compression)
  }

  /** Writes the head. `sizes` tells how many keys each database has, so that a reader can prepare. */
  begin(sizes: readonly DatabaseSizes[]): void {
    const { encoder } = this
    this.sizes = sizes
    const newer = this.options.keys !== false && sizes.some((size) => size.fieldExpires > 0)
    const version = newer ? FIELD_EXPIRY_VERSION : WRITTEN_VERSION
    encoder.latin1(`REDIS${String(version).padStart(4, '0')}`)
    for (const [key, value] of this.options.aux) {
      encoder.byte(Opcode.aux)
      encoder.string(key)
      encoder.string(value)
    }
    for (const code of this.options.functions ?? []) {
      encoder.byte(Opcode.function2)
      encoder.string(code)
    }
  }

  entry(entry: SnapshotEntry): void {
    if (this.options.keys === false) return
    const { encoder } = this
    if (entry.db !== this.db) this.select(entry.db)
    if (entry.expireAt >= 0) {
      encoder.byte(Opcode.expireMs)
      encoder.int64(entry.expireAt)
    }
    const { access } = this.options
    if (access != null) {
      encoder.byte(access.kind === 'idle' ? Opcode.idle : Opcode.freq)
      if (access.kind === 'idle') encoder.size(access.read(entry.access))
      else encoder.byte(access.read(entry.access))
    }
    encoder.byte(typeNumber(entry.value))
    encoder.string(entry.key)
    encodeValue(encoder, entry.value)
    if (encoder.length >= CHUNK_BYTES) this.emit()
  }

  private select(db: number): void {
    const { encoder } = this
    this.db = db
    encoder.byte(Opcode.selectDb)
    encoder.size(db)
    const size = this.sizes.find((s) => s.db === db)
    if (size === undefined) return
    encoder.byte(Opcode.resizeDb)
    encoder.size(size.keys)
    encoder.size(size.expires)
    this.sizes = this.sizes.filter((s) => s !== size)
  }

  private emit(): void {
    const chunk = this.encoder.take()
    if (this.options.checksum) this.crc.update(chunk)
    this.sink(chunk)
  }

  /** Writes the end. */
  end(): void {
    this.encoder.byte(Opcode.end)
    this.emit()
    const sum = Buffer.alloc(8)
    if (this.options.checksum) this.crc.writeTo(sum, 0)
    this.sink(sum)
  }
}

/** The payload of DUMP: the value, the version and a checksum. */
export function dumpPayload(value: Value): string {
  const encoder = new Encoder(true, 256)
  encoder.byte(typeNumber(value))
  encodeValue(encoder, value)
  const newer = typeof value === 'object' && value.kind === 'hash' && value.expiringFields > 0
  encoder.byte(newer ? FIELD_EXPIRY_VERSION : WRITTEN_VERSION)
  encoder.byte(0)
  const body = encoder.take()
  const crc = new Crc64()
  crc.update(body)
  const sum = Buffer.alloc(8)
  crc.writeTo(sum, 0)
  return body.latin1Slice(0, body.length) + sum.latin1Slice(0, 8)
}
