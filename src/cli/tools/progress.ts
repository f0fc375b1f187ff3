/** A line on a terminal that says how far a file has been read. Anywhere else nothing is written. */
import type { Writable } from 'node:stream'
import { bytesText } from './text.ts'

const BAR_CHARS = 30

export class Progress {
  private readonly stream: Writable | null
  private readonly name: string
  private readonly total: number
  private done = 0
  private shown = ''

  /** `total`: bytes; 0 when nobody knows. */
  constructor(stream: Writable & { readonly isTTY?: boolean }, name: string, total: number) {
    this.stream = stream.isTTY === true ? stream : null
    this.name = name
    this.total = total
  }

  add(bytes: number): void {
    if (this.stream === null) return
    this.done += bytes
    const text = this.text()
    if (text === this.shown) return
    this.shown = text
    this.stream.write(`\r\x1b[K${text}`)
  }

  private text(): string {
    if (this.total === 0) return `${this.name}: ${bytesText(this.done - (this.done % (1 << 20)))}`
    const share = Math.min(1, this.done / this.total)
    const bar = '='.repeat(Math.floor(share * BAR_CHARS)).padEnd(BAR_CHARS)
    return `${this.name}: [${bar}] ${Math.floor(share * 100)} % of ${bytesText(this.total)}`
  }

  /** Leaves no trace of it. */
  clear(): void {
    if (this.shown !== '') this.stream?.write('\r\x1b[K')
    this.shown = ''
  }
}
