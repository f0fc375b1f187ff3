import { LuaSyntaxError } from './errors.ts'
import { parseNumber } from './numbers.ts'

export type TokenKind = 'name' | 'string' | 'number' | 'eof' | 'symbol'

const KEYWORDS = new Set(
  (
    'and break do else elseif end false for function if in local nil not or repeat return then true until ' + 'while'
  ).split(' '),
)

/** The name of a chunk in messages: at most 59 chars. */
export function displayName(chunkName: string): string {
  const size = 60
  if (chunkName.startsWith('=')) return chunkName.slice(1, size)
  if (chunkName.startsWith('@')) {
    const name = chunkName.slice(1)
    const room = size - " '...' ".length - 1
    return name.length > room ? `...${name.slice(name.length - room)}` : name
  }
  const room = size - ' [string "..."] '.length - 1
  const lineEnd = chunkName.search(/[\n\r]/)
  const line = lineEnd < 0 ? chunkName : chunkName.slice(0, lineEnd)
  if (line.length > room || lineEnd >= 0) return `[string "${line.slice(0, room)}..."]`
  return `[string "${line}"]`
}

const isDigit = (code: number) => code >= 48 && code <= 57
const isLetter = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95

/** Reads tokens one at a time; the current one is in the fields. */
export class Lexer {
  /** 'name', 'string', 'number', 'eof'; for keywords and punctuation 'symbol', with the text as `text`. */
  kind: TokenKind = 'eof'
  /** A name, a string's value, a symbol. */
  text = ''
  value = 0
  /** Where the current token ends, and where the one before it did. */
  line = 1
  lastLine = 1
  readonly chunk: string
  private readonly source: string
  private at = 0
  /** How the current token looks in messages. */
  private spelling = ''
  private ahead: { kind: TokenKind; text: string; value: number; line: number; spelling: string } | undefined

  constructor(source: string, chunkName: string) {
    this.source = source
    this.chunk = displayName(chunkName)
  }

  next(): void {
    this.lastLine = this.line
    const { ahead } = this
    if (ahead === undefined) return this.scan()
    this.ahead = undefined
    this.kind = ahead.kind
    this.text = ahead.text
    this.value = ahead.value
    this.line = ahead.line
    this.spelling = ahead.spelling
  }

  /** Whether the token after the current one is this symbol. */
  followedBy(symbol: string): boolean {
    const { kind, text, value, line, spelling } = this
    this.scan()
    this.ahead = { kind: this.kind, text: this.text, value: this.value, line: this.line, spelling: this.spelling }
    this.kind = kind
    this.text = text
    this.value = value
    this.line = line
    this.spelling = spelling
    return this.ahead.kind === 'symbol' && this.ahead.text === symbol
  }

  /** Whether the current token is this keyword or punctuation. */
  is(symbol: string): boolean {
    return this.kind === 'symbol' && this.text === symbol
  }

  /** An error at the current token. */
  fail(message: string): never {
    throw this.error(message, this.kind === 'eof' ? '<eof>' : this.spelling)
  }

  /** An error at the current line; `near` is left out of the message when undefined. */
  error(message: string, near: string | undefined): LuaSyntaxError {
    const where = `${this.chunk}:${this.line}: ${message}`
    // A C string ends at its first NUL.
    return new LuaSyntaxError(near === undefined ? where : `${where} near '${near.split('\0', 1)[0]}'`)
  }

  private symbol(text: string): void {
    this.at += text.length
    this.kind = 'symbol'
    this.text = text
    this.spelling = text
  }

  private scan(): void {
    const { source } = this
    for (;;) {
      const code = this.at < source.length ? source.charCodeAt(this.at) : -1
      switch (code) {
        case -1:
          this.kind = 'eof'
          this.text = ''
          this.spelling = '<eof>'
          return
        case 10:
        case 13:
          this.newline()
          continue
        case 32:
        case 9:
        case 11:
        case 12:
          this.at++
          continue
        case 45: // -
          if (source.charCodeAt(this.at + 1) !== 45) return this.symbol('-')
          this.comment()
          continue
        case 91: {
          // [
          const level = this.longBracket()
          if (level >= 0) {
            this.text = this.longString(level, 'string')
            this.kind = 'string'
            return
          }
          if (level === -1) return this.symbol('[')
          throw this.error('invalid long string delimiter', source.slice(this.at, this.at - level))
        }
        case 61:
          return this.symbol(source.charCodeAt(this.at + 1) === 61 ? '==' : '=')
        case 60:
          return this.symbol(source.charCodeAt(this.at + 1) === 61 ? '<=' : '<')
        case 62:
          return this.symbol(source.charCodeAt(this.at + 1) === 61 ? '>=' : '>')
        case 126:
          return this.symbol(source.charCodeAt(this.at + 1) === 61 ? '~=' : '~')
        case 34:
        case 39:
          return this.quoted(code)
        case 46:
          if (isDigit(source.charCodeAt(this.at + 1))) return this.number()
          if (source.charCodeAt(this.at + 1) !== 46) return this.symbol('.')
          return this.symbol(source.charCodeAt(this.at + 2) === 46 ? '...' : '..')
        default: {
          if (isLetter(code)) return this.name()
          if (isDigit(code)) return this.number()
          this.symbol(source[this.at])
          if (code < 32 || code === 127) this.spelling = `char(${code})`
          return
        }
      }
    }
  }

  private name(): void {
    const start = this.at
    let at = start + 1
    for (; at < this.source.length; at++) {
      const code = this.source.charCodeAt(at)
      if (!isLetter(code) && !isDigit(code)) break
    }
    this.text = this.spelling = this.source.slice(start, at)
    this.kind = KEYWORDS.has(this.text) ? 'symbol' : 'name'
    this.at = at
  }

  private number(): void {
    const start = this.at
    let at = start
    while (isDigit(this.source.charCodeAt(at)) || this.source.charCodeAt(at) === 46) at++
    if (/[eE]/.test(this.source[at] ?? '')) {
      at++
      if (/[+-]/.test(this.source[at] ?? '')) at++
    }
    for (;;) {
      const code = this.source.charCodeAt(at)
      if (!isLetter(code) && !isDigit(code)) break
      at++
    }
    this.at = at
    this.spelling = this.source.slice(start, at)
    this.kind = 'number'
    const value = parseNumber(this.spelling)
    if (value === undefined) this.fail('malformed number')
    this.value = value as number
  }

  private newline(): void {
    const code = this.source.charCodeAt(this.at++)
    const next = this.source.charCodeAt(this.at)
    if ((next === 10 || next === 13) && next !== code) this.at++
    this.line++
  }

  private comment(): void {
    this.at += 2
    if (this.source.charCodeAt(this.at) === 91) {
      const level = this.longBracket()
      if (level >= 0) {
        this.longString(level, 'comment')
        return
      }
    }
    while (this.at < this.source.length) {
      const code = this.source.charCodeAt(this.at)
      if (code === 10 || code === 13) return
      this.at++
    }
  }

  /** At a `[`: the number of `=` before the second one; -1 for none at all, -1 - n where n were seen in vain. */
  private longBracket(): number {
    let at = this.at + 1
    while (this.source.charCodeAt(at) === 61) at++
    const level = at - this.at - 1
    return this.source.charCodeAt(at) === 91 ? level : -1 - level
  }

  private longString(level: number, what: 'string' | 'comment'): string {
    const { source } = this
    this.at += level + 2
    const close = `]${'='.repeat(level)}]`
    if (source.charCodeAt(this.at) === 10 || source.charCodeAt(this.at) === 13) this.newline()
    const start = this.at
    const end = source.indexOf(close, start)
    if (end >= 0 && !/[\r\n]/.test(source.slice(start, end))) {
      this.at = end + close.length
      this.spelling = `[${close.slice(1, -1)}[${source.slice(start, this.at)}`
      return source.slice(start, end)
    }
    let text = ''
    let from = start
    const stop = end < 0 ? source.length : end
    while (this.at < stop) {
      const code = source.charCodeAt(this.at)
      if (code === 10 || code === 13) {
        text += `${source.slice(from, this.at)}\n`
        this.newline()
        from = this.at
      } else this.at++
    }
    if (end < 0) throw this.error(`unfinished long ${what}`, '<eof>')
    text += source.slice(from, end)
    this.at = end + close.length
    this.spelling = `[${close.slice(1, -1)}[${text}${close}`
    return text
  }

  private quoted(quote: number): void {
    const { source } = this
    const mark = String.fromCharCode(quote)
    let text = ''
    let from = ++this.at
    for (;;) {
      if (this.at >= source.length) throw this.error('unfinished string', '<eof>')
      const code = source.charCodeAt(this.at)
      if (code === quote) break
      if (code === 10 || code === 13) {
        throw this.error('unfinished string', mark + text + source.slice(from, this.at))
      }
      if (code !== 92) {
        this.at++
        continue
      }
      text += source.slice(from, this.at)
      this.at++
      text += this.escape(mark + text)
      from = this.at
    }
    text += source.slice(from, this.at)
    this.at++
    this.kind = 'string'
    this.text = text
    this.spelling = mark + text + mark
  }

  private escape(soFar: string): string {
    const { source } = this
    if (this.at >= source.length) throw this.error('unfinished string', '<eof>')
    const char = source[this.at]
    if (char === '\n' || char === '\r') {
      this.newline()
      return '\n'
    }
    if (!isDigit(char.charCodeAt(0))) {
      this.at++
      const at = 'abfnrtv'.indexOf(char)
      return at < 0 ? char : '\x07\b\f\n\r\t\v'[at]
    }
    let code = 0
    for (let digits = 0; digits < 3 && isDigit(source.charCodeAt(this.at)); digits++) {
      code = code * 10 + source.charCodeAt(this.at++) - 48
    }
    if (code > 255) throw this.error('escape sequence too large', soFar)
    return String.fromCharCode(code)
  }
}
