/** A string value that is changed in place: APPEND, SETRANGE, SETBIT and BITFIELD stay O(change). */
const MIN_CAPACITY = 32
/** Up to here capacity doubles; beyond, it grows by this much. */
const DOUBLING_LIMIT = 1024 * 1024

export class Bytes {
  readonly kind = 'string' as const
  private data: Buffer
  private used: number
  private text: string | null

  private constructor(data: Buffer, used: number, text: string | null) {
    this.data = data
    this.used = used
    this.text = text
  }

  static from(text: string): Bytes {
    const data = Buffer.allocUnsafe(Math.max(MIN_CAPACITY, text.length))
    data.latin1Write(text, 0)
    return new Bytes(data, text.length, text)
  }

  /** A value made of these bytes, which are its own from now on. */
  static owning(data: Buffer): Bytes {
    return new Bytes(data, data.length, null)
  }

  get length(): number {
    return this.used
  }

  /** The byte at an offset; 0 beyond the end. */
  byteAt(offset: number): number {
    return offset < this.used ? this.data[offset] : 0
  }

  /** Changes the byte at an offset below the length. */
  setByte(offset: number, byte: number): void {
    this.data[offset] = byte
    this.text = null
  }

  /** The used part, for reading; valid until the next change. */
  buffer(): Buffer {
    return this.data.subarray(0, this.used)
  }

  /** The used part, for changing in place without changing the length. */
  bufferForWrite(): Buffer {
    this.text = null
    return this.data.subarray(0, this.used)
  }

  append(text: string): void {
    const end = this.used + text.length
    this.reserve(end)
    this.data.latin1Write(text, this.used)
    this.used = end
    this.text = null
  }

  /** Writes at an offset; the gap after the old end is zero bytes. */
  setRange(offset: number, text: string): void {
    this.extend(offset + text.length)
    this.data.latin1Write(text, offset)
    this.text = null
  }

  /** Makes the value at least this long, with zero bytes. */
  extend(length: number): void {
    if (length <= this.used) return
    if (length > this.data.length && length > DOUBLING_LIMIT) {
      // Fresh pages of the system are zero: a huge gap costs nothing until it is used.
      const grown = Buffer.alloc(length + DOUBLING_LIMIT)
      this.data.copy(grown, 0, 0, this.used)
      this.data = grown
    } else {
      this.reserve(length)
      this.data.fill(0, this.used, length)
    }
    this.used = length
    this.text = null
  }

  /** Puts the first `count` of some bytes in the place of those from `from` up to `to`. */
  splice(from: number, to: number, bytes: Uint8Array, count: number): void {
    const length = this.used - (to - from) + count
    this.reserve(length)
    if (to - from !== count) this.data.copyWithin(from + count, to, this.used)
    for (let i = 0; i < count; i++) this.data[from + i] = bytes[i]
    this.used = length
    this.text = null
  }

  /** Cuts the value off at a length. */
  truncate(length: number): void {
    if (length >= this.used) return
    this.used = length
    this.text = null
  }

  /** Replaces the whole value by these bytes, which are its own from now on. */
  become(data: Buffer): void {
    this.data = data
    this.used = data.length
    this.text = null
  }

  slice(from: number, to: number): string {
    return this.data.latin1Slice(Math.min(from, this.used), Math.min(to, this.used))
  }

  toString(): string {
    const text = this.text ?? this.data.latin1Slice(0, this.used)
    this.text = text
    return text
  }

  copy(): Bytes {
    return new Bytes(Buffer.from(this.buffer()), this.used, this.text)
  }

  private reserve(length: number): void {
    if (length <= this.data.length) return
    const capacity = length < DOUBLING_LIMIT ? Math.max(MIN_CAPACITY, length * 2) : length + DOUBLING_LIMIT
    const grown = Buffer.allocUnsafe(capacity)
    this.data.copy(grown, 0, 0, this.used)
    this.data = grown
  }
}
