/** The `cmsgpack` library of Lua scripts: MessagePack, with the choices of lua-cmsgpack. */
import { floatBytes, integerBytes, readFloat, readInteger } from './bytes.ts'
import { argumentError, checkInteger, checkString, optionalInteger } from './lua/arguments.ts'
import { LuaError, type LuaFunction, type LuaResult, LuaTable, type LuaValue } from './lua/index.ts'
import { machine } from './lua/machine.ts'
import { runtimeError } from './lua/sites.ts'

/** Tables nested deeper than this are packed as nil: they may contain themselves. */
const MAX_NESTING = 16
/** How deep what is unpacked may nest. */
const MAX_UNPACK_NESTING = 3000
const MAX_RESULTS = 8000

const byte = String.fromCharCode
const big = (value: number | bigint, size: number) => integerBytes(value, size, false)

function packString(text: string): string {
  const n = text.length
  if (n < 32) return byte(0xa0 | n) + text
  if (n <= 0xff) return byte(0xd9, n) + text
  if (n <= 0xffff) return `\xda${big(n, 2)}${text}`
  return `\xdb${big(n, 4)}${text}`
}

function packNumber(n: number): string {
  if (!Number.isInteger(n) || Math.abs(n) >= 2 ** 63) {
    // NaN is not equal to its own single either.
    return Math.fround(n) === n ? `\xca${floatBytes(n, 4, false)}` : `\xcb${floatBytes(n, 8, false)}`
  }
  if (n >= 0) {
    if (n <= 0x7f) return byte(n)
    if (n <= 0xff) return byte(0xcc, n)
    if (n <= 0xffff) return `\xcd${big(n, 2)}`
    if (n <= 0xffffffff) return `\xce${big(n, 4)}`
    return `\xcf${big(BigInt(n), 8)}`
  }
  if (n >= -32) return byte(n & 0xff)
  if (n >= -128) return byte(0xd0, n & 0xff)
  if (n >= -32768) return `\xd1${big(n, 2)}`
  if (n >= -2147483648) return `\xd2${big(n, 4)}`
  return `\xd3${big(BigInt(n), 8)}`
}

function header(n: number, fixed: number, long: string, longer: string): string {
  if (n <= 15) return byte(fixed | n)
  return n <= 0xffff ? long + big(n, 2) : longer + big(n, 4)
}

/** The number of items when the keys are exactly 1..n, else -1. */
function arrayLength(table: LuaTable): number {
  let most = 0
  let count = 0
  for (let at = table.nextPosition(0); at >= 0; at = table.nextPosition(at)) {
    const key = table.keyAt(at)
    if (typeof key !== 'number' || key <= 0 || !Number.isInteger(key) || key > 0x7fffffff) return -1
    if (key > most) most = key
    count++
  }
  return most === count ? count : -1
}

function packTable(table: LuaTable, level: number): string {
  const length = arrayLength(table)
  let out: string
  if (length >= 0) {
    out = header(length, 0x90, '\xdc', '\xdd')
    for (let i = 1; i <= length; i++) out += packValue(table.get(i), level + 1)
    return out
  }
  out = ''
  let pairs = 0
  for (let at = table.nextPosition(0); at >= 0; at = table.nextPosition(at)) {
    out += packValue(table.keyAt(at), level + 1) + packValue(table.valueAt(at), level + 1)
    pairs++
  }
  return header(pairs, 0x80, '\xde', '\xdf') + out
}

function packValue(value: LuaValue, level: number): string {
  machine.charge(1)
  switch (typeof value) {
    case 'string':
      return packString(value)
    case 'number':
      return packNumber(value)
    case 'boolean':
      return value ? '\xc3' : '\xc2'
    default:
      return value instanceof LuaTable && level < MAX_NESTING ? packTable(value, level) : '\xc0'
  }
}

function pack(...args: LuaValue[]): string {
  if (args.length === 0) throw argumentError(0, 'MessagePack pack needs input.')
  let out = ''
  for (const value of args) out += packValue(value, 0)
  machine.checkStringLength(out.length)
  return out
}

class Unpacker {
  at: number
  private readonly data: string
  private depth = 0

  constructor(data: string, at: number) {
    this.data = data
    this.at = at
  }

  private need(bytes: number): void {
    if (this.data.length - this.at < bytes) throw runtimeError('Missing bytes in input.')
  }

  private integer(size: number, signed: boolean): number {
    this.need(1 + size)
    const value = readInteger(this.data, this.at + 1, size, false, signed)
    this.at += 1 + size
    return value
  }

  private float(size: 4 | 8): number {
    this.need(1 + size)
    const value = readFloat(this.data, this.at + 1, size, false)
    this.at += 1 + size
    return value
  }

  private text(length: number): string {
    this.need(length)
    const start = this.at
    this.at += length
    return this.data.slice(start, this.at)
  }

  private fixedText(length: number): string {
    this.need(1 + length)
    this.at++
    return this.text(length)
  }

  private enter(): void {
    if (++this.depth > MAX_UNPACK_NESTING) throw runtimeError('Bad data format in input.')
  }

  private array(length: number): LuaTable {
    this.enter()
    const table = new LuaTable()
    for (let i = 1; i <= length; i++) {
      const value = this.value()
      if (value !== undefined) table.put(i, value)
    }
    this.depth--
    return table
  }

  private map(pairs: number): LuaTable {
    this.enter()
    const table = new LuaTable()
    for (let i = 0; i < pairs; i++) {
      const key = this.value()
      const value = this.value()
      if (key === undefined) throw new LuaError('table index is nil')
      table.put(key, value)
    }
    this.depth--
    return table
  }

  value(): LuaValue {
    machine.charge(1)
    this.need(1)
    const tag = this.data.charCodeAt(this.at)
    if (tag < 0x80) return this.fixed(tag)
    if (tag >= 0xe0) return this.fixed(tag - 0x100)
    if (tag < 0x90) {
      this.at++
      return this.map(tag & 15)
    }
    if (tag < 0xa0) {
      this.at++
      return this.array(tag & 15)
    }
    if (tag < 0xc0) return this.fixedText(tag & 31)
    switch (tag) {
      case 0xc0:
        return this.fixed(undefined)
      case 0xc2:
        return this.fixed(false)
      case 0xc3:
        return this.fixed(true)
      case 0xca:
        return this.float(4)
      case 0xcb:
        return this.float(8)
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.integer(1 << (tag & 3), false)
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return this.integer(1 << (tag & 3), true)
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.integer(1 << (tag - 0xd9), false))
      case 0xdc:
      case 0xdd:
        return this.array(this.integer(tag === 0xdc ? 2 : 4, false))
      case 0xde:
      case 0xdf:
        return this.map(this.integer(tag === 0xde ? 2 : 4, false))
      default:
        throw runtimeError('Bad data format in input.')
    }
  }

  private fixed(value: LuaValue): LuaValue {
    this.at++
    return value
  }
}

function unpackSome(data: string, limit: number, offset: number): LuaValue[] {
  const everything = limit === 0 && offset === 0
  if (offset < 0 || limit < 0) {
    throw runtimeError(`Invalid request to unpack with offset of ${offset} and limit of ${data.length}.`)
  }
  if (offset > data.length) {
    throw runtimeError(`Start offset ${offset} greater than input length ${data.length}.`)
  }
  const unpacker = new Unpacker(data, offset)
  const values: LuaValue[] = []
  while (unpacker.at < data.length && (everything || values.length < limit)) {
    if (values.length >= MAX_RESULTS) {
      throw runtimeError('stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)')
    }
    values.push(unpacker.value())
  }
  if (!everything) values.unshift(unpacker.at === data.length ? -1 : unpacker.at)
  return values
}

export const cmsgpackLibrary: Readonly<Record<string, LuaFunction>> = {
  pack,
  unpack: (data): LuaResult => unpackSome(checkString(data, 1), 0, 0),
  unpack_one: (data, offset) => {
    const at = optionalInteger(offset, 2, 0)
    return unpackSome(checkString(data, 1), 1, at)
  },
  unpack_limit: (data, limit, offset) => {
    const most = checkInteger(limit, 2)
    const at = optionalInteger(offset, 3, 0)
    return unpackSome(checkString(data, 1), most, at)
  },
}
