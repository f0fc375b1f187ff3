/** Directives with a syntax of their own. */
import { parseDouble } from '../util/numbers.ts'
import { BadValue, type Directive, directive, memoryBytes, noneOf, shortMemory, type Traits } from './kinds.ts'

/**
 * A number as C's strtoll reads a whole word: white space and a sign in front, and nothing at all is 0.
 * NaN when something else is in it.
 */
function lenientInteger(word: string): number {
  return word === '' ? 0 : /^[ \t\n\v\f\r]*[+-]?\d+$/.test(word) ? Number(word) : Number.NaN
}

/** Save when at least `changes` happened within `seconds`. */
export interface SavePoint {
  readonly seconds: number
  readonly changes: number
}

export const save: Directive<readonly SavePoint[]> = directive<readonly SavePoint[]>(
  [
    { seconds: 3600, changes: 1 },
    { seconds: 300, changes: 100 },
    { seconds: 60, changes: 10000 },
  ],
  (words) => {
    const parts = words.length === 1 && words[0] === '' ? [] : words
    if (parts.length % 2 !== 0) return new BadValue('Invalid save parameters')
    const points: SavePoint[] = []
    for (let i = 0; i < parts.length; i += 2) {
      const seconds = lenientInteger(parts[i])
      const changes = lenientInteger(parts[i + 1])
      if (!(seconds >= 1) || !(changes >= 0)) return new BadValue('Invalid save parameters')
      points.push({ seconds, changes })
    }
    return points
  },
  (points) => points.map((p) => `${p.seconds} ${p.changes}`).join(' '),
  {
    multi: true,
    accumulates: true,
    lines: (points) => (points.length === 0 ? ['""'] : points.map((p) => `${p.seconds} ${p.changes}`)),
  },
)

export interface OutputLimit {
  /** Bytes at which a client is cut off at once; 0 for no limit. */
  readonly hard: number
  /** Bytes at which it is cut off after `softSeconds`; 0 for no limit. */
  readonly soft: number
  readonly softSeconds: number
}

export interface OutputLimitByKind {
  readonly normal: OutputLimit
  readonly replica: OutputLimit
  readonly pubsub: OutputLimit
}

const KINDS = new Map([
  ['normal', 'normal'],
  ['replica', 'replica'],
  ['slave', 'replica'],
  ['pubsub', 'pubsub'],
] as const)

const INITIAL_LIMITS: OutputLimitByKind = {
  normal: { hard: 0, soft: 0, softSeconds: 0 },
  replica: { hard: 268435456, soft: 67108864, softSeconds: 60 },
  pubsub: { hard: 33554432, soft: 8388608, softSeconds: 60 },
}

const showLimit = (kind: string, l: OutputLimit) => `${kind} ${l.hard} ${l.soft} ${l.softSeconds}`
const limitLine = (kind: string, l: OutputLimit) =>
  `${kind} ${shortMemory(l.hard)} ${shortMemory(l.soft)} ${l.softSeconds}`

/** Of the classes only those whose limits are not the usual ones. */
function limitLines(limits: OutputLimitByKind): string[] {
  const kinds = ['normal', 'replica', 'pubsub'] as const
  const line = (kind: (typeof kinds)[number], from: OutputLimitByKind) => limitLine(kind, from[kind])
  return kinds.filter((kind) => line(kind, limits) !== line(kind, INITIAL_LIMITS)).map((kind) => line(kind, limits))
}

/** Groups of `class hard soft seconds`; classes that are not named keep their limits. */
export const outputLimits: Directive<OutputLimitByKind> = directive<OutputLimitByKind>(
  INITIAL_LIMITS,
  (words, old) => {
    if (words.length % 4 !== 0) return new BadValue('Wrong number of arguments in buffer limit configuration.')
    const limits = { ...old }
    for (let i = 0; i < words.length; i += 4) {
      const kind = KINDS.get(words[i].toLowerCase() as 'normal')
      if (kind === undefined) return new BadValue('Invalid client class specified in buffer limit configuration.')
      const hard = memoryBytes(words[i + 1])
      const soft = memoryBytes(words[i + 2])
      const softSeconds = lenientInteger(words[i + 3])
      if (hard === null || soft === null || !(softSeconds >= 0)) {
        return new BadValue('Error in hard, soft or soft_seconds setting in buffer limit configuration.')
      }
      limits[kind] = { hard: Number(hard), soft: Number(soft), softSeconds }
    }
    return limits
  },
  (l) => [showLimit('normal', l.normal), showLimit('slave', l.replica), showLimit('pubsub', l.pubsub)].join(' '),
  {
    multi: true,
    lines: limitLines,
  },
)

/** Classes of keyspace events, by letter, as bits. */
export const EVENT_CLASS = {
  K: 1,
  E: 2,
  g: 4,
  $: 8,
  l: 16,
  s: 32,
  h: 64,
  z: 128,
  x: 256,
  e: 512,
  t: 1024,
  m: 2048,
  d: 4096,
  n: 8192,
} as const

const bitsOf = (letters: string) =>
  [...letters].reduce((bits, letter) => bits | EVENT_CLASS[letter as keyof typeof EVENT_CLASS], 0)

const ALL_EVENTS = bitsOf('g$lshzxetd')

export const notifyEvents: Directive<number> = directive(
  0,
  ([letters]) => {
    let bits = 0
    for (const letter of letters) {
      if (letter === 'A') bits |= ALL_EVENTS
      else if (Object.hasOwn(EVENT_CLASS, letter)) bits |= bitsOf(letter)
      else return new BadValue("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
    }
    return bits
  },
  (bits) => {
    // Like Redis: with all classes on, that of new keys is not told.
    const all = (bits & ALL_EVENTS) === ALL_EVENTS
    return (all ? 'A' : '') + [...(all ? 'KEm' : 'g$lshzxetdnKEm')].filter((l) => (bits & bitsOf(l)) !== 0).join('')
  },
)

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** An empty value, which an environment variable may well have, is no master. */
export const replicaof: Directive<HostPort | null> = directive<HostPort | null>(
  null,
  (words) => {
    if (words.length === 1 && words[0] === '') return null
    if (words.length !== 2) return new BadValue('wrong number of arguments')
    const [host, port] = words
    if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') return null
    const n = lenientInteger(port)
    return n >= 0 && n <= 65535 ? { host, port: n } : new BadValue('Invalid master port')
  },
  (master) => (master === null ? '' : `${master.host} ${master.port}`),
  { multi: true, immutable: true, aliases: ['slaveof'], lines: (m) => (m === null ? [] : [`${m.host} ${m.port}`]) },
)

const showPercentile = (n: number) => n.toFixed(6).replace(/\.?0+$/, '')

export const percentiles: Directive<readonly number[]> = directive<readonly number[]>(
  [50, 99, 99.9],
  (words) => {
    if (words.length === 1 && words[0] === '') return []
    const numbers = words.map(parseDouble)
    for (const n of numbers) {
      if (Number.isNaN(n)) return new BadValue('Invalid latency-tracking-info-percentiles parameters')
      if (n > 100 || n < 0) {
        return new BadValue('latency-tracking-info-percentiles parameters should sit between [0.0,100.0]')
      }
    }
    return numbers
  },
  (numbers) => numbers.map(showPercentile).join(' '),
  { multi: true, lines: (numbers) => [numbers.length === 0 ? '""' : numbers.map(showPercentile).join(' ')] },
)

export const oomScores: Directive<readonly number[]> = directive<readonly number[]>(
  [0, 200, 800],
  (words) => {
    if (words.length !== 3) return new BadValue('wrong number of arguments')
    const numbers = words.map(lenientInteger)
    const fine = numbers.every((n) => n >= -2000 && n <= 2000)
    return fine ? numbers : new BadValue('Invalid oom-score-adj-values, elements must be between -2000 and 2000.')
  },
  (numbers) => numbers.join(' '),
  { multi: true, lines: (numbers) => [numbers.join(' ')] },
)

export type OomScoreAdjust = 'no' | 'yes' | 'absolute'

/** `relative` is another word for `yes`. */
export const oomScoreAdjust: Directive<OomScoreAdjust> = directive<OomScoreAdjust>(
  'no',
  ([word]) => {
    const words = ['no', 'yes', 'relative', 'absolute']
    const found = words.find((w) => w === word.toLowerCase())
    return found === undefined ? noneOf(words) : found === 'relative' ? 'yes' : (found as OomScoreAdjust)
  },
  (word) => word,
)

const MOST_ADDRESSES = 16

/** Addresses to listen on; `*` and `::*` are all of them, a leading `-` makes one optional. */
export const bind: Directive<readonly string[]> = directive<readonly string[]>(
  ['*', '-::*'],
  (words) => {
    if (words.length > MOST_ADDRESSES) return new BadValue('Too many bind addresses specified.')
    return words.length === 1 && words[0] === '' ? [] : words
  },
  (list) => list.join(' '),
  { multi: true, lines: (list) => (list.join(' ') === '* -::*' ? [] : [list.length === 0 ? '""' : list.join(' ')]) },
)

/** How a signal shuts the server down; the default goes by the save points and waits for replicas. */
export type ShutdownFlag = 'save' | 'nosave' | 'now' | 'force'

const SHUTDOWN_FLAGS: readonly ShutdownFlag[] = ['save', 'nosave', 'now', 'force']

export function shutdownFlags(): Directive<readonly ShutdownFlag[]> {
  const words: readonly string[] = ['default', ...SHUTDOWN_FLAGS]
  const show = (flags: readonly ShutdownFlag[]) => (flags.length === 0 ? 'default' : flags.join(' '))
  return directive<readonly ShutdownFlag[]>(
    [],
    (list) => {
      const lower = list.map((word) => word.toLowerCase())
      if (list.length === 0 || lower.some((word) => !words.includes(word))) return noneOf(words)
      const flags = SHUTDOWN_FLAGS.filter((flag) => lower.includes(flag))
      if (flags.includes('save') && flags.includes('nosave')) {
        return new BadValue("shutdown options SAVE and NOSAVE can't be used simultaneously")
      }
      return flags
    },
    show,
    { multi: true, lines: (flags) => [show(flags)] },
  )
}

const TITLE_VARIABLES = new Set([
  'title',
  'listen-addr',
  'server-mode',
  'config-file',
  'port',
  'tls-port',
  'unixsocket',
])

/** The template of the process title with its {variables} filled in; null when it has others or is not well formed. */
export function fillTitle(template: string, values: (name: string) => string): string | null {
  let title = ''
  for (let at = 0; at < template.length; at++) {
    const char = template[at]
    if (char !== '{') {
      title += char
      continue
    }
    if (template[at + 1] === '{') {
      title += '{'
      at++
      continue
    }
    const end = template.indexOf('}', at)
    const name = template.slice(at + 1, end)
    if (end < 0 || !TITLE_VARIABLES.has(name)) return null
    title += values(name)
    at = end
  }
  return title.replace(/^ +| +$/g, '')
}

export function checkTitle(template: string): string | null {
  const filled = fillTitle(template, (name) => (name === 'title' || name === 'server-mode' ? '' : 'x'))
  return filled === null || filled === '' ? 'template format is invalid or contains unknown variables' : null
}

export function checkHostname(name: string): string | null {
  if (name.length >= 256) return 'Hostnames must be less than 256 characters'
  return /^[A-Za-z0-9.-]*$/.test(name) ? null : 'Hostnames may only contain alphanumeric characters, hyphens or dots'
}

/** A file of a fixed folder: its directive names it in refusals. */
export function baseName(directive: string, what: 'filename' | 'dirname', mayBeEmpty: boolean) {
  return (name: string): string | null => {
    if (name === '' && !mayBeEmpty) return `${directive} can't be empty`
    return /[/\\]/.test(name) ? `${directive} can't be a path, just a ${what}` : null
  }
}

/** Cycles a second; more or fewer are brought within bounds rather than refused. */
export function hertz(initial: number, traits: Traits = {}): Directive<number> {
  return directive(
    initial,
    ([word]) => {
      const n = /^(0|[1-9]\d{0,17})$/.test(word) ? Number(word) : /^-[1-9]\d{0,17}$/.test(word) ? -1 : Number.NaN
      if (Number.isNaN(n)) return new BadValue("argument couldn't be parsed into an integer")
      if (n < 0 || n > 2147483647) return new BadValue('argument must be between 0 and 2147483647 inclusive')
      return Math.min(500, Math.max(1, n))
    },
    String,
    traits,
  )
}
