/** The `struct` library of Lua scripts: values to bytes by a format, and back. */
import { floatBytes, integerBytes, readFloat, readInteger } from './bytes.ts'
import { argumentError, checkNumber, checkString, optionalInteger } from './lua/arguments.ts'
import type { LuaFunction, LuaResult, LuaValue } from './lua/index.ts'
import { machine } from './lua/machine.ts'
import { runtimeError } from './lua/sites.ts'

const MAX_INTEGER_SIZE = 32
const MAX_ALIGNMENT = 8
const INT_MAX = 0x7fffffff

/** A walk along a format: the byte order and alignment in force, and the size of the current item. */
class Format {
  little = true
  private alignment = 1
  private readonly text: string
  private at = 0

  constructor(text: string) {
    const nul = text.indexOf('\0')
    this.text = nul < 0 ? text : text.slice(0, nul)
  }

  /** The next letter; null at the end. */
  next(): string | null {
    return this.at < this.text.length ? this.text[this.at++] : null
  }

  private number(otherwise: number): number {
    const start = this.at
    while (isDigit(this.text.charCodeAt(this.at))) this.at++
    if (this.at === start) return otherwise
    const n = Number(this.text.slice(start, this.at))
    if (n > INT_MAX) throw runtimeError('integral size overflow')
    return n
  }

  /** Bytes an item takes, as far as its letter says. */
  sizeOf(option: string): number {
    switch (option) {
      case 'b':
      case 'B':
      case 'x':
        return 1
      case 'h':
      case 'H':
        return 2
      case 'f':
        return 4
      case 'l':
      case 'L':
      case 'T':
      case 'd':
        return 8
      case 'c':
        return this.number(1)
      case 'i':
      case 'I': {
        const size = this.number(4)
        if (size > MAX_INTEGER_SIZE) {
          throw runtimeError(`integral size ${size} is larger than limit of ${MAX_INTEGER_SIZE}`)
        }
        return size
      }
      default:
        return 0
    }
  }

  /** Bytes to skip so that an item stands where it should. */
  padding(position: number, option: string, size: number): number {
    if (size === 0 || option === 'c') return 0
    const unit = Math.min(size, this.alignment)
    return (unit - (position & (unit - 1))) & (unit - 1)
  }

  /** Takes a letter that is no item. */
  control(option: string): void {
    if (option === ' ') return
    if (option === '>') this.little = false
    else if (option === '<') this.little = true
    else if (option === '!') {
      const alignment = this.number(MAX_ALIGNMENT)
      if (alignment <= 0 || (alignment & (alignment - 1)) !== 0) {
        throw runtimeError(`alignment ${alignment} is not a power of 2`)
      }
      this.alignment = alignment
    } else throw argumentError(1, `invalid format option '${option}'`)
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** As C's casts to a 64-bit integer do it: what does not fit is the smallest one. */
function toInteger(n: number): number | bigint {
  const whole = Math.trunc(n)
  if (Number.isSafeInteger(whole)) return whole
  if (!Number.isFinite(whole)) return -(2n ** 63n)
  const big = BigInt(whole)
  return big >= -(2n ** 63n) && big < 2n ** 64n ? big : -(2n ** 63n)
}

/** The arguments are followed by a nil, as far as messages tell. */
function number(args: readonly LuaValue[], position: number): number {
  if (position === args.length + 1) throw argumentError(position, 'number expected, got nil')
  return checkNumber(args[position - 1], position)
}

function pack(...args: LuaValue[]): string {
  const format = new Format(checkString(args[0], 1))
  let position = 2
  let out = ''
  for (let option = format.next(); option !== null; option = format.next()) {
    const size = format.sizeOf(option)
    out += '\0'.repeat(format.padding(out.length, option, size))
    switch (option) {
      case 'b':
      case 'B':
      case 'h':
      case 'H':
      case 'l':
      case 'L':
      case 'T':
      case 'i':
      case 'I': {
        const n = number(args, position)
        position++
        out += integerBytes(toInteger(n), size, format.little)
        break
      }
      case 'x':
        out += '\0'
        break
      case 'f':
      case 'd': {
        const n = number(args, position)
        position++
        out += floatBytes(n, size as 4 | 8, format.little)
        break
      }
      case 'c':
      case 's': {
        const text = checkString(args[position - 1], position)
        position++
        const length = size === 0 ? text.length : size
        if (text.length < length) throw argumentError(position, 'string too short')
        out += text.slice(0, length)
        if (option === 's') out += '\0'
        break
      }
      default:
        format.control(option)
    }
    machine.checkStringLength(out.length)
  }
  return out
}

function unpack(...args: LuaValue[]): LuaResult {
  const format = new Format(checkString(args[0], 1))
  const data = checkString(args[1], 2)
  const start = optionalInteger(args[2], 3, 1)
  if (start === 0) throw argumentError(3, 'offset must be 1 or greater')
  // A negative offset is a huge one.
  let at = start < 0 ? Number.MAX_SAFE_INTEGER : start - 1
  const values: LuaValue[] = []
  for (let option = format.next(); option !== null; option = format.next()) {
    let size = format.sizeOf(option)
    at += format.padding(at, option, size)
    if (at + size > data.length) throw argumentError(2, 'data string too short')
    switch (option) {
      case 'b':
      case 'B':
      case 'h':
      case 'H':
      case 'l':
      case 'L':
      case 'T':
      case 'i':
      case 'I':
        values.push(readInteger(data, at, size, format.little, option >= 'a'))
        break
      case 'x':
        break
      case 'f':
      case 'd':
        values.push(readFloat(data, at, size as 4 | 8, format.little))
        break
      case 'c': {
        if (size === 0) {
          const previous = values.pop()
          if (typeof previous !== 'number') throw runtimeError("format 'c0' needs a previous size")
          size = Math.trunc(previous)
          if (!(size >= 0 && at + size <= data.length)) throw argumentError(2, 'data string too short')
        }
        values.push(data.slice(at, at + size))
        break
      }
      case 's': {
        const end = data.indexOf('\0', at)
        if (end < 0) throw runtimeError('unfinished string in data')
        values.push(data.slice(at, end))
        size = end - at + 1
        break
      }
      default:
        format.control(option)
    }
    at += size
  }
  values.push(at + 1)
  return values
}

function sizeOf(text: LuaValue): number {
  const format = new Format(checkString(text, 1))
  let at = 0
  for (let option = format.next(); option !== null; option = format.next()) {
    const size = format.sizeOf(option)
    at += format.padding(at, option, size)
    if (option === 's') throw argumentError(1, "option 's' has no fixed size")
    if (option === 'c' && size === 0) throw argumentError(1, "option 'c0' has no fixed size")
    if (!/[0-9A-Za-z]/.test(option)) format.control(option)
    at += size
  }
  return at
}

export const structLibrary: Readonly<Record<string, LuaFunction>> = { pack, unpack, size: sizeOf }
