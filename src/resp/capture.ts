/** A reply kept as plain values: for the embedded API and for tests. */
import type { ReplyError } from './errors.ts'
import type { Reply } from './reply.ts'

/** An error reply as a value, so that it can stand inside an array (EXEC). */
export class CommandFailure {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

export type ReplyValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | CommandFailure
  | ReplyValue[]
  | Map<ReplyValue, ReplyValue>
  | Set<ReplyValue>

type Shape = 'array' | 'map' | 'set'

interface Frame {
  readonly shape: Shape
  /** Values still to come; -1 while open. */
  left: number
  readonly values: ReplyValue[]
}

function shaped(shape: Shape, values: ReplyValue[]): ReplyValue {
  if (shape === 'array') return values
  if (shape === 'set') return new Set(values)
  const map = new Map<ReplyValue, ReplyValue>()
  for (let i = 0; i < values.length; i += 2) map.set(values[i], values[i + 1])
  return map
}

export class CaptureReply implements Reply {
  readonly protocol = 3 as const
  private readonly frames: Frame[] = []
  private result: ReplyValue = null

  /** The whole reply. */
  take(): ReplyValue {
    return this.result
  }

  private add(value: ReplyValue): void {
    for (;;) {
      const frame = this.frames.at(-1)
      if (frame === undefined) {
        this.result = value
        return
      }
      frame.values.push(value)
      if (frame.left < 0 || --frame.left > 0) return
      this.frames.pop()
      value = shaped(frame.shape, frame.values)
    }
  }

  private begin(shape: Shape, left: number): void {
    if (left === 0) this.add(shaped(shape, []))
    else this.frames.push({ shape, left, values: [] })
  }

  private end(shape: Shape): void {
    const frame = this.frames.pop()!
    this.add(shaped(shape, frame.values))
  }

  ok(): void {
    this.add('OK')
  }
  queued(): void {
    this.add('QUEUED')
  }
  status(text: string): void {
    this.add(text)
  }
  error(error: ReplyError): void {
    this.add(new CommandFailure(error.message))
  }
  int(n: number | bigint): void {
    this.add(typeof n === 'bigint' && BigInt(Number(n)) === n && Number.isSafeInteger(Number(n)) ? Number(n) : n)
  }
  bulk(bytes: string): void {
    this.add(bytes)
  }
  value(value: string | number | { toString(): string }): void {
    this.add(typeof value === 'string' ? value : value.toString())
  }
  null(): void {
    this.add(null)
  }
  nullArray(): void {
    this.add(null)
  }
  double(d: number): void {
    this.add(d)
  }
  boolean(b: boolean): void {
    this.add(b)
  }
  bigNumber(digits: string): void {
    this.add(BigInt(digits))
  }
  verbatim(_format: string, text: string): void {
    this.add(text)
  }
  array(length: number): void {
    this.begin('array', length)
  }
  map(pairs: number): void {
    this.begin('map', pairs * 2)
  }
  set(length: number): void {
    this.begin('set', length)
  }
  push(length: number): void {
    this.begin('array', length)
  }
  open(): void {
    this.frames.push({ shape: 'array', left: -1, values: [] })
  }
  closeArray(): void {
    this.end('array')
  }
  closeMap(): void {
    this.end('map')
  }
  closeSet(): void {
    this.end('set')
  }
  raw(encoded: string): void {
    this.add(encoded)
  }
}
