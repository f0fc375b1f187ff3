/** A reply built as a Lua value: what redis.call gives back. */
import type { ReplyError } from '../resp/errors.ts'
import type { Reply } from '../resp/reply.ts'
import { formatDouble17 } from '../util/numbers.ts'
import { LuaTable, type LuaValue } from './lua/index.ts'

type Shape = 'array' | 'map' | 'set'

interface Frame {
  readonly shape: Shape
  /** Values still to come; -1 while open. */
  left: number
  /** Begins with a place that is not used, as items of a table do. */
  readonly values: LuaValue[]
}

/** A table with one field. */
export function tableOf(field: string, value: LuaValue): LuaTable {
  return new LuaTable(undefined, [field], [value])
}

/** An error as scripts see it, which has been counted already. */
function errorTable(message: string): LuaTable {
  return new LuaTable(undefined, ['err', 'ignore_error_stats_update'], [message, true])
}

function shaped(shape: Shape, values: LuaValue[]): LuaTable {
  if (shape === 'array') {
    while (values.length > 1 && values[values.length - 1] === undefined) values.pop()
    return values.length === 1 ? new LuaTable() : new LuaTable(values)
  }
  const inner = new LuaTable()
  if (shape === 'set') for (let i = 1; i < values.length; i++) inner.put(values[i], true)
  else for (let i = 1; i < values.length; i += 2) inner.put(values[i], values[i + 1])
  return tableOf(shape, inner)
}

export class LuaReply implements Reply {
  /** What the script asked for with redis.setresp. */
  protocol: 2 | 3 = 2
  /** Whether the reply is an error. */
  failed = false
  private readonly frames: Frame[] = []
  private result: LuaValue = undefined

  /** The whole reply. */
  take(): LuaValue {
    const { result } = this
    this.result = undefined
    return result
  }

  /** Before each command. */
  begin(): void {
    this.failed = false
    this.result = undefined
    if (this.frames.length > 0) this.frames.length = 0
  }

  private add(value: LuaValue): void {
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

  private start(shape: Shape, left: number): void {
    if (left === 0) this.add(shaped(shape, [undefined]))
    else this.frames.push({ shape, left, values: [undefined] })
  }

  private end(shape: Shape): void {
    this.add(shaped(shape, this.frames.pop()!.values))
  }

  ok(): void {
    this.add(tableOf('ok', 'OK'))
  }
  queued(): void {
    this.add(tableOf('ok', 'QUEUED'))
  }
  status(text: string): void {
    this.add(tableOf('ok', text))
  }
  error(error: ReplyError): void {
    if (this.frames.length === 0) this.failed = true
    this.add(errorTable(error.message))
  }
  int(n: number | bigint): void {
    this.add(Number(n))
  }
  bulk(bytes: string): void {
    this.add(bytes)
  }
  value(value: string | number | { toString(): string }): void {
    this.add(typeof value === 'string' ? value : value.toString())
  }
  null(): void {
    this.add(this.protocol === 2 ? false : undefined)
  }
  nullArray(): void {
    this.null()
  }
  double(d: number): void {
    this.add(this.protocol === 2 ? formatDouble17(d) : tableOf('double', d))
  }
  boolean(b: boolean): void {
    this.add(this.protocol === 2 ? (b ? 1 : 0) : b)
  }
  bigNumber(digits: string): void {
    this.add(this.protocol === 2 ? digits : tableOf('big_number', digits))
  }
  verbatim(format: string, text: string): void {
    if (this.protocol === 2) return this.add(text)
    this.add(tableOf('verbatim_string', new LuaTable(undefined, ['string', 'format'], [text, format])))
  }
  array(length: number): void {
    this.start('array', length)
  }
  map(pairs: number): void {
    this.start(this.protocol === 2 ? 'array' : 'map', pairs * 2)
  }
  set(length: number): void {
    this.start(this.protocol === 2 ? 'array' : 'set', length)
  }
  push(length: number): void {
    this.start('array', length)
  }
  open(): void {
    this.frames.push({ shape: 'array', left: -1, values: [undefined] })
  }
  closeArray(): void {
    this.end('array')
  }
  closeMap(): void {
    this.end(this.protocol === 2 ? 'array' : 'map')
  }
  closeSet(): void {
    this.end(this.protocol === 2 ? 'array' : 'set')
  }
  /** Attributes are the only thing that comes encoded, and scripts do not see them. */
  raw(): void {}
}
