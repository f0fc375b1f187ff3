/**
 * `command()`: checks a declaration and compiles it, once, at start-up: reader, arity, key positions, flags.
 * What runs per request is `call`, specialised to the shape of the declaration.
 */
import { E, type ReplyError } from '../resp/errors.ts'
import type { AnyArg, Arg, KeyAccess } from './args.ts'
import { compileCall } from './compile.ts'
import type { Context } from './context.ts'
import { Flag, flagBits } from './flags.ts'
import { arityOf, compileKeys, type KeyPositions } from './keys.ts'
import type { ReplyShape } from './reply-shape.ts'

export type Params<A extends readonly AnyArg[]> = { [I in keyof A]: A[I] extends Arg<infer T> ? T : never }

export type Group =
  | 'generic' | 'string' | 'list' | 'set' | 'sorted-set' | 'hash' | 'pubsub' | 'transactions' | 'connection'
  | 'server' | 'scripting' | 'hyperloglog' | 'cluster' | 'geo' | 'stream' | 'bitmap' | 'replication'
  | 'persistence' // biome-ignore format: one list

export interface Declaration<A extends readonly AnyArg[]> {
  /** Upper case; a subcommand is written with its container: `CONFIG GET`. */
  readonly name: string
  readonly group: Group
  /** The Redis version that has it first. */
  readonly since: string
  /** One sentence, in our words. */
  readonly summary: string
  readonly complexity: string
  /** Names of `Flag`, separated by spaces. */
  readonly flags: string
  /** ACL categories beyond those that follow from flags and group, e.g. `@dangerous`; `-@keyspace` takes one away. */
  readonly categories?: string
  readonly args: A
  /** What one word too many behind optional arguments replies; default: wrong number of arguments. */
  readonly tooMany?: ReplyError
  readonly reply?: ReplyShape
  /** Indexes in argv of words never to be shown to others (MONITOR, slow log): passwords. */
  readonly secret?: (argv: readonly string[]) => readonly number[]
  /** Overrides the derived arity, where Redis declares one the arguments do not show. */
  readonly arity?: number
  /** Tips for clients and proxies, as COMMAND INFO shows them. */
  readonly tips?: readonly string[]
  /** Names of subcommands only: what runs for an unknown one is decided by the container. */
  readonly deprecatedSince?: string
  readonly replacedBy?: string
  /** For the server's own use and for tests of it, not for applications. */
  readonly system?: boolean
  /** Of a container: the version that has its HELP first, when that is not the container's. */
  readonly helpSince?: string
  readonly history?: readonly (readonly [version: string, change: string])[]
  run(c: Context, ...args: Params<A>): void
}

/** A compiled command. Everything the server asks per request is a plain field. */
export interface Command {
  /** Lower case; of a subcommand with a bar: `config|get`. */
  readonly name: string
  readonly declaration: Declaration<any>
  readonly flags: number
  /** Redis's meaning: the exact number of words, or minus the least number. A subcommand counts both its names. */
  readonly arity: number
  /** Index of the first argument in argv: 1, or 2 for a subcommand. */
  readonly firstArg: number
  readonly keys: KeyPositions
  readonly wrongArity: ReplyError
  /** Of a container: its subcommands by upper-case name; null otherwise. */
  readonly subcommands: Map<string, Command> | null
  readonly stats: CommandStats
  /** See `Declaration.secret`; null when every word may be shown. */
  readonly secret: ((argv: readonly string[]) => readonly number[]) | null
  /** Of a container: what an unknown subcommand replies. */
  readonly unknownSubcommand: (name: string) => ReplyError
  /** Of a container: what a wrong number of arguments for a subcommand replies, if not the usual. */
  readonly subcommandArity: ((name: string) => ReplyError) | null
  /** Reads the arguments and runs the handler. The arity is already checked. Throws ReplyErrors. */
  readonly call: (c: Context, argv: readonly string[]) => void
}

/** Counters behind INFO commandstats; times in microseconds. */
export interface CommandStats {
  calls: number
  usec: number
  rejected: number
  failed: number
  /** How long calls took, on the scale of server/latency.ts; null before the first. */
  histogram: Float64Array | null
}

export function command<const A extends readonly AnyArg[]>(declaration: Declaration<A>): Command {
  const words = declaration.name.split(' ')
  const name = words.join('|').toLowerCase()
  const firstArg = words.length
  const keys = compileKeys(declaration.args, firstArg)
  let flags = flagBits(declaration.flags)
  if (keys.movable) flags |= Flag.movablekeys
  if ((flags & Flag.write) !== 0 && (flags & Flag.readonly) !== 0) throw new Error(`${name}: write and readonly`)
  return {
    name,
    declaration,
    flags,
    arity: declaration.arity ?? arityOf(declaration.args, firstArg),
    firstArg,
    keys,
    wrongArity: E.arity(name),
    subcommands: null,
    unknownSubcommand: (subcommand) => E.unknownSubcommand(subcommand, declaration.name),
    subcommandArity: null,
    stats: { calls: 0, usec: 0, rejected: 0, failed: 0, histogram: null },
    secret: declaration.secret ?? null,
    call: compileCall(
      declaration.args,
      declaration.run as (c: Context, ...a: unknown[]) => void,
      firstArg,
      E.arity(name),
      declaration.tooMany,
    ),
  }
}

/** A command that only holds subcommands (CONFIG, CLIENT ...). The table fills `subcommands` in. */
export function container(
  declaration: Omit<Declaration<[]>, 'args' | 'run'>,
  unknown?: (name: string) => ReplyError,
  subcommandArity: ((name: string) => ReplyError) | null = null,
): Command {
  const made = command({ ...declaration, args: [], arity: declaration.arity ?? -2, run: () => {} })
  return { ...made, subcommands: new Map(), unknownSubcommand: unknown ?? made.unknownSubcommand, subcommandArity }
}

export type { KeyAccess }
