/** Directives with a syntax of their own. */
import { parseMemory } from '../util/memory-size.ts'
import { BadValue, type Directive, directive } from './kinds.ts'

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
  (list) => {
    const parts = list.flatMap((word) => word.split(' ')).filter((word) => word !== '')
    if (parts.length % 2 !== 0) return new BadValue('Invalid save parameters')
    const points: SavePoint[] = []
    for (let i = 0; i < parts.length; i += 2) {
      const seconds = Number(parts[i])
      const changes = Number(parts[i + 1])
      if (!/^\d+$/.test(parts[i]) || !/^\d+$/.test(parts[i + 1]) || seconds < 1) {
        return new BadValue('Invalid save parameters')
      }
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

/** Reads groups of `class hard soft seconds`; classes that are not named keep what `over` says. */
export function readOutputLimits(list: readonly string[], over: OutputLimitByKind): OutputLimitByKind | BadValue {
  const parts = list.flatMap((word) => word.split(' ')).filter((word) => word !== '')
  if (parts.length % 4 !== 0) {
    return new BadValue('Wrong number of arguments in buffer limit configuration.')
  }
  const limits = { ...over }
  for (let i = 0; i < parts.length; i += 4) {
    const kind = KINDS.get(parts[i].toLowerCase() as 'normal')
    if (kind === undefined) return new BadValue('Invalid client class specified in buffer limit configuration.')
    const hard = parseMemory(parts[i + 1])
    const soft = parseMemory(parts[i + 2])
    const softSeconds = Number(parts[i + 3])
    if (!(hard >= 0) || !(soft >= 0) || !/^\d+$/.test(parts[i + 3])) {
      return new BadValue('Error in hard, soft or soft_seconds setting in buffer limit configuration.')
    }
    limits[kind] = { hard, soft, softSeconds }
  }
  return limits
}

export const outputLimits: Directive<OutputLimitByKind> = directive<OutputLimitByKind>(
  INITIAL_LIMITS,
  (list) => readOutputLimits(list, INITIAL_LIMITS),
  (l) => [showLimit('normal', l.normal), showLimit('slave', l.replica), showLimit('pubsub', l.pubsub)].join(' '),
  {
    multi: true,
    lines: (l) => [showLimit('normal', l.normal), showLimit('replica', l.replica), showLimit('pubsub', l.pubsub)],
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

const ALL_EVENTS =
  EVENT_CLASS.g |
  EVENT_CLASS.$ |
  EVENT_CLASS.l |
  EVENT_CLASS.s |
  EVENT_CLASS.h |
  EVENT_CLASS.z |
  EVENT_CLASS.x |
  EVENT_CLASS.e |
  EVENT_CLASS.t |
  EVENT_CLASS.d

export const notifyEvents: Directive<number> = directive(
  0,
  ([letters]) => {
    let bits = 0
    for (const letter of letters) {
      if (letter === 'A') bits |= ALL_EVENTS
      else if (letter in EVENT_CLASS) bits |= EVENT_CLASS[letter as keyof typeof EVENT_CLASS]
      else return new BadValue('Invalid event class character. Use Ag$lshzxeKEtmdn.')
    }
    return bits
  },
  (bits) => {
    let letters = ''
    if ((bits & ALL_EVENTS) === ALL_EVENTS) letters = 'A'
    else for (const l of 'g$lshzxetd' as string) if (bits & EVENT_CLASS[l as keyof typeof EVENT_CLASS]) letters += l
    for (const l of 'KEmn' as string) if (bits & EVENT_CLASS[l as keyof typeof EVENT_CLASS]) letters += l
    return letters
  },
)

export interface HostPort {
  readonly host: string
  readonly port: number
}

export const replicaof: Directive<HostPort | null> = directive<HostPort | null>(
  null,
  (list) => {
    const parts = list.flatMap((word) => word.split(' ')).filter((word) => word !== '')
    if (parts.length === 0) return null
    if (parts.length !== 2) return new BadValue('wrong number of arguments')
    const [host, port] = parts
    if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') return null
    const n = Number(port)
    if (!/^\d+$/.test(port) || n > 65535) return new BadValue('Invalid master port')
    return { host, port: n }
  },
  (master) => (master === null ? '' : `${master.host} ${master.port}`),
  { multi: true, immutable: true, aliases: ['slaveof'], lines: (m) => (m === null ? [] : [`${m.host} ${m.port}`]) },
)

export const percentiles: Directive<readonly number[]> = directive<readonly number[]>(
  [50, 99, 99.9],
  (list) => {
    const numbers = list
      .flatMap((word) => word.split(' '))
      .filter((word) => word !== '')
      .map(Number)
    const fine = numbers.every((n) => n >= 0 && n <= 100)
    return fine ? numbers : new BadValue('latency-tracking-info-percentiles should be between 0.0 and 100.0')
  },
  (numbers) => numbers.join(' '),
  { multi: true },
)

export const oomScores: Directive<readonly number[]> = directive<readonly number[]>(
  [0, 200, 800],
  (list) => {
    const numbers = list
      .flatMap((word) => word.split(' '))
      .filter((word) => word !== '')
      .map(Number)
    const fine = numbers.length === 3 && numbers.every((n) => Number.isInteger(n) && n >= -2000 && n <= 2000)
    return fine ? numbers : new BadValue('Invalid oom-score-adj-values, elements must be between -2000 and 2000.')
  },
  (numbers) => numbers.join(' '),
  { multi: true },
)
