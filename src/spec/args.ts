/**
 * The vocabulary of command declarations: what an argument is, and what its handler receives for it.
 *
 * A declaration is data. `command()` compiles it once, at start-up, into a reader, an arity, key positions and
 * documentation; nothing here runs per call.
 */
import { E, type ReplyError } from '../resp/errors.ts'

type Way = 'RO' | 'RW' | 'OW' | 'RM'
type Change = 'update' | 'insert' | 'delete'

/**
 * What a command does to a key, in Redis's words; ACL, client tracking and COMMAND INFO read it. First what it does to
 * the entry: reads it (RO), changes it (RW), overwrites it whatever it was (OW) or removes it (RM). Then what it does to
 * the user's data in it: `access` when some of it is returned, copied or decides the reply; and how it may change.
 * `not_key` is no key, though it decides on the cluster node as one does: a shard channel.
 */
export type KeyAccess = Way | `${Way} access` | `${Way} ${Change}` | `${Way} access ${Change}` | 'not_key'

/** What is special about a key, and COMMAND INFO tells. */
export interface KeyAbout {
  readonly notes?: string
  /** When other arguments decide on the access: the access in one request, which may be malformed. */
  readonly varies?: (argv: readonly string[]) => KeyAccess
  /** There are requests in which this place says nothing, as another one does. */
  readonly incomplete?: boolean
  /** The word that counts the keys may say 0. */
  readonly none?: boolean
  /** Is described together with the key right before it. */
  readonly continues?: boolean
}

/** Where keys may stand, as COMMAND INFO describes it. */
export interface KeySpec extends KeyAbout {
  readonly access: KeyAccess
  /** The place to count from: an index in argv, or the word behind a keyword; null: unknown. */
  readonly begin: { readonly index: number } | { readonly keyword: string; readonly startFrom: number } | null
  /**
   * Either every `step`th word to the `last` one, which counts from `begin` or, negative, from the end (with a `limit` of
   * 2 from the middle); or as many as the word `countAt` says, the first one at `first`, both from `begin`; null: unknown.
   */
  readonly find:
    | { readonly last: number; readonly step: number; readonly limit: number }
    | { readonly countAt: number; readonly first: number; readonly step: number }
    | null
}

/** Keys that no rule finds: `notes` says why. */
export const unknownKeys = (access: KeyAccess, notes: string): KeySpec => ({ access, notes, begin: null, find: null })

/** How an argument is read. */
export type Form =
  | { readonly kind: 'key'; readonly access: KeyAccess; readonly about: KeyAbout }
  | { readonly kind: 'bytes' }
  | {
      readonly kind: 'int'
      readonly error: ReplyError
      readonly min: number
      readonly max: number
      readonly rangeError: ReplyError
    }
  | { readonly kind: 'int64'; readonly error: ReplyError }
  | { readonly kind: 'double'; readonly error: ReplyError }
  | { readonly kind: 'read'; readonly read: (text: string) => unknown }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'oneOf'; readonly tokens: Readonly<Record<string, string>>; readonly clash: ReplyError }
  | { readonly kind: 'choice'; readonly tokens: Readonly<Record<string, string>>; readonly error: ReplyError }
  | { readonly kind: 'named'; readonly token: string; readonly of: readonly AnyArg[] }
  | { readonly kind: 'variant'; readonly variants: Readonly<Record<string, AnyArg>>; readonly clash: ReplyError }
  | {
      readonly kind: 'options'
      readonly args: Readonly<Record<string, AnyArg>>
      readonly unknown: ReplyError | ((word: string) => ReplyError)
    }
  | {
      readonly kind: 'numkeys'
      readonly access: KeyAccess
      readonly about: KeyAbout
      readonly notInteger: ReplyError
      readonly zeroError: ReplyError
      readonly shortError: ReplyError
    }
  | {
      readonly kind: 'many'
      readonly of: readonly AnyArg[]
      readonly uneven: ReplyError | null
      readonly none: boolean
    }
  | {
      /** Several that stand together. Only to describe a `custom` argument. */
      readonly kind: 'block'
      readonly of: readonly AnyArg[]
    }
  | {
      readonly kind: 'custom'
      readonly like: readonly AnyArg[]
      readonly min: number
      readonly read: (argv: readonly string[], from: number) => { value: unknown; next: number }
      readonly keys: ((argv: readonly string[], from: number) => readonly number[]) | null
      readonly keySpecs: readonly KeySpec[] | null
      readonly access: KeyAccess
    }

/** How documentation shows an argument where it is not as it is read. */
export interface Shown {
  readonly type?: 'string' | 'integer' | 'double' | 'pattern' | 'unix-time'
  /** The Redis version that has it first, when that is not the command's. */
  readonly since?: string
  /** The same by token, of the words of `oneOf`. */
  readonly sinceOf?: Readonly<Record<string, string>>
  /** May come several times, each with its token. */
  readonly repeated?: boolean
  /** What is shown in its place. */
  readonly like?: readonly AnyArg[]
  /** Of something that is no key itself: the index of the key specification that tells of the keys it makes. */
  readonly keySpec?: number
}

/** One declared argument. `T` is what the handler receives for it. */
export interface Arg<T> {
  readonly name: string
  readonly form: Form
  readonly optional: boolean
  readonly defaults: T | null
  readonly shown?: Shown
}
export type AnyArg = Arg<any>

function arg<T>(name: string, form: Form, optional = false, defaults: T | null = null): Arg<T> {
  return { name, form, optional, defaults }
}

/** A key; `access` says what the command does to it. */
export const key = (name: string, access: KeyAccess, about: KeyAbout = {}): Arg<string> =>
  arg(name, { kind: 'key', access, about })

/** Any bytes: a value, a field, a member, a pattern. */
export const bytes = (name: string): Arg<string> => arg(name, { kind: 'bytes' })

export interface IntLimits {
  readonly min?: number
  readonly max?: number
  /** The reply when the text is no integer; default "ERR value is not an integer or out of range". */
  readonly error?: ReplyError
  /** The reply when it is one outside min..max; default: the same as `error`. */
  readonly rangeError?: ReplyError
}

/** A 64-bit integer: counts, offsets, seconds. Those beyond 2^53 become the nearest safe number. */
export const int = (name: string, limits: IntLimits = {}): Arg<number> => {
  const error = limits.error ?? E.notInteger
  return arg(name, {
    kind: 'int',
    error,
    min: limits.min ?? Number.MIN_SAFE_INTEGER,
    max: limits.max ?? Number.MAX_SAFE_INTEGER,
    rangeError: limits.rangeError ?? error,
  })
}

/** Any signed 64-bit integer: a number when it is safe, else a bigint. */
export const int64 = (name: string, error: ReplyError = E.notInteger): Arg<number | bigint> =>
  arg(name, { kind: 'int64', error })

/** A double as Redis reads one, never NaN. */
export const double = (name: string, error: ReplyError = E.notFloat): Arg<number> =>
  arg(name, { kind: 'double', error })

/** One argument read by a function, which throws a ReplyError for bad text. */
export const parsed = <T>(name: string, read: (text: string) => T): Arg<T> => arg(name, { kind: 'read', read })

/** An option without a value: true when present. Inside `options` only. */
export const flag = (token: string, name = token.toLowerCase()): Arg<boolean> =>
  arg(name, { kind: 'token', token }, true, false) as Arg<boolean>

/** Exclusive option words; null when none is given; two different ones reply `clash`. Inside `options` only. */
export const oneOf = <const T extends Readonly<Record<string, string>>>(
  name: string,
  tokens: T,
  clash: ReplyError = E.syntax,
): Arg<keyof T | null> => arg<keyof T | null>(name, { kind: 'oneOf', tokens, clash }, true)

/** A positional word out of a fixed set, in either case. */
export const choice = <const T extends Readonly<Record<string, string>>>(
  name: string,
  tokens: T,
  error: ReplyError = E.syntax,
): Arg<keyof T> => arg<keyof T>(name, { kind: 'choice', tokens, error })

type Values<A extends readonly AnyArg[]> = { readonly [I in keyof A]: A[I] extends Arg<infer T> ? T : never }

/** An option with a value: `EX seconds`; null when absent. Inside `options` (the last one given wins). */
export function named<T>(token: string, of: Arg<T>): Arg<T | null>
/** An option with several values: `LIMIT offset count`, as a tuple; null when absent. */
export function named<const A extends readonly [AnyArg, AnyArg, ...AnyArg[]]>(
  token: string,
  ...of: A
): Arg<Values<A> | null>
export function named(token: string, ...of: AnyArg[]): AnyArg {
  return arg(of.map((a) => a.name).join('_'), { kind: 'named', token, of }, true)
}

type Variant<O> = {
  [K in keyof O]: { readonly is: K; readonly value: O[K] extends Arg<infer T> ? NonNullable<T> : never }
}[keyof O]

/** Exclusive options of which each may carry a value (`EX s | PX ms | KEEPTTL`): `{ is, value }`, or null. */
export const variant = <const O extends Readonly<Record<string, AnyArg>>>(
  name: string,
  variants: O,
  clash: ReplyError = E.syntax,
): Arg<Variant<O> | null> => arg<Variant<O> | null>(name, { kind: 'variant', variants, clash }, true)

type Fields<O> = { readonly [K in keyof O]: O[K] extends Arg<infer T> ? T : never }

/** Options in any order, gathered in one object. An unknown word where only options may stand replies `unknown`. */
export const options = <const O extends Readonly<Record<string, AnyArg>>>(
  args: O,
  unknown: ReplyError | ((word: string) => ReplyError) = E.syntax,
): Arg<Fields<O>> => arg<Fields<O>>('options', { kind: 'options', args, unknown }, true)

/** A positional argument that may be missing; null, or the default, when it is. */
export function optional<T>(of: Arg<T>): Arg<T | null>
export function optional<T>(of: Arg<T>, defaults: T): Arg<T>
export function optional<T>(of: Arg<T>, defaults: T | null = null): Arg<T | null> {
  return { ...of, optional: true, defaults }
}

/** `numkeys key [key ...]`, as an array of keys; with `none` there may be no key. `zero` is what fewer reply. */
export const numkeys = (
  access: KeyAccess,
  how: { notInteger?: ReplyError; zero?: ReplyError; short?: ReplyError; none?: boolean; notes?: string } = {},
): Arg<readonly string[]> =>
  arg('numkeys', {
    kind: 'numkeys',
    access,
    about: { none: how.none ?? false, ...(how.notes === undefined ? {} : { notes: how.notes }) },
    notInteger: how.notInteger ?? E.notInteger,
    zeroError: how.zero ?? E.numkeysZero,
    shortError: how.short ?? E.syntax,
  })

type Column<A> = A extends Arg<infer T> ? readonly T[] : never

/** One or more repeats to the end of the request: of one argument an array, of several an array per column. */
export function many<T>(of: Arg<T>): Arg<readonly T[]>
export function many<const A extends readonly [AnyArg, AnyArg, ...AnyArg[]]>(
  ...of: A
): Arg<{ readonly [I in keyof A]: Column<A[I]> }>
export function many(...of: AnyArg[]): AnyArg {
  return arg(of.map((a) => a.name).join('_'), { kind: 'many', of, uneven: null, none: false })
}

/** Like `many`, replying `uneven` (default: wrong number of arguments) when the last repeat is not whole. */
export function unevenReplies<T>(repeats: Arg<T>, uneven: ReplyError): Arg<T> {
  return { ...repeats, form: { ...(repeats.form as Form & { kind: 'many' }), uneven } }
}

/** Like `many(of)`, but none is fine too. */
export const anyNumberOf = <T>(of: Arg<T>): Arg<readonly T[]> =>
  arg(of.name, { kind: 'many', of: [of], uneven: null, none: true }, true, [])

/** Says how documentation shows an argument. */
export const shown = <T>(of: Arg<T>, how: Shown): Arg<T> => ({ ...of, shown: { ...of.shown, ...how } })

/** An argument that Redis has only since that version. */
export const since = <T>(version: string, of: Arg<T>): Arg<T> => shown(of, { since: version })

/** Reads `of`, and is documented as `like`: where Redis groups words otherwise than they are read. */
export const likened = <T>(of: Arg<T>, ...like: AnyArg[]): Arg<T> => shown(of, { like })

/** The same argument by another name. */
export const titled = <T>(name: string, of: Arg<T>): Arg<T> => ({ ...of, name })

/** An option or a choice that must be there; only to describe a `custom` argument. */
export const needed = (of: AnyArg): AnyArg => ({ ...of, optional: false })

/** Any bytes, shown as a pattern. */
export const pattern = (name: string): Arg<string> => shown(bytes(name), { type: 'pattern' })

/** Several arguments that stand together; only to describe a `custom` one. */
export const block = (name: string, ...of: AnyArg[]): AnyArg => arg(name, { kind: 'block', of })

/** An option that may be given several times, each time with its token; only to describe a `custom` argument. */
export const repeated = (of: AnyArg): AnyArg => shown(of, { repeated: true })

/**
 * What the vocabulary cannot read (XREAD's `STREAMS key ... id ...`): a hand-written reader.
 *
 * `like` describes it in the vocabulary all the same: documentation, syntax lines and key specifications come from it.
 * `read` gets argv and the index it starts at, throws ReplyErrors, and returns the value and the index it stopped at;
 * `min` is the least number of arguments it takes. Keys behind options need `keys`, which gives their indexes in argv
 * without throwing, exactly those that `read` will use, and their `access`; `keySpecs` replaces what follows from `like`
 * where that is not what Redis tells.
 */
export const custom = <T>(
  name: string,
  how: {
    like: readonly AnyArg[]
    min: number
    read: (argv: readonly string[], from: number) => { value: T; next: number }
    keys?: (argv: readonly string[], from: number) => readonly number[]
    access?: KeyAccess
    keySpecs?: readonly KeySpec[]
  },
): Arg<T> =>
  arg(name, {
    kind: 'custom',
    like: how.like,
    min: how.min,
    read: how.read,
    keys: how.keys ?? null,
    keySpecs: how.keySpecs ?? null,
    access: how.access ?? 'RO access',
  })
