/** Cuts the dump out of what a master sends: `$<length>` and the bytes, or `$EOF:<mark>`, the bytes, and the mark. */

export interface DumpTarget {
  write(bytes: Buffer): void
}

export type Received =
  /** More is needed. */
  | 'more'
  /** The dump is complete. */
  | 'complete'

const MARK_BYTES = 40
const LONGEST_LINE = 1024

/** The master's words make no sense, or it gave up; the message says which. */
export class TransferError extends Error {
  override readonly name = 'TransferError'
}

export class DumpReceiver {
  private readonly open: (length: number | null) => DumpTarget
  private target: DumpTarget | null = null
  private line = ''
  /** Bytes of the dump, or -1 when a mark ends it. */
  length = -1
  received = 0
  private mark: Buffer | null = null
  /** The latest bytes of a dump with a mark: they may be the mark. */
  private tail: Buffer = Buffer.alloc(0)

  /** `open` is called once, when the dump begins, with its length where that is known. */
  constructor(open: (length: number | null) => DumpTarget) {
    this.open = open
  }

  /** Takes a chunk; what follows the dump in it is returned by `rest`. Throws TransferError. */
  push(chunk: Buffer): Received {
    this.rest = EMPTY
    let at = 0
    while (this.target === null) {
      const lf = chunk.indexOf(10, at)
      const end = lf < 0 ? chunk.length : lf
      this.line += chunk.latin1Slice(at, end)
      if (this.line.length > LONGEST_LINE)
        throw new TransferError('Bad protocol from MASTER, the first line is too long')
      if (lf < 0) return 'more'
      at = lf + 1
      this.head()
    }
    return this.body(at === 0 ? chunk : chunk.subarray(at))
  }

  /** Bytes of the last chunk that follow the dump. */
  rest: Buffer = EMPTY

  private head(): void {
    const line = this.line.endsWith('\r') ? this.line.slice(0, -1) : this.line
    this.line = ''
    // Empty lines keep the link alive while the master makes the dump.
    if (line === '') return
    if (line.startsWith('-')) throw new TransferError(`MASTER aborted replication with an error: ${line.slice(1)}`)
    if (/^\$EOF:.{40}$/.test(line)) {
      this.mark = Buffer.from(line.slice(5), 'latin1')
      this.target = this.open(null)
    } else if (/^\$\d{1,15}$/.test(line)) {
      this.length = Number(line.slice(1))
      this.target = this.open(this.length)
    } else throw new TransferError(`Bad protocol from MASTER, the first byte is not '$' (we received '${line}')`)
  }

  private body(bytes: Buffer): Received {
    if (this.mark !== null) return this.bodyWithMark(bytes)
    const take = Math.min(bytes.length, this.length - this.received)
    if (take > 0) this.target!.write(take === bytes.length ? bytes : bytes.subarray(0, take))
    this.received += take
    if (this.received < this.length) return 'more'
    this.rest = bytes.subarray(take)
    return 'complete'
  }

  /** The mark counts only as the last thing received: the master sends nothing after it until we acknowledge. */
  private bodyWithMark(bytes: Buffer): Received {
    const joined = this.tail.length === 0 ? bytes : Buffer.concat([this.tail, bytes])
    const sure = Math.max(0, joined.length - MARK_BYTES)
    const tail = joined.subarray(sure)
    if (sure > 0) this.target!.write(joined.subarray(0, sure))
    this.received += sure
    if (tail.equals(this.mark!)) return 'complete'
    this.tail = Buffer.from(tail)
    return 'more'
  }
}

const EMPTY = Buffer.alloc(0)
