/**
 * Reads requests (arrays of bulks, and inline commands) out of bytes that arrive cut anywhere.
 *
 * `feed` lends a chunk, `next` gives one request after the other, `keep` copies what is incomplete so that the chunk
 * may be reused. Nothing is scanned twice but an unfinished line; a big bulk is gathered in a buffer of its own that
 * grows with what has arrived, not with what was announced.
 *
 * Getting strings out of bytes is most of the cost. Measured per string: `latin1Slice` 52-55 ns whatever the length;
 * a substring of a chunk decoded once 10 ns. V8 copies substrings under 13 chars; longer ones would keep the whole
 * chunk alive, so those are sliced from the bytes.
 */
import { constants } from 'node:buffer'
import { splitArguments } from '../util/parse-quoted.ts'

export interface RequestLimits {
  /** proto-max-bulk-len. */
  maxBulkLength: number
}

const MAX_LINE = 64 * 1024
const MAX_COUNT = 1024 * 1024 * 1024
/** Before authentication nobody may make the server gather much. */
const UNAUTHENTICATED_COUNT = 10
const UNAUTHENTICATED_BULK = 16 * 1024
/** Bulks longer than this are gathered apart when they do not arrive whole. */
const BIG = 16 * 1024
/** Substrings under this length are copied by V8. */
const COPIED = 13

const CR = 13
const LF = 10
const STAR = 42
const DOLLAR = 36
const MINUS = 45

const EMPTY = Buffer.alloc(0)
const NOT_A_NUMBER = Number.NaN

export class RequestParser {
  /** What is wrong with the input, once `next` has returned null because of it. Nothing more is read. */
  error: string | null = null
  /** False until the client has logged in, where it must. */
  authenticated = true
  private readonly limits: RequestLimits
  private buffer: Buffer = EMPTY
  private at = 0
  private end = 0
  /** True while `buffer` is the caller's. */
  private lent = false
  /** The lent chunk as one string, decoded from `textFrom` when first needed; null when not. */
  private text: string | null = null
  private textFrom = 0
  /** Arguments of the unfinished request that are still to come. */
  private remaining = 0
  private argv: string[] = []
  /** Length of the bulk whose head has been read, or -1. */
  private bulkLength = -1
  /** What has arrived of a big bulk. */
  private big: Buffer | null = null
  private bigFilled = 0

  constructor(limits: RequestLimits) {
    this.limits = limits
  }

  /** Bytes held: those of unfinished requests, and of whole ones not yet asked for. */
  get buffered(): number {
    return this.end - this.at + this.bigFilled
  }

  /** Lends bytes from..to of a chunk until `keep` is called. */
  feed(chunk: Buffer, from: number, to: number): void {
    this.text = null
    if (this.at < this.end) {
      const left = this.end - this.at
      const needed = left + to - from
      if (this.lent || this.end + to - from > this.buffer.length) {
        // Doubling keeps the total work linear while a waiting client goes on sending.
        const joined = Buffer.allocUnsafe(Math.max(needed, 2 * left))
        this.buffer.copy(joined, 0, this.at, this.end)
        this.buffer = joined
        this.at = 0
        this.end = left
        this.lent = false
      }
      chunk.copy(this.buffer, this.end, from, to)
      this.end += to - from
    } else {
      this.buffer = chunk
      this.at = from
      this.end = to
      this.lent = true
    }
  }

  /** Copies what has not been consumed; the chunk may be reused after it. */
  keep(): void {
    this.text = null
    if (this.at >= this.end) {
      this.buffer = EMPTY
      this.at = 0
      this.end = 0
      this.lent = false
    } else if (this.lent) {
      this.buffer = Buffer.from(this.buffer.subarray(this.at, this.end))
      this.end -= this.at
      this.at = 0
      this.lent = false
    }
  }

  /** Takes back all bytes not consumed, for a connection that stops sending requests. */
  takeRest(): Buffer {
    const rest = Buffer.from(this.buffer.subarray(this.at, this.end))
    this.at = this.end
    return rest
  }

  /** The next whole request (never empty), or null when more bytes are needed or `error` is set. */
  next(): string[] | null {
    for (;;) {
      if (this.error !== null) return null
      if (this.remaining === 0) {
        if (this.at >= this.end) return null
        if (this.buffer[this.at] !== STAR) {
          const argv = this.inline()
          if (argv === null) return null
          if (argv.length > 0) return argv
          continue
        }
        if (!this.readCount()) return null
        if (this.remaining === 0) continue
      }
      if (!this.readBulks()) return null
      const { argv } = this
      this.argv = []
      return argv
    }
  }

  private fail(text: string): false {
    this.error = `Protocol error: ${text}`
    return false
  }

  /** Reads `*count` CR LF; false when incomplete or wrong. A count of zero or less leaves `remaining` at 0. */
  private readCount(): boolean {
    const count = this.readNumber('too big mbulk count string')
    if (count === null) return false
    if (count !== count || count > MAX_COUNT) return this.fail('invalid multibulk length')
    if (!this.authenticated && count > UNAUTHENTICATED_COUNT) return this.fail('unauthenticated multibulk length')
    this.remaining = count > 0 ? count : 0
    return true
  }

  /**
   * Reads the number between the byte at `at` and the end of its line, and moves past the line. Null when the line is
   * incomplete (or too long: `error` is set); NaN when it is no number.
   */
  private readNumber(tooLong: string): number | null {
    const { buffer, end } = this
    let i = this.at + 1
    let negative = false
    if (i < end && buffer[i] === MINUS) {
      negative = true
      i++
    }
    const digits = i
    let n = 0
    while (i < end) {
      const digit = buffer[i] - 48
      if (digit < 0 || digit > 9) break
      n = n * 10 + digit
      i++
    }
    if (i + 1 < end && buffer[i] === CR) {
      // As Redis, the byte after CR is taken to be LF.
      this.at = i + 2
      const leadingZero = buffer[digits] === 48 && i > digits + 1
      return i === digits || leadingZero || i - digits > 18 ? NOT_A_NUMBER : negative ? -n : n
    }
    return this.readOddLine(i, tooLong)
  }

  /** A line that is not just a number: wait for its end, or refuse it. */
  private readOddLine(from: number, tooLong: string): number | null {
    const cr = this.buffer.indexOf(CR, from)
    if (cr >= 0 && cr + 1 < this.end) {
      this.at = cr + 2
      return NOT_A_NUMBER
    }
    if ((cr < 0 || cr >= this.end) && this.end - this.at > MAX_LINE) this.fail(tooLong)
    return null
  }

  private readBulks(): boolean {
    while (this.remaining > 0) {
      if (this.bulkLength < 0 && !this.readBulkHead()) return false
      const { at, bulkLength } = this
      if (this.big !== null || this.end - at < bulkLength + 2) {
        if (!this.gather()) return false
        continue
      }
      this.argv.push(this.slice(at, at + bulkLength))
      this.at = at + bulkLength + 2
      this.bulkLength = -1
      this.remaining--
    }
    return true
  }

  private readBulkHead(): boolean {
    if (this.at >= this.end) return false
    const first = this.buffer[this.at]
    if (first !== DOLLAR) {
      // Like Redis, only once its line is complete.
      if (this.lineIncomplete('too big bulk count string')) return false
      return this.fail(`expected '$', got '${String.fromCharCode(first)}'`)
    }
    const length = this.readNumber('too big bulk count string')
    if (length === null) return false
    if (length !== length || length < 0 || length > this.limits.maxBulkLength || length > constants.MAX_STRING_LENGTH) {
      return this.fail('invalid bulk length')
    }
    if (!this.authenticated && length > UNAUTHENTICATED_BULK) return this.fail('unauthenticated bulk length')
    this.bulkLength = length
    return true
  }

  private lineIncomplete(tooLong: string): boolean {
    const cr = this.buffer.indexOf(CR, this.at)
    if (cr >= 0 && cr < this.end) return false
    if (this.end - this.at > MAX_LINE) this.fail(tooLong)
    return true
  }

  /** The bulk is not whole: a big one is gathered apart, a small one waits in the buffer. False until it is whole. */
  private gather(): boolean {
    const whole = this.bulkLength + 2
    if (this.big === null) {
      if (whole <= BIG) return false
      this.big = Buffer.allocUnsafe(Math.min(whole, Math.max(2 * BIG, 2 * (this.end - this.at))))
      this.bigFilled = 0
    }
    const take = Math.min(whole - this.bigFilled, this.end - this.at)
    if (this.bigFilled + take > this.big.length) {
      const grown = Buffer.allocUnsafe(Math.min(whole, Math.max(this.big.length * 2, this.bigFilled + take)))
      this.big.copy(grown, 0, 0, this.bigFilled)
      this.big = grown
    }
    this.buffer.copy(this.big, this.bigFilled, this.at, this.at + take)
    this.bigFilled += take
    this.at += take
    if (this.bigFilled < whole) return false
    this.argv.push(this.big.latin1Slice(0, this.bulkLength))
    this.big = null
    this.bigFilled = 0
    this.bulkLength = -1
    this.remaining--
    return true
  }

  private slice(from: number, to: number): string {
    if (to - from >= COPIED) return this.buffer.latin1Slice(from, to)
    if (this.text === null) {
      this.text = this.buffer.latin1Slice(this.at, this.end)
      this.textFrom = this.at
    }
    return this.text.substring(from - this.textFrom, to - this.textFrom)
  }

  /** An inline command: a line of words, quoted as in a shell. Null when incomplete or wrong; empty for a bare line. */
  private inline(): string[] | null {
    const lf = this.buffer.indexOf(LF, this.at)
    if (lf < 0 || lf >= this.end) {
      if (this.end - this.at > MAX_LINE) this.fail('too big inline request')
      return null
    }
    const to = lf > this.at && this.buffer[lf - 1] === CR ? lf - 1 : lf
    const argv = splitArguments(this.buffer.latin1Slice(this.at, to))
    this.at = lf + 1
    if (argv === null) {
      this.fail('unbalanced quotes in request')
      return null
    }
    return argv
  }
}
