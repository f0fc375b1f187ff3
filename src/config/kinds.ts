/** Kinds of configuration values: how each is read from text, shown, and bounded. */
import { parseMemory } from '../util/memory-size.ts'

/** A value that cannot be: the text Redis ends its CONFIG SET error with. */
export class BadValue {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

export interface Directive<T> {
  readonly initial: T
  /** Reads the words after the name; one word, unless `multi`. */
  readonly read: (words: readonly string[]) => T | BadValue
  /** As CONFIG GET shows it. */
  readonly show: (value: T) => string
  /** Takes several words in a configuration file. */
  readonly multi: boolean
  /** Cannot be changed while the server runs. */
  readonly immutable: boolean
  /** Other names for it. */
  readonly aliases: readonly string[]
  /** Each line of a file adds to the value instead of replacing it. */
  readonly accumulates: boolean
  /** The lines CONFIG REWRITE writes, without the name; null for one line with what `show` gives. */
  readonly lines: ((value: T) => string[]) | null
}

export interface Traits {
  readonly immutable?: boolean
  readonly aliases?: readonly string[]
}

export function directive<T>(
  initial: T,
  read: (words: readonly string[]) => T | BadValue,
  show: (value: T) => string,
  traits: Traits & { multi?: boolean; accumulates?: boolean; lines?: (value: T) => string[] } = {},
): Directive<T> {
  return {
    initial,
    read,
    show,
    multi: traits.multi ?? false,
    immutable: traits.immutable ?? false,
    aliases: traits.aliases ?? [],
    accumulates: traits.accumulates ?? false,
    lines: traits.lines ?? null,
  }
}

function between(n: number, min: number, max: number): number | BadValue {
  return n < min || n > max ? new BadValue(`argument must be between ${min} and ${max} inclusive`) : n
}

export function integer(initial: number, min: number, max: number, traits: Traits = {}): Directive<number> {
  return directive(
    initial,
    ([text]) =>
      /^-?\d{1,18}$/.test(text)
        ? between(Number(text), min, max)
        : new BadValue("argument couldn't be parsed into an integer"),
    String,
    traits,
  )
}

export function memory(
  initial: number,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
  traits: Traits = {},
): Directive<number> {
  return directive(
    initial,
    ([text]) => {
      const n = parseMemory(text)
      return n !== n ? new BadValue('argument must be a memory value') : between(n, min, max)
    },
    String,
    traits,
  )
}

/** Bytes, or a share of maxmemory written `5%` and kept as a negative number. */
export function memoryOrPercent(initial: number, traits: Traits = {}): Directive<number> {
  return directive(
    initial,
    ([text]) => {
      const percent = /^(\d+)%$/.exec(text)?.[1]
      if (percent !== undefined) {
        const n = Number(percent)
        return n > 100 ? new BadValue('percentage argument must be less or equal to 100') : n === 0 ? 0 : -n
      }
      const n = parseMemory(text)
      return n !== n || n < 0 ? new BadValue('argument must be a memory or percent value') : n
    },
    (n) => (n < 0 ? `${-n}%` : String(n)),
    traits,
  )
}

export function octal(initial: number, max: number, traits: Traits = {}): Directive<number> {
  return directive(
    initial,
    ([text]) => {
      if (!/^[0-7]{1,6}$/.test(text)) return new BadValue("argument couldn't be parsed as an octal number")
      const n = Number.parseInt(text, 8)
      return n > max ? new BadValue(`argument must be between 0 and ${max.toString(8)} inclusive`) : n
    },
    (n) => n.toString(8),
    traits,
  )
}

export function yesNo(initial: boolean, traits: Traits = {}): Directive<boolean> {
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

/** One word out of a list. */
export function oneOf<const W extends string>(initial: W, words: readonly W[], traits: Traits = {}): Directive<W> {
  return directive<W>(
    initial,
    ([text]) => {
      const found = words.find((word) => word.toLowerCase() === text.toLowerCase())
      if (found !== undefined) return found
      return new BadValue(`argument(s) must be one of the following: ${words.join(', ')}`)
    },
    (word) => word,
    traits,
  )
}

export function text(
  initial: string,
  traits: Traits & { check?: (text: string) => string | null } = {},
): Directive<string> {
  return directive(
    initial,
    ([word]) => {
      const reason = traits.check?.(word) ?? null
      return reason === null ? word : new BadValue(reason)
    },
    (word) => word,
    traits,
  )
}

/** Any number of words. */
export function words(initial: readonly string[], traits: Traits = {}): Directive<readonly string[]> {
  return directive<readonly string[]>(
    initial,
    (list) => list.flatMap((word) => word.split(' ')).filter((word) => word !== ''),
    (list) => list.join(' '),
    { ...traits, multi: true },
  )
}
