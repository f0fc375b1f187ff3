/** Kinds of configuration values: how each is read from text, shown, and bounded. */
import { resolve } from 'node:path'
import { INT64_MAX, parseInt64Exact, UINT64_MAX } from '../util/numbers.ts'
import { quoteArgument } from '../util/parse-quoted.ts'
import { asBytes, asPath } from './paths.ts'

/** A value that cannot be: the text Redis ends its CONFIG SET error with. */
export class BadValue {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

export interface Directive<T> {
  readonly initial: T
  /** Reads the words after the name; one word, unless `multi`. `old` is the value in force. */
  readonly read: (words: readonly string[], old: T) => T | BadValue
  /** As CONFIG GET shows it. */
  readonly show: (value: T) => string
  /** Takes several words in a configuration file. */
  readonly multi: boolean
  /** Cannot be changed while the server runs. */
  readonly immutable: boolean
  /** CONFIG SET needs enable-protected-configs: a client who could set it could write files anywhere. */
  readonly protected: boolean
  /** CONFIG GET shows it by its exact name only: switches for tests. */
  readonly hidden: boolean
  /** Other names for it. */
  readonly aliases: readonly string[]
  /** Each line of a file adds to the value instead of replacing it. */
  readonly accumulates: boolean
  /** CONFIG REWRITE writes it even at its default. */
  readonly alwaysWritten: boolean
  /** Why CONFIG SET cannot set it to this value, or null; configuration files may all the same. */
  readonly refuseAtRunTime: (value: T) => string | null
  /** The lines CONFIG REWRITE writes, without the name; none when the value is the lack of a line. */
  readonly lines: (value: T) => readonly string[]
}

export interface Traits {
  readonly immutable?: boolean
  readonly protected?: boolean
  readonly hidden?: boolean
  readonly aliases?: readonly string[]
}

interface Extra<T> extends Traits {
  readonly multi?: boolean
  readonly accumulates?: boolean
  readonly alwaysWritten?: boolean
  readonly refuseAtRunTime?: (value: T) => string | null
  readonly lines?: (value: T) => readonly string[]
}

export function directive<T>(
  initial: T,
  read: (words: readonly string[], old: T) => T | BadValue,
  show: (value: T) => string,
  extra: Extra<T> = {},
): Directive<T> {
  return {
    initial,
    read,
    show,
    multi: extra.multi ?? false,
    immutable: extra.immutable ?? false,
    protected: extra.protected ?? false,
    hidden: extra.hidden ?? false,
    aliases: extra.aliases ?? [],
    accumulates: extra.accumulates ?? false,
    alwaysWritten: extra.alwaysWritten ?? false,
    refuseAtRunTime: extra.refuseAtRunTime ?? (() => null),
    lines: extra.lines ?? ((value) => [quoted(show(value))]),
  }
}

/** Quotes a value where it would not read back as it is. */
export function quoted(text: string): string {
  return text === '' || /[^\x21-\x7e]|["'\\#]/.test(text) ? quoteArgument(text) : text
}

/** A bound: one beyond 2^53 is written as a bigint. */
type Bound = number | bigint

function between(n: number | bigint, min: Bound, max: Bound): number | BadValue {
  return n < min || n > max ? new BadValue(`argument must be between ${min} and ${max} inclusive`) : Number(n)
}

/** Numbers beyond 2^53 are kept rounded; the bounds themselves, which are what people set, show exactly. */
function showNumber(n: number, max: Bound): string {
  if (Number.isSafeInteger(n)) return String(n)
  const big = BigInt(n)
  return String(big > max ? max : big)
}

export function integer(initial: number, min: Bound, max: Bound, traits: Traits = {}): Directive<number> {
  return directive(
    initial,
    ([text]) => {
      const n = parseInt64Exact(text)
      return n === null ? new BadValue("argument couldn't be parsed into an integer") : between(n, min, max)
    },
    (n) => showNumber(n, max),
    traits,
  )
}

const UNITS = new Map([
  ['', 1n],
  ['b', 1n],
  ['k', 1000n],
  ['kb', 1024n],
  ['m', 1000n ** 2n],
  ['mb', 1024n ** 2n],
  ['g', 1000n ** 3n],
  ['gb', 1024n ** 3n],
])

/** Bytes of `100`, `64kb`, `1G`, as a 64-bit number; null for anything else. A unit alone is 0, as in Redis. */
export function memoryBytes(text: string): bigint | null {
  const digits = /^\d{0,127}/.exec(text)![0]
  const factor = UNITS.get(text.slice(digits.length).toLowerCase())
  if (factor === undefined) return null
  const bytes = BigInt(digits) * factor
  return bytes > UINT64_MAX ? UINT64_MAX : bytes
}

const SUFFIXES = [
  ['gb', 1024 ** 3],
  ['mb', 1024 ** 2],
  ['kb', 1024],
] as const

/** As short as it can be said exactly: `64mb`, `1000`. */
export function shortMemory(bytes: number): string {
  for (const [suffix, factor] of SUFFIXES) if (bytes > 0 && bytes % factor === 0) return `${bytes / factor}${suffix}`
  return String(bytes)
}

export function memory(
  initial: number,
  min: Bound = 0,
  max: Bound = INT64_MAX,
  traits: Traits = {},
): Directive<number> {
  return directive(
    initial,
    ([text]) => {
      const bytes = memoryBytes(text)
      return bytes === null ? new BadValue('argument must be a memory value') : between(bytes, min, max)
    },
    (n) => showNumber(n, max),
    { ...traits, lines: (n) => [Number.isSafeInteger(n) ? shortMemory(n) : showNumber(n, max)] },
  )
}

/** Bytes, or a share of maxmemory written `5%` and kept as a negative number. */
export function memoryOrPercent(initial: number, traits: Traits = {}): Directive<number> {
  const show = (n: number) => (n < 0 ? `${-n}%` : showNumber(n, INT64_MAX))
  return directive(
    initial,
    ([text]) => {
      const bytes = memoryBytes(text)
      if (bytes !== null) return between(bytes, -100, INT64_MAX)
      const percent = text.endsWith('%') ? parseInt64Exact(text.slice(0, -1)) : null
      if (percent === null || percent < 0) return new BadValue('argument must be a memory or percent value')
      if (percent > 100) return new BadValue('percentage argument must be less or equal to 100')
      return percent === 0 ? 0 : -Number(percent)
    },
    show,
    { ...traits, lines: (n) => [n < 0 ? show(n) : shortMemory(n)] },
  )
}

export function octal(initial: number, max: number, traits: Traits = {}): Directive<number> {
  return directive(
    initial,
    ([text]) => {
      if (!/^\s*\+?[0-7]{1,21}$/.test(text)) return new BadValue("argument couldn't be parsed as an octal number")
      const n = Number.parseInt(text, 8)
      return n > max ? new BadValue(`argument must be between 0 and ${max.toString(8)} inclusive`) : n
    },
    (n) => n.toString(8),
    traits,
  )
}

export function yesNo(
  initial: boolean,
  traits: Traits & { refuseAtRunTime?: (value: boolean) => string | null } = {},
): Directive<boolean> {
  return directive(
    initial,
    ([text]) => {
      const word = text.toLowerCase()
      return word === 'yes' ? true : word === 'no' ? false : new BadValue("argument must be 'yes' or 'no'")
    },
    (b) => (b ? 'yes' : 'no'),
    traits,
  )
}

export function noneOf(words: readonly string[]): BadValue {
  return new BadValue(`argument(s) must be one of the following: ${words.join(', ')}`)
}

/** One word out of a list. */
export function oneOf<const W extends string>(initial: W, words: readonly W[], traits: Traits = {}): Directive<W> {
  return directive<W>(
    initial,
    ([text]) => words.find((word) => word.toLowerCase() === text.toLowerCase()) ?? noneOf(words),
    (word) => word,
    traits,
  )
}

export interface TextTraits extends Traits {
  /** Every byte counts; else the value ends before its first NUL, as in Redis. */
  readonly binary?: boolean
  readonly check?: (text: string) => string | null
}

/** Reads a word that a check may refuse. */
function reader(traits: TextTraits, convert: (word: string) => string = (word) => word) {
  return ([word]: readonly string[]): string | BadValue => {
    const nul = traits.binary === true ? -1 : word.indexOf('\0')
    const whole = nul < 0 ? word : word.slice(0, nul)
    const reason = traits.check?.(whole) ?? null
    return reason === null ? convert(whole) : new BadValue(reason)
  }
}

/** A string in which the empty one means something; it is written to files like any other. */
export function text(initial: string, traits: TextTraits = {}): Directive<string> {
  return directive(initial, reader(traits), (word) => word, { ...traits, lines: (word) => [quoted(word)] })
}

/** A string that is not set while it is empty: then files have no line for it. */
export function optionalText(traits: TextTraits = {}): Directive<string> {
  return { ...text('', traits), lines: (word) => (word === '' ? [] : [quoted(word)]) }
}

/** A file's name or path, kept as the system writes it. */
export function file(initial: string, traits: TextTraits = {}): Directive<string> {
  return directive(initial, reader(traits, asPath), asBytes, {
    ...traits,
    lines: (path) => (initial === '' && path === '' ? [] : [quoted(asBytes(path))]),
  })
}

/** A directory: relative ones start at the one in force, as changing to it does. Shown absolute. */
export function directory(initial: string, traits: Traits = {}): Directive<string> {
  return directive(
    initial,
    ([word], old) => resolve(old, asPath(word)),
    (path) => asBytes(resolve(path)),
    { ...traits, alwaysWritten: true, lines: (path) => [quoted(asBytes(resolve(path)))] },
  )
}
