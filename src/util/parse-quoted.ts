import { hexDigitValue } from './float-syntax.ts'

/**
 * Command lines as inline commands and configuration lines write them, and the way back for logs and rewritten
 * configuration. Strings are latin1: one character, one byte.
 */

/**
 * Splits a line into arguments at white space.
 *
 * In "double quotes" a backslash introduces \n \r \t \b \a, \xHH, or the character itself; in 'single quotes' it only
 * escapes the quote. A quote may open within an argument; where it closes the argument ends, and white space or the
 * end must follow. The line ends at a NUL. Null: a quote is not closed, or something follows the closing one.
 */
export function splitArguments(line: string): string[] | null {
  const nul = line.indexOf('\0')
  const text = nul < 0 ? line : line.slice(0, nul)
  const args: string[] = []
  let at = 0
  for (;;) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++
    if (at >= text.length) return args
    const start = at
    let code = 0
    // Vertical tab and form feed separate arguments but, met within one, belong to it.
    while (at < text.length && (code = text.charCodeAt(at)) !== SPACE && code !== 9 && code !== 10 && code !== 13) {
      if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) break
      at++
    }
    let argument = text.slice(start, at)
    if (at < text.length && (code === DOUBLE_QUOTE || code === SINGLE_QUOTE)) {
      const end = code === DOUBLE_QUOTE ? endOfDoubleQuotes(text, at + 1) : endOfSingleQuotes(text, at + 1)
      if (end < 0 || (end + 1 < text.length && !isSpace(text.charCodeAt(end + 1)))) return null
      const quoted = text.slice(at + 1, end)
      argument += code === DOUBLE_QUOTE ? unescaped(quoted) : quoted.replaceAll("\\'", "'")
      at = end + 1
    }
    args.push(argument)
  }
}

const SPACE = 32
const DOUBLE_QUOTE = 34
const SINGLE_QUOTE = 39
const BACKSLASH = 92

function isSpace(code: number): boolean {
  return code === SPACE || (code >= 9 && code <= 13)
}

function endOfDoubleQuotes(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === DOUBLE_QUOTE) return at
  }
  return -1
}

function endOfSingleQuotes(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH && text.charCodeAt(at + 1) === SINGLE_QUOTE) at++
    else if (code === SINGLE_QUOTE) return at
  }
  return -1
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['a', '\x07'],
])

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted
  let text = ''
  for (let i = 0; i < quoted.length; i++) {
    if (quoted.charCodeAt(i) !== BACKSLASH) {
      text += quoted[i]
      continue
    }
    const next = quoted[++i]
    const high = next === 'x' ? hexDigitValue(quoted.charCodeAt(i + 1)) : -1
    const low = high >= 0 ? hexDigitValue(quoted.charCodeAt(i + 2)) : -1
    if (low >= 0) {
      text += String.fromCharCode(high * 16 + low)
      i += 2
    } else text += ESCAPES.get(next) ?? next
  }
  return text
}

/** All bytes as they stand between the quotes. */
const QUOTED = Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code)
  if (char === '"' || char === '\\') return '\\' + char
  for (const [letter, meant] of ESCAPES) if (meant === char) return '\\' + letter
  return code >= 32 && code < 127 ? char : '\\x' + code.toString(16).padStart(2, '0')
})

/** The argument in double quotes, with escapes for everything that is not printable ASCII. */
export function quoteArgument(s: string): string {
  let text = '"'
  for (let i = 0; i < s.length; i++) text += QUOTED[s.charCodeAt(i)]
  return text + '"'
}
