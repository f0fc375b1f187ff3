/** Deadlines of fields: what HEXPIRE, HTTL, HGETEX, HSETEX and their families share. */
import { E, type ReplyError } from '../../resp/errors.ts'
import {
  bytes,
  custom,
  flag,
  int,
  many,
  named,
  needed,
  oneOf,
  parsed,
  shown,
  titled,
  variant,
} from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { type Hash, LAST_FIELD_DEADLINE } from '../../types/hash.ts'
import { parseInt64Exact, parseInteger } from '../../util/numbers.ts'

/** What the commands reply for each field. */
export const FieldReply = { missing: -2, noDeadline: -1, refused: 0, done: 1, deleted: 2 } as const

export type Unit = 'seconds' | 'milliseconds'

/** How a time is given, by option word. */
const TIME_OPTIONS: Readonly<Record<string, { unit: Unit; relative: boolean }>> = {
  EX: { unit: 'seconds', relative: true },
  PX: { unit: 'milliseconds', relative: true },
  EXAT: { unit: 'seconds', relative: false },
  PXAT: { unit: 'milliseconds', relative: false },
}

/** A time as given, in ms and within bounds. */
export interface FieldTime {
  readonly ms: number
  readonly relative: boolean
}

function readMs(text: string, unit: Unit, command: string): number {
  const n = parseInt64Exact(text)
  if (n === null) throw E.notInteger
  if (n < 0) throw E.hashExpireNegative
  const ms = Number(n) * (unit === 'seconds' ? 1000 : 1)
  if (ms > LAST_FIELD_DEADLINE) throw E.invalidExpire(command)
  return ms
}

/** The option word and its value at `at`; null when there is no such word. */
function readTimeOption(argv: readonly string[], at: number, command: string, missing: ReplyError): FieldTime | null {
  const how = Object.hasOwn(TIME_OPTIONS, argv[at].toUpperCase()) ? TIME_OPTIONS[argv[at].toUpperCase()] : null
  if (how === null) return null
  if (at + 1 >= argv.length) throw missing
  return { ms: readMs(argv[at + 1], how.unit, command), relative: how.relative }
}

/** The deadline in Unix ms. */
export function deadlineOf(c: Context, time: FieldTime, command: string): number {
  const deadline = time.relative ? c.now + time.ms : time.ms
  if (deadline > LAST_FIELD_DEADLINE) throw E.invalidExpire(command)
  return deadline
}

/** The time of HEXPIRE and its family. */
export const fieldTime = (name: string, unit: Unit, relative: boolean, command: string) =>
  parsed(name, (text): FieldTime => ({ ms: readMs(text, unit, command), relative }))

function readFields(argv: readonly string[], at: number, countError: ReplyError): readonly string[] {
  if (at >= argv.length || argv[at].toUpperCase() !== 'FIELDS') throw E.hashFieldsMissing
  const n = at + 1 < argv.length ? parseInteger(argv[at + 1]) : Number.NaN
  if (n !== n || n < 1) throw countError
  if (n !== argv.length - at - 2) throw E.hashFieldsMismatch
  return argv.slice(at + 2)
}

const fieldsBlock = needed(titled('fields', named('FIELDS', int('numfields'), many(bytes('field')))))

/** `FIELDS numfields field [field ...]` */
export const fieldList = custom('fields', {
  like: [fieldsBlock],
  min: 3,
  read: (argv, from) => ({ value: readFields(argv, from, E.hashFieldCount), next: argv.length }),
})

export type DeadlineCondition = 'NX' | 'XX' | 'GT' | 'LT'

/** `[NX | XX | GT | LT] FIELDS numfields field [field ...]` */
export const conditionAndFields = custom('fields', {
  like: [oneOf('condition', { nx: 'NX', xx: 'XX', gt: 'GT', lt: 'LT' }), fieldsBlock],
  min: 3,
  read(argv, from): { value: { condition: DeadlineCondition | null; fields: readonly string[] }; next: number } {
    const word = argv[from].toUpperCase()
    const condition = word === 'NX' || word === 'XX' || word === 'GT' || word === 'LT' ? word : null
    const fields = readFields(argv, condition === null ? from : from + 1, E.hashFieldsNotPositive)
    return { value: { condition, fields }, next: argv.length }
  },
})

const timeOptions = {
  ex: named('EX', int('seconds')),
  px: named('PX', int('milliseconds')),
  exat: named('EXAT', shown(int('unix-time-seconds'), { type: 'unix-time' })),
  pxat: named('PXAT', shown(int('unix-time-milliseconds'), { type: 'unix-time' })),
}

/** What HGETEX does about deadlines: sets one, takes them away, or nothing. */
export type GetexExpiry = FieldTime | 'persist' | null

/** `[EX s | PX ms | EXAT s | PXAT ms | PERSIST] FIELDS numfields field [field ...]` */
export const getexArguments = custom('fields', {
  like: [variant('expiration', { ...timeOptions, persist: flag('PERSIST') }), fieldsBlock],
  min: 3,
  read(argv, from): { value: { expiry: GetexExpiry; fields: readonly string[] }; next: number } {
    const persist = argv[from].toUpperCase() === 'PERSIST'
    const time = persist ? null : readTimeOption(argv, from, 'hgetex', E.arity('hgetex'))
    const at = from + (persist ? 1 : time !== null ? 2 : 0)
    const fields = readFields(argv, at, E.hashFieldCount)
    return { value: { expiry: persist ? 'persist' : time, fields }, next: argv.length }
  },
})

export interface SetexArguments {
  readonly condition: 'FNX' | 'FXX' | null
  readonly expiry: FieldTime | 'keep' | null
  readonly fields: readonly string[]
  readonly values: readonly string[]
}

/** `[FNX | FXX] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL] FIELDS numfields field value [field value ...]` */
export const setexArguments = custom('fields', {
  like: [
    oneOf('condition', { fnx: 'FNX', fxx: 'FXX' }),
    variant('expiration', { ...timeOptions, keepttl: flag('KEEPTTL') }),
    needed(titled('fields', named('FIELDS', int('numfields'), many(bytes('field'), bytes('value'))))),
  ],
  min: 4,
  read(argv, from): { value: SetexArguments; next: number } {
    let condition: SetexArguments['condition'] = null
    let expiry: SetexArguments['expiry'] = null
    for (let i = from; i < argv.length; i++) {
      const word = argv[i].toUpperCase()
      if (word === 'FIELDS') {
        const [fields, values] = readPairs(argv, i)
        return { value: { condition, expiry, fields, values }, next: argv.length }
      }
      if (word === 'FNX' || word === 'FXX') {
        if (condition !== null) throw E.hashSetConditions
        condition = word
      } else if (word === 'KEEPTTL') {
        if (expiry !== null) throw E.hashSetExpiries
        expiry = 'keep'
      } else {
        if (expiry !== null && Object.hasOwn(TIME_OPTIONS, word)) throw E.hashSetExpiries
        const time = readTimeOption(argv, i, 'hsetex', E.hashSetExpiryMissing)
        if (time === null) throw E.hashSetUnknown(argv[i])
        expiry = time
        i++
      }
    }
    throw E.hashFieldsMissing
  },
})

function readPairs(argv: readonly string[], at: number): [fields: string[], values: string[]] {
  const first = at + 2
  if (first + 2 > argv.length) throw E.arity('hsetex')
  const n = parseInteger(argv[at + 1])
  if (n !== n || n < 1) throw E.hashSetFieldCount
  if (argv.length - first !== n * 2) throw E.arity('hsetex')
  const fields: string[] = []
  const values: string[] = []
  for (let i = first; i < argv.length; i += 2) {
    fields.push(argv[i])
    values.push(argv[i + 1])
  }
  return [fields, values]
}

/** The most words a propagated command names: what follows goes into another one. */
const WORDS_AT_ONCE = 1024

/** Propagates a command once or several times, so that it names all the words. `head` gets how many it names. */
function propagateWords(
  c: Context,
  words: readonly string[],
  first: boolean,
  head: (count: number) => readonly string[],
): void {
  for (let i = 0; i < words.length; i += WORDS_AT_ONCE) {
    const some = words.slice(i, i + WORDS_AT_ONCE)
    if (first && i === 0) c.propagate.as(...head(some.length), ...some)
    else c.propagate.also(...head(some.length), ...some)
  }
}

export function propagateDeletion(c: Context, key: string, fields: readonly string[]): void {
  propagateWords(c, fields, true, () => ['HDEL', key])
}

export function propagatePersist(c: Context, key: string, fields: readonly string[]): void {
  propagateWords(c, fields, true, (n) => ['HPERSIST', key, 'FIELDS', String(n)])
}

/** `first`: nothing else is propagated before it. */
export function propagateDeadline(
  c: Context,
  key: string,
  deadline: number,
  fields: readonly string[],
  first = true,
): void {
  propagateWords(c, fields, first, (n) => ['HPEXPIREAT', key, String(deadline), 'FIELDS', String(n)])
}

export function propagateValues(c: Context, key: string, fields: readonly string[], values: readonly string[]): void {
  const pairs: string[] = []
  for (let i = 0; i < fields.length; i++) pairs.push(fields[i], values[i])
  propagateWords(c, pairs, true, () => ['HSET', key])
}

/** Would a field with this deadline go at once? Only a master that is not loading removes anything by itself. */
export function isDead(c: Context, deadline: number): boolean {
  return deadline <= c.now && c.store.expiryMode === 'remove'
}

function allows(condition: DeadlineCondition | null, old: number, deadline: number): boolean {
  switch (condition) {
    case null:
      return true
    case 'NX':
      return old === -1
    case 'XX':
      return old !== -1
    case 'GT':
      // No deadline is later than any.
      return old !== -1 && deadline > old
    case 'LT':
      return old === -1 || deadline < old
  }
}

/** Gives fields a deadline, or deletes them when it has passed; announces it, and returns what became of each. */
export function expireFields(
  c: Context,
  key: string,
  hash: Hash | undefined,
  deadline: number,
  condition: DeadlineCondition | null,
  fields: readonly string[],
): number[] {
  const dead = isDead(c, deadline)
  const changed: string[] = []
  const outcomes = fields.map((field): number => {
    if (hash === undefined || !hash.has(field)) return FieldReply.missing
    if (!allows(condition, hash.deadlineOf(field), deadline)) return FieldReply.refused
    changed.push(field)
    if (dead) hash.delete(field)
    else hash.setDeadline(field, Math.max(1, deadline))
    return dead ? FieldReply.deleted : FieldReply.done
  })
  if (changed.length > 0) {
    if (dead) propagateDeletion(c, key, changed)
    else propagateDeadline(c, key, deadline, changed)
    c.db.changed(key, dead ? 'hdel' : 'hexpire', changed.length)
  }
  return outcomes
}

/** Takes deadlines away; announces it, and returns what became of each. */
export function persistFields(c: Context, key: string, hash: Hash | undefined, fields: readonly string[]): number[] {
  const changed: string[] = []
  const outcomes = fields.map((field): number => {
    if (hash === undefined || !hash.has(field)) return FieldReply.missing
    if (!hash.persist(field)) return FieldReply.noDeadline
    changed.push(field)
    return FieldReply.done
  })
  if (changed.length > 0) {
    propagatePersist(c, key, changed)
    c.db.changed(key, 'hpersist', changed.length)
  }
  return outcomes
}

export function replyNumbers(c: Context, numbers: readonly number[]): void {
  c.reply.array(numbers.length)
  for (const n of numbers) c.reply.int(n)
}

/** A value per field, null for those that do not exist. */
export function replyValues(c: Context, values: readonly (string | undefined)[]): void {
  c.reply.array(values.length)
  for (const value of values) {
    if (value === undefined) c.reply.null()
    else c.reply.bulk(value)
  }
}

/** HTTL and its family: seconds round up, so that a field that is there never shows 0. */
export function replyDeadlines(
  c: Context,
  key: string,
  fields: readonly string[],
  unit: Unit,
  relative: boolean,
): void {
  const hash = c.db.hashes.get(key)
  c.reply.array(fields.length)
  for (const field of fields) {
    if (hash === undefined || !hash.has(field)) {
      c.reply.int(FieldReply.missing)
      continue
    }
    const deadline = hash.deadlineOf(field)
    const ms = relative ? deadline - c.now : deadline
    if (deadline === -1) c.reply.int(FieldReply.noDeadline)
    else c.reply.int(unit === 'seconds' ? Math.ceil(ms / 1000) : ms)
  }
}
