/** Lua's patterns. Positions are 0-based. Work is charged to the machine, so a slow pattern can be stopped. */
import { LuaError } from './errors.ts'
import { machine } from './machine.ts'
import { where } from './sites.ts'

const MAX_CAPTURES = 32
/** How deep quantifiers and captures may nest while matching. */
const MAX_DEPTH = 200
const UNCLOSED = -1
const POSITION = -2
const ESCAPE = 37

const error = (message: string) => new LuaError(where(1) + message)

const LOWER = 1
const UPPER = 2
const DIGIT = 4
const SPACE = 8
const CONTROL = 16
const PUNCTUATION = 32
const HEXADECIMAL = 64

/** The classes of the C locale. */
const CLASSES = new Uint8Array(256)
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code)
  if (/[a-z]/.test(char)) CLASSES[code] |= LOWER
  if (/[A-Z]/.test(char)) CLASSES[code] |= UPPER
  if (/[0-9]/.test(char)) CLASSES[code] |= DIGIT
  if (/[0-9a-fA-F]/.test(char)) CLASSES[code] |= HEXADECIMAL
  if (/[ \t-\r]/.test(char)) CLASSES[code] |= SPACE
  if (code < 32 || code === 127) CLASSES[code] |= CONTROL
  else if (/[^a-zA-Z0-9 ]/.test(char)) CLASSES[code] |= PUNCTUATION
}

/** The classes a letter after `%` stands for; 0 when it stands for itself. %z is apart. */
const LETTERS = new Uint8Array(256)
for (const [letter, classes] of [
  ['a', LOWER | UPPER],
  ['c', CONTROL],
  ['d', DIGIT],
  ['l', LOWER],
  ['p', PUNCTUATION],
  ['s', SPACE],
  ['u', UPPER],
  ['w', LOWER | UPPER | DIGIT],
  ['x', HEXADECIMAL],
] as const) {
  LETTERS[letter.charCodeAt(0)] = classes
  LETTERS[letter.toUpperCase().charCodeAt(0)] = classes
}

function matchesLetter(code: number, letter: number): boolean {
  let result: boolean
  if ((letter | 32) === 122) result = code === 0
  else {
    const classes = LETTERS[letter]
    if (classes === 0) return letter === code
    result = (CLASSES[code] & classes) !== 0
  }
  return letter >= 97 ? result : !result
}

/** One pattern against one subject. `match` may be called any number of times. */
export class Matcher {
  readonly subject: string
  private readonly pattern: string
  /** Captures of the last match. */
  captures = 0
  private readonly starts: number[] = []
  private readonly lengths: number[] = []
  private depth = 0
  private first = -1
  private firstEnd: number | undefined

  constructor(subject: string, pattern: string) {
    this.subject = subject
    this.pattern = pattern
  }

  /** Where a match that begins at `start` ends, or -1; `from` is the pattern's first char to use. */
  match(start: number, from: number): number {
    this.captures = 0
    this.depth = 0
    return this.run(start, from)
  }

  /** A capture by its index; index 0 is the whole match where the pattern has none. */
  capture(index: number, start: number, end: number): string | number {
    if (index >= this.captures) {
      if (index !== 0) throw error('invalid capture index')
      return this.subject.slice(start, end)
    }
    const length = this.lengths[index]
    if (length === UNCLOSED) throw error('unfinished capture')
    if (length === POSITION) return this.starts[index] + 1
    return this.subject.slice(this.starts[index], this.starts[index] + length)
  }

  /** All captures, or the whole match where the pattern has none and `whole` is set. */
  allCaptures(start: number, end: number, whole: boolean): (string | number)[] {
    const count = this.captures === 0 && whole ? 1 : this.captures
    const list: (string | number)[] = []
    for (let i = 0; i < count; i++) list.push(this.capture(i, start, end))
    return list
  }

  /**
   * The first position from `start` on where a match may begin, judged by the pattern's first char alone; past the end
   * of the subject where there is none. The pattern must have been tried once, as it may be malformed.
   */
  candidate(start: number): number {
    const { subject } = this
    if (this.firstEnd === undefined) this.findFirst()
    const { first, firstEnd } = this
    if (first < 0) return start
    const from = start
    while (start < subject.length && !this.single(start, first, firstEnd!)) start++
    machine.charge((start - from) >>> 3)
    return start < subject.length ? start : subject.length + 1
  }

  /** Finds the class that every match begins with, if there is one. */
  private findFirst(): void {
    const { pattern } = this
    let p = 0
    while (pattern.charCodeAt(p) === 40 && pattern.charCodeAt(p + 1) !== 41) p++
    this.first = -1
    this.firstEnd = 0
    const code = pattern.charCodeAt(p)
    const next = pattern.charCodeAt(p + 1)
    if (p >= pattern.length || code === 36 || code === 40 || code === 41) return
    if (code === ESCAPE && (next === 98 || next === 102 || (next >= 48 && next <= 57))) return
    const end = this.classEnd(p)
    const quantifier = pattern.charCodeAt(end)
    if (quantifier === 42 || quantifier === 63 || quantifier === 45) return
    this.first = p
    this.firstEnd = end
  }

  private run(s: number, p: number): number {
    if (++this.depth > MAX_DEPTH) throw error('pattern too complex')
    machine.charge(1)
    const end = this.step(s, p)
    this.depth--
    return end
  }

  private step(s: number, p: number): number {
    const { subject, pattern } = this
    for (;;) {
      if (p >= pattern.length) return s
      const code = pattern.charCodeAt(p)
      if (code === 40) {
        return pattern.charCodeAt(p + 1) === 41 ? this.open(s, p + 2, POSITION) : this.open(s, p + 1, UNCLOSED)
      }
      if (code === 41) return this.close(s, p + 1)
      if (code === 36 && p + 1 === pattern.length) return s === subject.length ? s : -1
      if (code === ESCAPE && p + 1 < pattern.length) {
        const letter = pattern.charCodeAt(p + 1)
        if (letter === 98) {
          s = this.balanced(s, p + 2)
          if (s < 0) return -1
          p += 4
          continue
        }
        if (letter === 102) {
          p += 2
          if (pattern.charCodeAt(p) !== 91) throw error("missing '[' after '%f' in pattern")
          const end = this.classEnd(p)
          const before = s === 0 ? 0 : subject.charCodeAt(s - 1)
          const after = s < subject.length ? subject.charCodeAt(s) : 0
          if (this.inSet(before, p, end - 1) || !this.inSet(after, p, end - 1)) return -1
          p = end
          continue
        }
        if (letter >= 48 && letter <= 57) {
          s = this.repeated(s, letter)
          if (s < 0) return -1
          p += 2
          continue
        }
      }
      const end = this.classEnd(p)
      const quantifier = end < pattern.length ? pattern.charCodeAt(end) : 0
      if (quantifier === 63) {
        if (s < subject.length && this.single(s, p, end)) {
          const rest = this.run(s + 1, end + 1)
          if (rest >= 0) return rest
        }
        p = end + 1
      } else if (quantifier === 42) return this.greedy(s, p, end)
      else if (quantifier === 43) return s < subject.length && this.single(s, p, end) ? this.greedy(s + 1, p, end) : -1
      else if (quantifier === 45) return this.lazy(s, p, end)
      else {
        if (s >= subject.length || !this.single(s, p, end)) return -1
        s++
        p = end
      }
    }
  }

  private greedy(s: number, p: number, end: number): number {
    let count = 0
    while (s + count < this.subject.length && this.single(s + count, p, end)) count++
    machine.charge(count >>> 3)
    for (; count >= 0; count--) {
      const rest = this.run(s + count, end + 1)
      if (rest >= 0) return rest
    }
    return -1
  }

  private lazy(s: number, p: number, end: number): number {
    for (;;) {
      const rest = this.run(s, end + 1)
      if (rest >= 0) return rest
      if (s >= this.subject.length || !this.single(s, p, end)) return -1
      s++
    }
  }

  private open(s: number, p: number, length: number): number {
    const index = this.captures
    if (index >= MAX_CAPTURES) throw error('too many captures')
    this.starts[index] = s
    this.lengths[index] = length
    this.captures = index + 1
    const end = this.run(s, p)
    if (end < 0) this.captures--
    return end
  }

  private close(s: number, p: number): number {
    let index = this.captures - 1
    while (index >= 0 && this.lengths[index] !== UNCLOSED) index--
    if (index < 0) throw error('invalid pattern capture')
    this.lengths[index] = s - this.starts[index]
    const end = this.run(s, p)
    if (end < 0) this.lengths[index] = UNCLOSED
    return end
  }

  private balanced(s: number, p: number): number {
    const { subject, pattern } = this
    if (p + 1 >= pattern.length) throw error('unbalanced pattern')
    const opener = pattern.charCodeAt(p)
    const closer = pattern.charCodeAt(p + 1)
    if (s >= subject.length || subject.charCodeAt(s) !== opener) return -1
    let level = 1
    for (let at = s + 1; at < subject.length; at++) {
      const code = subject.charCodeAt(at)
      if (code === closer) {
        if (--level === 0) {
          machine.charge((at - s) >>> 3)
          return at + 1
        }
      } else if (code === opener) level++
    }
    machine.charge((subject.length - s) >>> 3)
    return -1
  }

  /** The text of an earlier capture again. */
  private repeated(s: number, digit: number): number {
    const index = digit - 49
    if (index < 0 || index >= this.captures || this.lengths[index] === UNCLOSED) throw error('invalid capture index')
    const length = this.lengths[index]
    if (length < 0 || this.subject.length - s < length) return -1
    const text = this.subject.slice(this.starts[index], this.starts[index] + length)
    return this.subject.startsWith(text, s) ? s + length : -1
  }

  /** Where the single-char class at `p` ends. */
  private classEnd(p: number): number {
    const { pattern } = this
    const code = pattern.charCodeAt(p++)
    if (code === ESCAPE) {
      if (p >= pattern.length) throw error("malformed pattern (ends with '%')")
      return p + 1
    }
    if (code !== 91) return p
    if (pattern.charCodeAt(p) === 94) p++
    do {
      if (p >= pattern.length) throw error("malformed pattern (missing ']')")
      if (pattern.charCodeAt(p++) === ESCAPE && p < pattern.length) p++
    } while (pattern.charCodeAt(p) !== 93)
    return p + 1
  }

  private single(s: number, p: number, end: number): boolean {
    const code = this.subject.charCodeAt(s)
    const { pattern } = this
    switch (pattern.charCodeAt(p)) {
      case 46:
        return true
      case ESCAPE:
        return matchesLetter(code, pattern.charCodeAt(p + 1))
      case 91:
        return this.inSet(code, p, end - 1)
      default:
        return pattern.charCodeAt(p) === code
    }
  }

  /** `p` is at the `[`, `last` at the `]`. */
  private inSet(code: number, p: number, last: number): boolean {
    const { pattern } = this
    let found = true
    if (pattern.charCodeAt(p + 1) === 94) {
      found = false
      p++
    }
    while (++p < last) {
      const item = pattern.charCodeAt(p)
      if (item === ESCAPE) {
        if (matchesLetter(code, pattern.charCodeAt(++p))) return found
      } else if (pattern.charCodeAt(p + 1) === 45 && p + 2 < last) {
        p += 2
        if (item <= code && code <= pattern.charCodeAt(p)) return found
      } else if (item === code) return found
    }
    return !found
  }
}

/** Whether a pattern is just text. */
export function isPlain(pattern: string): boolean {
  return !/[\^$*+?.([%-]/.test(pattern)
}
