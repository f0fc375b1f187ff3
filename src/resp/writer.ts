/** What RESP2 and RESP3 have in common: lines, integers, bulks, arrays. */
import type { ReplyError } from './errors.ts'
import type { Output, OutputMark } from './output.ts'

const CACHED = 1024
/** `$5\r\n` and `:5\r\n` for the small numbers that most replies have. */
const BULK_HEADS = Array.from({ length: CACHED }, (_, n) => `$${n}\r\n`)
const INTEGERS = Array.from({ length: CACHED }, (_, n) => `:${n}\r\n`)
/** From here on a value is passed by reference as a part of its own. */
const BIG = 1 << 16

export abstract class Writer {
  readonly output: Output
  private readonly marks: OutputMark[] = []

  constructor(output: Output) {
    this.output = output
  }

  ok(): void {
    this.output.text += '+OK\r\n'
  }

  queued(): void {
    this.output.text += '+QUEUED\r\n'
  }

  status(text: string): void {
    this.output.text += `+${text}\r\n`
  }

  error(error: ReplyError): void {
    this.output.text += `-${error.message}\r\n`
  }

  int(n: number | bigint): void {
    this.output.text += typeof n === 'number' && n >= 0 && n < CACHED ? (INTEGERS[n] ?? `:${n}\r\n`) : `:${n}\r\n`
  }

  bulk(bytes: string): void {
    const { output } = this
    const { length } = bytes
    if (length < CACHED) {
      output.text += BULK_HEADS[length] + bytes + '\r\n'
      return
    }
    output.text += `$${length}\r\n`
    if (length < BIG) {
      output.text += bytes
      output.settle()
    } else output.big(bytes)
    output.text += '\r\n'
  }

  value(value: string | number | { toString(): string }): void {
    this.bulk(typeof value === 'string' ? value : value.toString())
  }

  array(length: number): void {
    this.output.text += `*${length}\r\n`
  }

  open(): void {
    this.marks.push(this.output.mark())
  }

  protected close(head: string): void {
    this.output.insert(this.marks.pop()!, head)
  }

  closeArray(length: number): void {
    this.close(`*${length}\r\n`)
  }

  raw(encoded: string): void {
    this.output.text += encoded
    this.output.settle()
  }
}
