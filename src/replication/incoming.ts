/** A full copy on its way in: written to a file, so that the old data serves until the new is here whole. */
import { closeSync, createReadStream, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type LoadOptions, type LoadResult, RdbLoader } from '../rdb/load.ts'
import type { Store } from '../store/store.ts'

const MARK_BYTES = 40
const MAX_HEAD = 128

let serial = 0

export class Transfer {
  /** Bytes announced; 0 when the end is marked instead. */
  total = 0
  received = 0
  complete = false
  private readonly path: string
  private fd: number
  private head = ''
  private hasHead = false
  private mark: Buffer | null = null
  /** The last bytes so far, where the mark would stand. */
  private tail: Buffer = Buffer.alloc(0)

  /** Throws what the file system throws. */
  constructor(dir: string) {
    this.path = join(dir, `temp-${process.pid}-${++serial}.rdb`)
    this.fd = openSync(this.path, 'w', 0o600)
  }

  /** Takes bytes of the copy; returns how many belong to it. Throws on a malformed head or a full disk. */
  push(bytes: Buffer): number {
    let from = 0
    if (!this.hasHead) {
      from = this.readHead(bytes)
      if (!this.hasHead || this.complete) return from
    }
    const body = bytes.subarray(from)
    if (this.mark !== null) return from + this.pushMarked(body)
    const take = Math.min(body.length, this.total - this.received)
    this.write(body.subarray(0, take))
    if (this.received === this.total) this.finish()
    return from + take
  }

  /** `$length` or `$EOF:mark`, after any number of empty lines. */
  private readHead(bytes: Buffer): number {
    for (let i = 0; i < bytes.length; i++) {
      const code = bytes[i]
      if (code !== 10) {
        this.head += String.fromCharCode(code)
        if (this.head.length > MAX_HEAD) throw new Error('bad protocol from MASTER: no payload header')
        continue
      }
      const line = this.head.replace(/\r$/, '')
      this.head = ''
      if (line === '') continue
      if (line.startsWith('-')) throw new Error(`MASTER aborted replication with an error: ${line}`)
      if (line.startsWith('$EOF:') && line.length === 5 + MARK_BYTES) this.mark = Buffer.from(line.slice(5), 'latin1')
      else if (/^\$\d{1,15}$/.test(line)) this.total = Number(line.slice(1))
      else throw new Error(`bad protocol from MASTER, the first byte is not '$': ${line}`)
      this.hasHead = true
      if (this.mark === null && this.total === 0) this.finish()
      return i + 1
    }
    return bytes.length
  }

  private pushMarked(body: Buffer): number {
    const joined = Buffer.concat([this.tail, body])
    const at = joined.indexOf(this.mark!)
    if (at >= 0) {
      this.write(joined.subarray(0, at))
      const taken = at + MARK_BYTES - this.tail.length
      this.tail = Buffer.alloc(0)
      this.finish()
      return taken
    }
    const keep = Math.min(joined.length, MARK_BYTES - 1)
    this.write(joined.subarray(0, joined.length - keep))
    this.tail = Buffer.from(joined.subarray(joined.length - keep))
    return body.length
  }

  private write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at)
    this.received += bytes.length
  }

  private finish(): void {
    this.complete = true
    closeSync(this.fd)
    this.fd = -1
  }

  /** Loads the copy into an empty store, other work going on in between, while it is wanted. Rejects when it is bad. */
  async load(store: Store, options: LoadOptions, wanted: () => boolean): Promise<LoadResult> {
    const loader = new RdbLoader(store, options)
    for await (const chunk of createReadStream(this.path, { highWaterMark: 1 << 20 })) {
      if (!wanted()) throw new Error('given up')
      loader.push(chunk as Buffer)
      if (loader.finished) break
    }
    return loader.end()
  }

  discard(): void {
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = -1
    try {
      unlinkSync(this.path)
    } catch {
      // Gone already.
    }
  }
}
