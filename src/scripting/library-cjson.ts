/** The `cjson` library of Lua scripts: JSON with the choices, limits and messages of lua-cjson. */

import { JsonReader } from './json-reader.ts'
import { argumentError, checkInteger, checkString } from './lua/arguments.ts'
import { type LuaFunction, LuaTable, LuaUserdata, type LuaValue, typeName } from './lua/index.ts'
import { machine } from './lua/machine.ts'
import { formatGeneral, formatNumber } from './lua/numbers.ts'
import { runtimeError } from './lua/sites.ts'
import { setAddress } from './lua/values.ts'

/** What stands for JSON's null in Lua: a null pointer there. One for all states, so that it is equal to itself. */
export const jsonNull = new LuaUserdata()
setAddress(jsonNull, '(nil)')

const INT_MAX = 0x7fffffff

export interface JsonSettings {
  sparseConvert: boolean
  sparseRatio: number
  sparseSafe: number
  encodeMaxDepth: number
  decodeMaxDepth: number
  precision: number
  keepBuffer: boolean
  encodeInvalid: 'off' | 'on' | 'null'
  decodeInvalid: boolean
}

const ESCAPED = /["/\\\x00-\x1f\x7f]/
const ESCAPES = /["/\\\x00-\x1f\x7f]/g
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"', '/': '\\/', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r',
} // biome-ignore format: one table

function escaped(char: string): string {
  return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function quote(text: string): string {
  return ESCAPED.test(text) ? `"${text.replace(ESCAPES, escaped)}"` : `"${text}"`
}

function failure(type: string, reason: string) {
  return runtimeError(`Cannot serialise ${type}: ${reason}`)
}

class JsonWriter {
  private readonly settings: JsonSettings

  constructor(settings: JsonSettings) {
    this.settings = settings
  }

  value(value: LuaValue, depth: number): string {
    machine.charge(1)
    switch (typeof value) {
      case 'string':
        return quote(value)
      case 'number':
        return this.number(value)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'undefined':
        return 'null'
    }
    if (value instanceof LuaTable) return this.table(value, depth + 1)
    if (value === jsonNull) return 'null'
    throw failure(typeName(value), 'type not supported')
  }

  private number(n: number): string {
    if (!Number.isFinite(n)) {
      const { encodeInvalid } = this.settings
      if (encodeInvalid === 'off') throw failure('number', 'must not be NaN or Inf')
      if (encodeInvalid === 'null') return 'null'
      return n !== n ? '-nan' : n > 0 ? 'inf' : '-inf'
    }
    const { precision } = this.settings
    if (Number.isSafeInteger(n) && Math.abs(n) < 10 ** precision) return Object.is(n, -0) ? '-0' : String(n)
    return precision === 14 ? formatNumber(n) : formatGeneral(n, precision, false)
  }

  private table(table: LuaTable, depth: number): string {
    if (depth > this.settings.encodeMaxDepth) throw runtimeError(`Cannot serialise, excessive nesting (${depth})`)
    const length = this.arrayLength(table)
    if (length > 0) {
      let out = '['
      for (let i = 1; i <= length; i++) {
        if (i > 1) out += ','
        out += this.value(table.get(i), depth)
      }
      return `${out}]`
    }
    let out = '{'
    for (let at = table.nextPosition(0); at >= 0; at = table.nextPosition(at)) {
      const key = table.keyAt(at)
      if (out.length > 1) out += ','
      if (typeof key === 'string') out += quote(key)
      else if (typeof key === 'number') out += `"${this.number(key)}"`
      else throw failure(typeName(key), 'table key must be a number or string')
      out += `:${this.value(table.valueAt(at), depth)}`
    }
    return `${out}}`
  }

  /** The largest index of a table that is to be an array; -1 for an object. */
  private arrayLength(table: LuaTable): number {
    let most = 0
    let count = 0
    for (let at = table.nextPosition(0); at >= 0; at = table.nextPosition(at)) {
      const key = table.keyAt(at)
      if (typeof key !== 'number' || key < 1 || Math.floor(key) !== key) return -1
      if (key > most) most = key
      count++
    }
    const { sparseRatio, sparseSafe, sparseConvert } = this.settings
    if (sparseRatio > 0 && most > count * sparseRatio && most > sparseSafe) {
      if (!sparseConvert) throw failure('table', 'excessively sparse array')
      return -1
    }
    return most
  }
}

function tooMany(args: readonly LuaValue[], most: number): void {
  if (args.length > most) throw argumentError(most + 1, 'found too many arguments')
}

function integerOption(value: LuaValue, position: number, current: number, min: number, max: number): number {
  if (value === undefined) return current
  const n = checkInteger(value, position)
  if (n < min || n > max) throw argumentError(1, `expected integer between ${min} and ${max}`)
  return n
}

function switchOption(value: LuaValue, position: number, current: boolean): boolean {
  if (value === undefined) return current
  if (typeof value === 'boolean') return value
  const word = checkString(value, position)
  if (word === 'on') return true
  if (word === 'off') return false
  throw argumentError(position, `invalid option '${word}'`)
}

function invalidOption(value: LuaValue, current: JsonSettings['encodeInvalid']): JsonSettings['encodeInvalid'] {
  if (value === undefined) return current
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  const word = checkString(value, 1)
  if (word === 'on' || word === 'off' || word === 'null') return word
  throw argumentError(1, `invalid option '${word}'`)
}

/** The functions of one module, which share its settings. `makeTable` puts functions and fields into a new table. */
export function cjsonFunctions(makeModule: () => LuaTable): Readonly<Record<string, LuaFunction>> {
  const settings: JsonSettings = {
    sparseConvert: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeMaxDepth: 1000,
    decodeMaxDepth: 1000,
    precision: 14,
    keepBuffer: true,
    encodeInvalid: 'off',
    decodeInvalid: true,
  }
  const writer = new JsonWriter(settings)
  return {
    encode: (...args: LuaValue[]) => {
      if (args.length !== 1) throw argumentError(1, 'expected 1 argument')
      const text = writer.value(args[0], 0)
      machine.checkStringLength(text.length)
      return text
    },
    decode: (...args: LuaValue[]) => {
      if (args.length !== 1) throw argumentError(1, 'expected 1 argument')
      return new JsonReader(checkString(args[0], 1), settings, jsonNull).document()
    },
    encode_sparse_array: (...args: LuaValue[]) => {
      tooMany(args, 3)
      settings.sparseConvert = switchOption(args[0], 1, settings.sparseConvert)
      settings.sparseRatio = integerOption(args[1], 2, settings.sparseRatio, 0, INT_MAX)
      settings.sparseSafe = integerOption(args[2], 3, settings.sparseSafe, 0, INT_MAX)
      return [settings.sparseConvert, settings.sparseRatio, settings.sparseSafe]
    },
    encode_max_depth: (...args: LuaValue[]) => {
      tooMany(args, 1)
      settings.encodeMaxDepth = integerOption(args[0], 1, settings.encodeMaxDepth, 1, INT_MAX)
      return settings.encodeMaxDepth
    },
    decode_max_depth: (...args: LuaValue[]) => {
      tooMany(args, 1)
      settings.decodeMaxDepth = integerOption(args[0], 1, settings.decodeMaxDepth, 1, INT_MAX)
      return settings.decodeMaxDepth
    },
    encode_number_precision: (...args: LuaValue[]) => {
      tooMany(args, 1)
      settings.precision = integerOption(args[0], 1, settings.precision, 1, 14)
      return settings.precision
    },
    encode_keep_buffer: (...args: LuaValue[]) => {
      tooMany(args, 1)
      settings.keepBuffer = switchOption(args[0], 1, settings.keepBuffer)
      return settings.keepBuffer
    },
    encode_invalid_numbers: (...args: LuaValue[]) => {
      tooMany(args, 1)
      settings.encodeInvalid = invalidOption(args[0], settings.encodeInvalid)
      return settings.encodeInvalid === 'null' ? 'null' : settings.encodeInvalid === 'on'
    },
    decode_invalid_numbers: (...args: LuaValue[]) => {
      tooMany(args, 1)
      settings.decodeInvalid = switchOption(args[0], 1, settings.decodeInvalid)
      return settings.decodeInvalid
    },
    new: makeModule,
  }
}
