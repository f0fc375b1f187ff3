/** Replies in RESP3. */
import { formatDouble17 } from '../util/numbers.ts'
import type { Reply } from './reply.ts'
import { Writer } from './writer.ts'

export class Resp3Writer extends Writer implements Reply {
  readonly protocol = 3 as const

  null(): void {
    this.add('_\r\n')
  }

  nullArray(): void {
    this.add('_\r\n')
  }

  double(d: number, text: string = formatDouble17(d)): void {
    this.add(`,${text}\r\n`)
  }

  boolean(b: boolean): void {
    this.add(b ? '#t\r\n' : '#f\r\n')
  }

  bigNumber(digits: string): void {
    this.add(`(${digits}\r\n`)
  }

  verbatim(format: string, text: string): void {
    this.raw(`=${text.length + 4}\r\n${format}:${text}\r\n`)
  }

  map(pairs: number): void {
    this.add(`%${pairs}\r\n`)
  }

  set(length: number): void {
    this.add(`~${length}\r\n`)
  }

  push(length: number): void {
    this.add(`>${length}\r\n`)
  }

  closeMap(pairs: number): void {
    this.close(`%${pairs}\r\n`)
  }

  closeSet(length: number): void {
    this.close(`~${length}\r\n`)
  }
}
