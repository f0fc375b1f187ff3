/** Encodes values as dumps hold them. */
import type { Hash } from '../types/hash.ts'
import type { Stream } from '../types/stream.ts'
import { idMs, idSequence, MAX_ID, MIN_ID, type StreamId } from '../types/stream-id.ts'
import type { Value } from '../types/value.ts'
import { ListpackWriter } from '../util/listpack.ts'
import { lzfCompress } from '../util/lzf.ts'
import { INT64_MAX, isCanonicalInteger } from '../util/numbers.ts'
import { Encoding, RdbType } from './format.ts'

/** Shorter strings are not worth compressing, as in Redis. */
const LEAST_TO_COMPRESS = 21

const TWO_63 = 2 ** 63

/** Grows; hands out what was written and begins anew. */
export class Encoder {
  private buffer: Buffer
  private at = 0
  private readonly compress: boolean

  constructor(compress: boolean, capacity = 1 << 16) {
    this.buffer = Buffer.allocUnsafe(capacity)
    this.compress = compress
  }

  get length(): number {
    return this.at
  }

  private reserve(more: number): void {
    if (this.at + more <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.at + more, this.buffer.length * 2))
    this.buffer.copy(grown, 0, 0, this.at)
    this.buffer = grown
  }

  /** What was written since the last call; the caller owns it. */
  take(): Buffer {
    const bytes = Buffer.from(this.buffer.subarray(0, this.at))
    this.at = 0
    // One huge value must not keep its memory.
    if (this.buffer.length > 1 << 22) this.buffer = Buffer.allocUnsafe(1 << 16)
    return bytes
  }

  byte(n: number): void {
    this.reserve(1)
    this.buffer[this.at++] = n
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  latin1(text: string): void {
    this.reserve(text.length)
    this.buffer.latin1Write(text, this.at)
    this.at += text.length
  }

  length64(n: bigint): void {
    if (n < 0x100000000n) return this.size(Number(n))
    this.reserve(9)
    this.buffer[this.at] = 0x81
    this.buffer.writeBigUInt64BE(n, this.at + 1)
    this.at += 9
  }

  /** A length. */
  size(n: number): void {
    this.reserve(9)
    if (n < 64) this.buffer[this.at++] = n
    else if (n < 16384) {
      this.buffer[this.at++] = 0x40 | (n >> 8)
      this.buffer[this.at++] = n & 255
    } else if (n < 0x100000000) {
      this.buffer[this.at++] = 0x80
      this.buffer.writeUInt32BE(n, this.at)
      this.at += 4
    } else {
      this.buffer[this.at++] = 0x81
      this.buffer.writeBigUInt64BE(BigInt(n), this.at)
      this.at += 8
    }
  }

  int64(n: number): void {
    this.reserve(8)
    // The largest ones round up to 2^63 as doubles.
    this.buffer.writeBigInt64LE(n < TWO_63 ? BigInt(Math.trunc(n)) : INT64_MAX, this.at)
    this.at += 8
  }

  double(d: number): void {
    this.reserve(8)
    this.buffer.writeDoubleLE(d, this.at)
    this.at += 8
  }

  /** A string: as an integer, compressed, or as it is. */
  string(text: string): void {
    const { length } = text
    if (length <= 11 && isCanonicalInteger(text) && this.integer(Number(text))) return
    if (this.compress && length >= LEAST_TO_COMPRESS && this.compressed(bytesOf(text))) return
    this.size(length)
    this.latin1(text)
  }

  /** A safe integer as a string. */
  number(n: number): void {
    if (this.integer(n)) return
    const text = String(n)
    this.size(text.length)
    this.latin1(text)
  }

  private integer(n: number): boolean {
    if (n < -2147483648 || n > 2147483647) return false
    this.reserve(5)
    if (n >= -128 && n <= 127) {
      this.buffer[this.at++] = 0xc0
      this.buffer.writeInt8(n, this.at++)
    } else if (n >= -32768 && n <= 32767) {
      this.buffer[this.at++] = 0xc1
      this.buffer.writeInt16LE(n, this.at)
      this.at += 2
    } else {
      this.buffer[this.at++] = 0xc2
      this.buffer.writeInt32LE(n, this.at)
      this.at += 4
    }
    return true
  }

  /** Bytes as a string, compressed if that pays. */
  blob(bytes: Buffer): void {
    if (this.compress && bytes.length >= LEAST_TO_COMPRESS && this.compressed(bytes)) return
    this.size(bytes.length)
    this.raw(bytes)
  }

  /** Writes the compressed form; false, having written nothing, when it would not be smaller. */
  private compressed(bytes: Buffer): boolean {
    const packed = lzfCompress(bytes)
    if (packed === null) return false
    this.byte(0xc0 | Encoding.lzf)
    this.size(packed.length)
    this.size(bytes.length)
    this.raw(packed)
    return true
  }
}

const scratch = Buffer.allocUnsafeSlow(1 << 16)

/** The bytes of a string, valid until the next call: most strings need no buffer of their own. */
function bytesOf(text: string): Buffer {
  const { length } = text
  if (length > scratch.length) return Buffer.from(text, 'latin1')
  scratch.latin1Write(text, 0)
  return scratch.subarray(0, length)
}

/**
 * The number of a value's type in a dump.
 *
 * Lists, sets, sorted sets and hashes are written in their plain forms, one element after the other, not as the packed
 * rows (listpacks, intsets) Redis itself writes for small ones. Every version reads the plain forms, and on loading
 * gives each value the encoding its own limits ask for, so a dump depends on nobody's limits and no reader has to
 * understand a row. They are also what is fastest to write: an element is copied once, its length known beforehand,
 * where a row would be built apart, sealed with its total length, and copied again. They cost a few bytes more.
 * A small hash with deadlines on its fields is written as a packed row, as Redis 7.4 does, which knows no plain form.
 * Streams have no plain form: version 2 of theirs is the one RDB 10 knows.
 */
export function typeNumber(value: Value): number {
  if (typeof value !== 'object') return RdbType.string
  switch (value.kind) {
    case 'string':
      return RdbType.string
    case 'list':
      return RdbType.list
    case 'set':
      return RdbType.set
    case 'zset':
      return RdbType.zset2
    case 'hash':
      if (value.expiringFields === 0) return RdbType.hash
      return value.encoding() === 'hashtable' ? RdbType.hashMetadata : RdbType.hashListpackEx
    case 'stream':
      return RdbType.streamListpacks2
  }
}

export function encodeValue(e: Encoder, value: Value): void {
  if (typeof value === 'number') return e.number(value)
  if (typeof value === 'string') return e.string(value)
  switch (value.kind) {
    case 'string':
      return e.blob(value.buffer())
    case 'list':
      e.size(value.length)
      return value.forEach((element) => e.string(element))
    case 'set':
      e.size(value.size)
      return value.forEach((member) => e.string(member))
    case 'zset':
      e.size(value.size)
      return value.forEach((member, score) => {
        e.string(member)
        e.double(score)
      })
    case 'hash':
      if (value.expiringFields > 0) return encodeExpiringHash(e, value)
      e.size(value.size)
      return value.forEach((field, text) => {
        e.string(field)
        e.string(text)
      })
    case 'stream':
      encodeStream(e, value)
  }
}

/** Redis 7.4: the least deadline, then the fields with theirs, in one of two forms. */
function encodeExpiringHash(e: Encoder, hash: Hash): void {
  const least = hash.nearestDeadline
  e.int64(least)
  if (hash.encoding() === 'hashtable') {
    e.size(hash.storedSize)
    hash.forEachStored((field, value, deadline) => {
      e.size(deadline === -1 ? 0 : deadline - least + 1)
      e.string(field)
      e.string(value)
    })
    return
  }
  // Readers take the row to be in order of deadlines, fields without one last.
  const rows: { field: string; value: string; order: number }[] = []
  hash.forEachStored((field, value, deadline) => {
    rows.push({ field, value, order: deadline === -1 ? Number.MAX_VALUE : deadline })
  })
  rows.sort((a, b) => a.order - b.order)
  const listpack = new ListpackWriter()
  for (const { field, value, order } of rows) {
    listpack.append(field)
    listpack.append(value)
    listpack.appendInteger(order === Number.MAX_VALUE ? 0 : order)
  }
  e.blob(listpack.finish())
}

function encodeId(e: Encoder, id: StreamId): void {
  e.length64(BigInt(idMs(id)))
  e.length64(BigInt(idSequence(id)))
}

function encodeStream(e: Encoder, stream: Stream): void {
  e.size(stream.nodeCount)
  stream.forEachNode((firstId, listpack) => {
    e.size(16)
    e.latin1(firstId)
    if (typeof listpack === 'string') e.string(listpack)
    else e.blob(listpack)
  })
  e.size(stream.length)
  encodeId(e, stream.lastId)
  encodeId(e, stream.firstId)
  encodeId(e, stream.maxDeletedId)
  e.size(stream.entriesAdded)
  const groups = [...(stream.groups?.values() ?? [])]
  e.size(groups.length)
  for (const group of groups) {
    e.string(group.name)
    encodeId(e, group.lastDeliveredId)
    e.length64(BigInt.asUintN(64, BigInt(group.entriesRead)))
    e.size(group.pel.size)
    group.pel.range(MIN_ID, MAX_ID, -1, (id, nack) => {
      e.latin1(id)
      e.int64(nack.deliveryTime)
      e.size(nack.deliveryCount)
    })
    e.size(group.consumers.size)
    for (const consumer of group.consumers.values()) {
      e.string(consumer.name)
      e.int64(consumer.seenTime)
      e.size(consumer.pel.size)
      consumer.pel.range(MIN_ID, MAX_ID, -1, (id) => e.latin1(id))
    }
  }
}
