/** JSON text to Lua values, with the leniency and the messages of lua-cjson. */
import { LuaTable, type LuaValue } from './lua/index.ts'
import { machine } from './lua/machine.ts'
import { runtimeError } from './lua/sites.ts'

export interface JsonReaderSettings {
  readonly decodeMaxDepth: number
  /** Whether NaN, infinities and hexadecimal numbers are taken. */
  readonly decodeInvalid: boolean
}

type TokenType =
  | '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'number' | 'boolean' | 'null' | 'end' | 'error' // biome-ignore format: one list

/** How messages name what was found. */
const NAMES: Readonly<Record<Exclude<TokenType, 'error'>, string>> = {
  '{': 'T_OBJ_BEGIN', '}': 'T_OBJ_END', '[': 'T_ARR_BEGIN', ']': 'T_ARR_END', ',': 'T_COMMA', ':': 'T_COLON',
  string: 'T_STRING', number: 'T_NUMBER', boolean: 'T_BOOLEAN', null: 'T_NULL', end: 'T_END',
} // biome-ignore format: one table

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"', '\\': '\\', '/': '/', b: '\b', t: '\t', n: '\n', f: '\f', r: '\r',
} // biome-ignore format: one table

const DECIMAL = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const HEX = /([+-]?)0[xX](?=\.?[0-9a-fA-F])([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?/y
const SPECIAL = /([+-]?)(?:(inf(?:inity)?)|(nan))/iy

export class JsonReader {
  private readonly text: string
  private readonly settings: JsonReaderSettings
  private readonly nullValue: LuaValue
  private at = 0
  private depth = 0
  private type: TokenType = 'end'
  /** Where the token began, or an error lies. */
  private index = 0
  private value: LuaValue = undefined
  private problem = ''

  constructor(text: string, settings: JsonReaderSettings, nullValue: LuaValue) {
    this.text = text
    this.settings = settings
    this.nullValue = nullValue
  }

  /** The whole text as one value. Throws LuaError. */
  document(): LuaValue {
    const { text } = this
    if (text.length >= 2 && (text[0] === '\0' || text[1] === '\0')) {
      throw runtimeError('JSON parser does not support UTF-16 or UTF-32')
    }
    this.next()
    const value = this.process()
    this.next()
    if (!this.is('end')) throw this.unexpected('the end')
    return value
  }

  private unexpected(expected: string) {
    const found = this.type === 'error' ? this.problem : NAMES[this.type]
    return runtimeError(`Expected ${expected} but found ${found} at character ${this.index + 1}`)
  }

  private process(): LuaValue {
    machine.charge(1)
    switch (this.type) {
      case 'string':
      case 'number':
      case 'boolean':
        return this.value
      case 'null':
        return this.nullValue
      case '{':
        return this.object()
      case '[':
        return this.array()
      default:
        throw this.unexpected('value')
    }
  }

  private descend(): void {
    if (++this.depth > this.settings.decodeMaxDepth) {
      throw runtimeError(`Found too many nested data structures (${this.depth}) at character ${this.at}`)
    }
  }

  private object(): LuaTable {
    this.descend()
    const table = new LuaTable()
    this.next()
    if (!this.is('}')) {
      for (;;) {
        if (!this.is('string')) throw this.unexpected('object key string')
        const key = this.value
        this.next()
        if (!this.is(':')) throw this.unexpected('colon')
        this.next()
        table.put(key, this.process())
        this.next()
        if (this.is('}')) break
        if (!this.is(',')) throw this.unexpected('comma or object end')
        this.next()
      }
    }
    this.depth--
    return table
  }

  private array(): LuaTable {
    this.descend()
    this.next()
    const items: LuaValue[] = [undefined]
    if (!this.is(']')) {
      for (;;) {
        items.push(this.process())
        this.next()
        if (this.is(']')) break
        if (!this.is(',')) throw this.unexpected('comma or array end')
        this.next()
      }
    }
    this.depth--
    return items.length === 1 ? new LuaTable() : new LuaTable(items)
  }

  private is(type: TokenType): boolean {
    return this.type === type
  }

  private fail(problem: string): void {
    this.type = 'error'
    this.index = this.at
    this.problem = problem
  }

  private next(): void {
    const { text } = this
    let code = text.charCodeAt(this.at)
    while (code === 32 || code === 9 || code === 10 || code === 13) code = text.charCodeAt(++this.at)
    this.index = this.at
    // The original reads a C string: a NUL ends it.
    if (code !== code || code === 0) {
      this.type = 'end'
      return
    }
    const char = text[this.at]
    switch (char) {
      case '{':
      case '}':
      case '[':
      case ']':
      case ',':
      case ':':
        this.at++
        this.type = char
        return
      case '"':
        return this.string()
      case 't':
        if (text.startsWith('true', this.at)) return this.word('boolean', true, 4)
        break
      case 'f':
        if (text.startsWith('false', this.at)) return this.word('boolean', false, 5)
        break
      case 'n':
        if (text.startsWith('null', this.at)) return this.word('null', undefined, 4)
        break
      default:
        if (char === '-' || (code >= 48 && code <= 57)) {
          if (!this.settings.decodeInvalid && this.isInvalidNumber()) return this.fail('invalid number')
          return this.number()
        }
    }
    if (/[+infIN]/.test(char) && this.settings.decodeInvalid && this.isInvalidNumber()) return this.number()
    this.fail('invalid token')
  }

  private word(type: TokenType, value: LuaValue, length: number): void {
    this.type = type
    this.value = value
    this.at += length
  }

  private string(): void {
    const { text } = this
    let start = ++this.at
    let out = ''
    for (;;) {
      const code = text.charCodeAt(this.at)
      if (code === 34) break
      if (code !== code || code === 0) return this.fail('unexpected end of string')
      if (code !== 92) {
        this.at++
        continue
      }
      out += text.slice(start, this.at)
      const letter = text[this.at + 1] ?? ''
      if (letter === 'u') {
        const unescaped = this.unicodeEscape()
        if (unescaped === null) return this.fail('invalid unicode escape code')
        out += unescaped
      } else {
        const char = SIMPLE_ESCAPES[letter]
        if (char === undefined) return this.fail('invalid escape code')
        out += char
        this.at += 2
      }
      start = this.at
    }
    this.value = out + text.slice(start, this.at)
    this.at++
    this.type = 'string'
  }

  private hex4(at: number): number {
    const digits = this.text.slice(at, at + 4)
    return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1
  }

  /** The bytes of a `\uXXXX`, or of two that are a surrogate pair; null when it is none. */
  private unicodeEscape(): string | null {
    let code = this.hex4(this.at + 2)
    if (code < 0) return null
    let length = 6
    if ((code & 0xf800) === 0xd800) {
      if ((code & 0x400) !== 0 || !this.text.startsWith('\\u', this.at + 6)) return null
      const low = this.hex4(this.at + 8)
      if (low < 0 || (low & 0xfc00) !== 0xdc00) return null
      code = (((code & 0x3ff) << 10) | (low & 0x3ff)) + 0x10000
      length = 12
    }
    this.at += length
    return code < 0x80 ? String.fromCharCode(code) : Buffer.from(String.fromCodePoint(code), 'utf8').latin1Slice()
  }

  /** What strict JSON has no place for, though C would read it as a number. */
  private isInvalidNumber(): boolean {
    return /^(?:\+|-?0[xX0-9]|-?(?:inf|nan))/i.test(this.text.slice(this.at, this.at + 4))
  }

  /** As C's strtod reads it: the longest start that is a number. */
  private number(): void {
    const { text, at } = this
    this.type = 'number'
    for (const [form, read] of FORMS) {
      form.lastIndex = at
      const match = form.exec(text)
      if (match === null || match[0] === '') continue
      this.at = at + match[0].length
      this.value = read(match)
      return
    }
    this.fail('invalid number')
  }
}

function readHex([, sign, whole, fraction = '', exponent = '0']: RegExpExecArray): number {
  let value = 0
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16)
  value *= 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -value : value
}

const FORMS: readonly (readonly [RegExp, (match: RegExpExecArray) => number])[] = [
  [HEX, readHex],
  [DECIMAL, (match) => Number(match[0])],
  [
    SPECIAL,
    ([, sign, infinite]) => (infinite === undefined ? Number.NaN : sign === '-' ? -1 / 0 : Number.POSITIVE_INFINITY),
  ],
]
