/** Replies in RESP2: what RESP3 adds becomes the nearest older form. */
import { formatDouble17 } from '../util/numbers.ts'
import type { Reply } from './reply.ts'
import { Writer } from './writer.ts'

export class Resp2Writer extends Writer implements Reply {
  readonly protocol = 2 as const

  null(): void {
    this.add('$-1\r\n')
  }

  nullArray(): void {
    this.add('*-1\r\n')
  }

  double(d: number): void {
    this.bulk(formatDouble17(d))
  }

  boolean(b: boolean): void {
    this.add(b ? ':1\r\n' : ':0\r\n')
  }

  bigNumber(digits: string): void {
    this.bulk(digits)
  }

  verbatim(_format: string, text: string): void {
    this.bulk(text)
  }

  map(pairs: number): void {
    this.array(pairs * 2)
  }

  set(length: number): void {
    this.array(length)
  }

  push(length: number): void {
    this.array(length)
  }

  closeMap(pairs: number): void {
    this.closeArray(pairs * 2)
  }

  closeSet(length: number): void {
    this.closeArray(length)
  }
}
