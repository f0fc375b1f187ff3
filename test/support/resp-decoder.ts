/**
 * Replies as a client sees them: an incremental decoder of RESP2 and RESP3, and an exact typed text form for
 * comparing two servers byte for byte. Strings are latin1, one char a byte.
 */

/** An error reply; an ordinary value, so that it may stand inside an array. */
export class ReplyErrorValue {
  /** The line without its `-`. */
  readonly message: string

  constructor(message: string) {
    this.message = message
  }

  /** The first word: `ERR`, `WRONGTYPE` ... */
  get code(): string {
    return this.message.split(' ', 1)[0]
  }
}

/** A RESP3 set, in the order of arrival and with duplicates, so that tests see what was sent. */
export class SetReply {
  readonly items: Decoded[]

  constructor(items: Decoded[]) {
    this.items = items
  }
}

/** Out-of-band data: a RESP3 push, or for RESP2 subscribers what `RawClient` recognises as one. */
export class PushReply {
  readonly items: Decoded[]

  constructor(items: Decoded[]) {
    this.items = items
  }
}

export class VerbatimReply {
  /** Three letters: `txt`, `mkd`. */
  readonly format: string
  readonly text: string

  constructor(format: string, text: string) {
    this.format = format
    this.text = text
  }
}

/** A value with RESP3 attributes before it. */
export class AttributedReply {
  readonly attributes: Map<Decoded, Decoded>
  readonly value: Decoded

  constructor(attributes: Map<Decoded, Decoded>, value: Decoded) {
    this.attributes = attributes
    this.value = value
  }
}

/**
 * Status lines and bulks are strings, integers numbers (bigint beyond 2^53), doubles numbers, big numbers bigint, all
 * nulls null.
 */
export type Decoded =
  | string
  | number
  | bigint
  | boolean
  | null
  | ReplyErrorValue
  | VerbatimReply
  | Decoded[]
  | Map<Decoded, Decoded>
  | SetReply
  | PushReply
  | AttributedReply

export interface DecodedReply {
  readonly value: Decoded
  /** Exactly what was received for it. */
  readonly bytes: string
}

interface Frame {
  readonly type: string
  /** Values still to come. */
  left: number
  readonly items: Decoded[]
}

/** The bytes are no RESP. */
export class MalformedReply extends Error {
  override readonly name = 'MalformedReply'
}

export class ReplyDecoder {
  /** From the start of the reply being read. */
  private pending: Buffer = Buffer.alloc(0)
  private arrived: Buffer[] = []
  private arrivedLength = 0
  private at = 0
  /** No use in looking before this many bytes are there. */
  private needed = 1
  private frames: Frame[] = []

  feed(chunk: Uint8Array): void {
    this.arrived.push(Buffer.from(chunk))
    this.arrivedLength += chunk.length
  }

  /** The next whole reply, or null when more bytes are needed. Throws MalformedReply. */
  next(): DecodedReply | null {
    if (this.pending.length + this.arrivedLength < this.needed) return null
    if (this.arrivedLength > 0) {
      this.pending = Buffer.concat([this.pending, ...this.arrived])
      this.arrived = []
      this.arrivedLength = 0
    }
    for (;;) {
      const value = this.element()
      if (value === INCOMPLETE) return null
      const whole = this.reduce(value)
      if (whole === INCOMPLETE) continue
      const bytes = this.pending.latin1Slice(0, this.at)
      this.pending = this.pending.subarray(this.at)
      this.at = 0
      this.needed = 1
      return { value: whole, bytes }
    }
  }

  /** All bytes that belong to no whole reply yet. */
  takeRest(): string {
    const rest = Buffer.concat([this.pending, ...this.arrived]).latin1Slice()
    this.pending = Buffer.alloc(0)
    this.arrived = []
    this.arrivedLength = 0
    this.at = 0
    this.needed = 1
    this.frames = []
    return rest
  }

  /** Reads one line (and its bulk); a collection's head opens a frame and gives OPENED. */
  private element(): Decoded | typeof INCOMPLETE | typeof OPENED {
    const { pending, at } = this
    const end = pending.indexOf('\r\n', at, 'latin1')
    if (end < 0) {
      this.needed = pending.length + 1
      return INCOMPLETE
    }
    const line = pending.latin1Slice(at, end)
    const head = readHead(line)
    if (head.kind === 'bulk') {
      const whole = end + 2 + head.length + 2
      if (pending.length < whole) {
        this.needed = whole
        return INCOMPLETE
      }
      if (pending.latin1Slice(whole - 2, whole) !== '\r\n')
        throw new MalformedReply(`bulk of ${line} does not end there`)
      this.at = whole
      const text = pending.latin1Slice(end + 2, whole - 2)
      if (line[0] === '=') return new VerbatimReply(text.slice(0, 3), text.slice(4))
      return line[0] === '!' ? new ReplyErrorValue(text) : text
    }
    this.at = end + 2
    if (head.kind === 'value') return head.value
    this.frames.push({ type: line[0], left: head.length, items: [] })
    return OPENED
  }

  /** Puts a value where it belongs and closes what became whole; gives the whole reply once nothing is open. */
  private reduce(element: Decoded | typeof OPENED): Decoded | typeof INCOMPLETE {
    const { frames } = this
    if (element !== OPENED) {
      const frame = frames.at(-1)
      if (frame === undefined) return element
      frame.items.push(element)
      frame.left--
    }
    while (frames.at(-1)!.left === 0) {
      const { type, items } = frames.pop()!
      if (type === '|') {
        frames.push({ type: 'attributed', left: 1, items: [asMap(items)] })
        break
      }
      const value = collection(type, items)
      const outer = frames.at(-1)
      if (outer === undefined) return value
      outer.items.push(value)
      outer.left--
    }
    return INCOMPLETE
  }
}

const INCOMPLETE = Symbol('incomplete')
const OPENED = Symbol('opened')

function asMap(items: Decoded[]): Map<Decoded, Decoded> {
  const map = new Map<Decoded, Decoded>()
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1])
  return map
}

function collection(type: string, items: Decoded[]): Decoded {
  switch (type) {
    case '%':
      return asMap(items)
    case '~':
      return new SetReply(items)
    case '>':
      return new PushReply(items)
    case 'attributed':
      return new AttributedReply(items[0] as Map<Decoded, Decoded>, items[1])
    default:
      return items
  }
}

type Head =
  | { readonly kind: 'value'; readonly value: Decoded }
  | { readonly kind: 'bulk' | 'collection'; readonly length: number }

const value = (v: Decoded): Head => ({ kind: 'value', value: v })

/** What one line says. Lengths of maps are doubled: they count the values to come. */
function readHead(line: string): Head {
  const rest = line.slice(1)
  switch (line[0]) {
    case '+':
      return value(rest)
    case '-':
      return value(new ReplyErrorValue(rest))
    case ':':
      return value(integer(line))
    case '$':
    case '=':
    case '!':
      return rest === '-1' ? value(null) : { kind: 'bulk', length: count(line) }
    case '*':
    case '~':
    case '>':
      return rest === '-1' ? value(null) : { kind: 'collection', length: count(line) }
    case '%':
    case '|':
      return { kind: 'collection', length: 2 * count(line) }
    case '_':
      return value(null)
    case '#':
      if (rest === 't' || rest === 'f') return value(rest === 't')
      break
    case ',':
      return value(double(line))
    case '(':
      if (/^-?\d+$/.test(rest)) return value(BigInt(rest))
      break
  }
  throw new MalformedReply(JSON.stringify(line.slice(0, 100)))
}

function integer(line: string): number | bigint {
  if (!/^:-?\d{1,19}$/.test(line)) throw new MalformedReply(JSON.stringify(line))
  const big = BigInt(line.slice(1))
  const number = Number(big)
  return Number.isSafeInteger(number) ? number : big
}

function count(line: string): number {
  if (!/^.\d{1,10}$/.test(line)) throw new MalformedReply(JSON.stringify(line))
  return Number(line.slice(1))
}

function double(line: string): number {
  const text = line.slice(1)
  if (text === 'inf') return Infinity
  if (text === '-inf') return -Infinity
  if (text === 'nan' || text === '-nan') return NaN
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) throw new MalformedReply(JSON.stringify(line))
  return Number(text)
}

/**
 * The exact form of any number of replies, one line an element, nested ones indented: `*2`, `  $3 "foo"`, `  :1`,
 * `+OK`, `$-1`, `_`, `,1.5`, `=7 "txt:foo"`. Bytes that are no RESP end it with a line starting with `!`.
 */
export function describeReply(bytes: string | Uint8Array): string {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).latin1Slice()
  const lines: string[] = []
  /** Values still to come at each level. */
  const left: number[] = []
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\r\n', at)
    const line = end < 0 ? text.slice(at) : text.slice(at, end)
    const indent = '  '.repeat(left.length)
    let head: Head | null = null
    try {
      if (end >= 0) head = readHead(line)
    } catch {}
    if (head === null) return [...lines, `${indent}! ${JSON.stringify(text.slice(at))}`].join('\n')
    at = end + 2
    if (left.length > 0) left[left.length - 1]--
    if (head.kind === 'bulk') {
      const bulk = text.slice(at, at + head.length)
      at += head.length + 2
      if (text.slice(at - 2, at) !== '\r\n') return [...lines, `${indent}! ${line} ${JSON.stringify(bulk)}`].join('\n')
      lines.push(`${indent}${line} ${JSON.stringify(bulk)}`)
    } else {
      lines.push(indent + line)
      // Attributes are followed by the value they belong to.
      if (line[0] === '|' && left.length > 0) left[left.length - 1]++
      if (head.kind === 'collection') left.push(head.length)
    }
    while (left.at(-1) === 0) left.pop()
  }
  return left.length > 0 ? [...lines, '! incomplete'].join('\n') : lines.join('\n')
}
