/** The last bytes of the replication stream, in a ring, for replicas that were away for a moment. */
export class Backlog {
  private ring: Buffer
  /** Where the next byte goes. */
  private at = 0
  private held = 0
  /** Offset of the next byte to be written, counted from 1. */
  private nextOffset: number

  constructor(size: number, nextOffset: number) {
    this.ring = Buffer.allocUnsafe(size)
    this.nextOffset = nextOffset
  }

  get size(): number {
    return this.ring.length
  }

  /** Bytes that can be had. */
  get length(): number {
    return this.held
  }

  /** Offset of the first byte that can be had. */
  get firstOffset(): number {
    return this.nextOffset - this.held
  }

  write(bytes: string): void {
    const { ring } = this
    this.nextOffset += bytes.length
    const from = Math.max(0, bytes.length - ring.length)
    const length = bytes.length - from
    const text = from === 0 ? bytes : bytes.slice(from)
    const first = Math.min(length, ring.length - this.at)
    ring.latin1Write(text, this.at, first)
    if (first < length) ring.latin1Write(text.slice(first), 0, length - first)
    this.at = (this.at + length) % ring.length
    this.held = Math.min(ring.length, this.held + bytes.length)
  }

  /** Is everything from an offset on still here? */
  reachesBackTo(offset: number): boolean {
    return offset >= this.firstOffset && offset <= this.nextOffset
  }

  /** The bytes from an offset on, which must be here. */
  from(offset: number): string {
    const length = this.nextOffset - offset
    const { ring } = this
    const begin = (this.at - length + ring.length) % ring.length
    if (length === 0) return ''
    if (begin + length <= ring.length) return ring.latin1Slice(begin, begin + length)
    return ring.latin1Slice(begin, ring.length) + ring.latin1Slice(0, begin + length - ring.length)
  }

  /** Changes the size; the newest bytes are kept. */
  resize(size: number): void {
    const kept = this.from(this.nextOffset - Math.min(size, this.held))
    this.nextOffset -= kept.length
    this.ring = Buffer.allocUnsafe(size)
    this.at = 0
    this.held = 0
    this.write(kept)
  }
}
