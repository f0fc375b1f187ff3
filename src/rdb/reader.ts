/** A cursor over the bytes of a dump that have arrived so far. */
import { lzfDecompress } from '../util/lzf.ts'
import { Encoding, RdbFormatError } from './format.ts'

/** Thrown when what is asked for has not arrived yet; `needed` more bytes at least would help. */
export class NeedMore {
  readonly needed: number

  constructor(needed: number) {
    this.needed = needed
  }
}

/** Most elements a dump may announce: no Redis collection is larger. */
const MAX_COUNT = 2 ** 32
/** Longest string that can be held here: the engine's limit, just over the 512 MB Redis allows by default. */
const MAX_STRING = 0x1fffffe8

export class Reader {
  buffer: Buffer = Buffer.alloc(0)
  at = 0
  end = 0
  /** Offset in the file of the buffer's first byte. */
  base = 0
  /** True once no more bytes will come: running short is then an error. */
  final = false

  get offset(): number {
    return this.base + this.at
  }

  fail(reason: string, offset = this.offset): never {
    throw new RdbFormatError(reason, offset)
  }

  need(bytes: number): void {
    if (bytes <= this.end - this.at) return
    if (this.final) this.fail('unexpected end: the file is truncated')
    throw new NeedMore(bytes - (this.end - this.at))
  }

  /** As `need`, for a string: one that cannot be held is refused before its bytes are waited for. */
  private needString(bytes: number): void {
    if (bytes > MAX_STRING) this.fail(`a string of ${bytes} bytes is longer than can be held`)
    this.need(bytes)
  }

  byte(): number {
    this.need(1)
    return this.buffer[this.at++]
  }

  /** Bytes as they stand: valid until more are pushed. */
  raw(length: number): Buffer {
    this.need(length)
    const bytes = this.buffer.subarray(this.at, this.at + length)
    this.at += length
    return bytes
  }

  int32(): number {
    this.need(4)
    const n = this.buffer.readInt32LE(this.at)
    this.at += 4
    return n
  }

  /** A signed 64-bit number: a time in ms. No clock goes beyond the safe integers; what does becomes their end. */
  int64(): number {
    this.need(8)
    const n = Number(this.buffer.readBigInt64LE(this.at))
    this.at += 8
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(n, Number.MAX_SAFE_INTEGER))
  }

  double(): number {
    this.need(8)
    const d = this.buffer.readDoubleLE(this.at)
    this.at += 8
    return d
  }

  /** A length, or -1 - encoding for a specially encoded string. */
  lengthOrEncoding(): number {
    const head = this.byte()
    switch (head >> 6) {
      case 0:
        return head & 0x3f
      case 1:
        return ((head & 0x3f) << 8) | this.byte()
      case 2: {
        if (head === 0x80) {
          this.need(4)
          const n = this.buffer.readUInt32BE(this.at)
          this.at += 4
          return n
        }
        if (head !== 0x81) this.fail(`bad length byte 0x${head.toString(16)}`, this.offset - 1)
        this.need(8)
        const n = this.buffer.readBigUInt64BE(this.at)
        this.at += 8
        return Number(n)
      }
      default:
        return -1 - (head & 0x3f)
    }
  }

  length(): number {
    const n = this.lengthOrEncoding()
    if (n < 0) this.fail('a length was expected', this.offset - 1)
    return n
  }

  /** A length that only counts something. No honest count goes beyond the safe integers; what does becomes their end. */
  counter(): number {
    return Math.min(this.length(), Number.MAX_SAFE_INTEGER)
  }

  /** The number of elements of a collection: each takes at least `leastBytes`. */
  count(leastBytes: number): number {
    const from = this.offset
    const n = this.length()
    if (n > MAX_COUNT) this.fail(`impossible number of elements ${n}`, from)
    // Where the end is known, a lie shows at once; elsewhere memory grows only with what really comes.
    if (this.final && n * leastBytes > this.end - this.at) this.fail(`${n} elements announced, but the file ends`, from)
    return n
  }

  /** A 64-bit unsigned number as stream ids and counters are written. */
  bigLength(): bigint {
    const head = this.byte()
    if (head >> 6 === 0) return BigInt(head & 0x3f)
    if (head >> 6 === 1) return BigInt(((head & 0x3f) << 8) | this.byte())
    if (head === 0x80) {
      this.need(4)
      this.at += 4
      return BigInt(this.buffer.readUInt32BE(this.at - 4))
    }
    if (head === 0x81) {
      this.need(8)
      this.at += 8
      return this.buffer.readBigUInt64BE(this.at - 8)
    }
    return this.fail('a length was expected', this.offset - 1)
  }

  string(): string {
    const n = this.lengthOrEncoding()
    if (n < 0) return this.encoded(-1 - n)
    this.needString(n)
    const text = this.buffer.latin1Slice(this.at, this.at + n)
    this.at += n
    return text
  }

  private encoded(encoding: number): string {
    switch (encoding) {
      case Encoding.int8:
        this.need(1)
        return String(this.buffer.readInt8(this.at++))
      case Encoding.int16:
        this.need(2)
        this.at += 2
        return String(this.buffer.readInt16LE(this.at - 2))
      case Encoding.int32:
        return String(this.int32())
      case Encoding.lzf: {
        const bytes = this.lzf()
        return bytes.latin1Slice(0, bytes.length)
      }
      default:
        return this.fail(`unknown string encoding ${encoding}`, this.offset - 1)
    }
  }

  private lzf(): Buffer {
    const from = this.offset
    const compressed = this.length()
    const length = this.length()
    // LZF makes at most 264 bytes of 3: more is a lie, seen before anything is allocated.
    if (length > compressed * 88 || length > MAX_STRING) this.fail('LZF string announces an impossible length', from)
    this.needString(compressed)
    const bytes = lzfDecompress(this.buffer, this.at, this.at + compressed, length)
    if (bytes === null) this.fail('corrupt LZF string', from)
    this.at += compressed
    return bytes
  }

  /** A string as bytes of its own. */
  blob(): Buffer {
    const n = this.lengthOrEncoding()
    if (n >= 0) {
      this.needString(n)
      return Buffer.from(this.raw(n))
    }
    if (n === -1 - Encoding.lzf) return this.lzf()
    return Buffer.from(this.encoded(-1 - n), 'latin1')
  }
}
