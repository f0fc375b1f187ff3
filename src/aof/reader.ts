/**
 * Reads commands out of an append-only file: arrays of bulks, and nothing else but annotations (`#` to the end of the
 * line). Bytes may arrive cut anywhere. Unlike input from clients nothing is forgiven: a file that is not exactly what
 * a server writes has been damaged.
 */
import { constants } from 'node:buffer'

export class AofFormatError extends Error {
  override readonly name = 'AofFormatError'
  /** Where in the file the damage shows, in bytes. */
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(reason)
    this.offset = offset
  }
}

const LF = 10
const CR = 13
const HASH = 35
const DOLLAR = 36
const STAR = 42
const LONGEST_HEAD = 32
const LONGEST_ANNOTATION = 1024
const LARGEST_COUNT = 2 ** 31 - 1

export class AofReader {
  private buffer: Buffer = Buffer.alloc(0)
  /** `buffer` is not the caller's. */
  private owned = false
  private at = 0
  private end = 0
  /** Offset in the file of the first byte of `buffer`. */
  private origin: number
  private argv: string[] = []
  /** Arguments that the unfinished command will have; 0 between commands. */
  private count = 0
  /** Length of the argument whose head has been read, or -1. */
  private bulk = -1
  private completeTo: number

  /** `offset`: where in the file the first byte lies. */
  constructor(offset = 0) {
    this.origin = offset
    this.completeTo = offset
  }

  /** Offset behind the last whole command or annotation. */
  get offset(): number {
    return this.completeTo
  }

  /** Is there the beginning of a command behind it? */
  get hasPartial(): boolean {
    return this.origin + this.end > this.completeTo
  }

  /** Takes bytes, which must stay as they are. */
  push(bytes: Buffer): void {
    const left = this.end - this.at
    if (this.owned && left > 0 && this.end + bytes.length <= this.buffer.length) {
      bytes.copy(this.buffer, this.end)
      this.end += bytes.length
      return
    }
    this.origin += this.at
    if (left === 0) {
      this.buffer = bytes
      this.owned = false
    } else {
      // Doubling keeps the work for a long argument linear.
      const joined = Buffer.allocUnsafe(Math.max(left + bytes.length, left * 2))
      this.buffer.copy(joined, 0, this.at, this.end)
      bytes.copy(joined, left)
      this.buffer = joined
      this.owned = true
    }
    this.at = 0
    this.end = left + bytes.length
  }

  /** The next command, or null when more bytes are needed. Throws AofFormatError. */
  next(): string[] | null {
    for (;;) {
      if (this.count === 0) {
        if (this.at === this.end) return null
        const first = this.buffer[this.at]
        if (first === HASH) {
          if (this.line(LONGEST_ANNOTATION) === null) return null
          this.completeTo = this.origin + this.at
          continue
        }
        const count = this.head(STAR, 'a command')
        if (count < 0) return null
        if (count === 0 || count > LARGEST_COUNT) this.fail('a command with an impossible number of arguments')
        this.count = count
        this.argv = []
      }
      if (!this.readArguments()) return null
      this.count = 0
      this.completeTo = this.origin + this.at
      return this.argv
    }
  }

  private readArguments(): boolean {
    while (this.argv.length < this.count) {
      if (this.bulk < 0) {
        if (this.at === this.end) return false
        const length = this.head(DOLLAR, 'an argument')
        if (length < 0) return false
        if (length > constants.MAX_STRING_LENGTH) this.fail(`an argument of ${length} bytes is too long`)
        this.bulk = length
      }
      const to = this.at + this.bulk
      if (to + 2 > this.end) return false
      if (this.buffer[to] !== CR || this.buffer[to + 1] !== LF) this.fail('an argument does not end where it should')
      this.argv.push(this.buffer.latin1Slice(this.at, to))
      this.at = to + 2
      this.bulk = -1
    }
    return true
  }

  /** The number of a line such as `*3`, or -1 when the line is not complete. */
  private head(mark: number, what: string): number {
    if (this.buffer[this.at] !== mark) this.fail(`${what} does not begin where it should`)
    const from = this.at
    const text = this.line(LONGEST_HEAD)
    if (text === null) return -1
    if (!/^.\d{1,15}\r$/.test(text)) {
      this.at = from
      this.fail(`${what} begins with a malformed line`)
    }
    return Number(text.slice(1, -1))
  }

  /** A line without its line feed, or null when it is not complete. */
  private line(longest: number): string | null {
    const lf = this.buffer.indexOf(LF, this.at)
    const ends = lf >= 0 && lf < this.end
    if ((ends ? lf : this.end) - this.at > longest) this.fail('a line is too long')
    if (!ends) return null
    const text = this.buffer.latin1Slice(this.at, lf)
    this.at = lf + 1
    return text
  }

  private fail(reason: string): never {
    throw new AofFormatError(reason, this.origin + this.at)
  }
}
