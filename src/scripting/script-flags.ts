/** The first line of a script or a library, and the flags that say what it may do. */
import { E, type ReplyError } from '../resp/errors.ts'
import { Flag } from '../spec/flags.ts'
import { splitArguments } from '../util/parse-quoted.ts'

export const ScriptFlag = {
  noWrites: 1,
  allowOom: 2,
  allowStale: 4,
  noCluster: 8,
  allowCrossSlot: 16,
  /** A script without a first line that says otherwise: judged command by command. */
  compatible: 32,
} as const

/** In the order in which FUNCTION LIST shows them. */
export const FLAG_NAMES: readonly (readonly [name: string, bit: number])[] = [
  ['no-writes', ScriptFlag.noWrites],
  ['allow-oom', ScriptFlag.allowOom],
  ['allow-stale', ScriptFlag.allowStale],
  ['no-cluster', ScriptFlag.noCluster],
  ['allow-cross-slot-keys', ScriptFlag.allowCrossSlot],
]

/** The bit of a flag's name; undefined when there is none of that name. */
export function scriptFlag(name: string): number | undefined {
  return FLAG_NAMES.find(([known]) => known === name)?.[1]
}

/** The flags of a command that runs a script, by what the script declares. */
export function commandFlags(flags: number, scriptFlags: number): number {
  if ((scriptFlags & ScriptFlag.compatible) !== 0) return flags
  let effective = flags & ~(Flag.stale | Flag.denyoom | Flag.write | Flag.may_replicate)
  if ((scriptFlags & (ScriptFlag.allowOom | ScriptFlag.noWrites)) === 0) effective |= Flag.denyoom
  if ((scriptFlags & ScriptFlag.noWrites) === 0) effective |= Flag.write
  if ((scriptFlags & ScriptFlag.allowStale) !== 0) effective |= Flag.stale
  return effective
}

export interface ScriptHead {
  readonly flags: number
  /** The script without its first line, whose line end stays so that lines keep their numbers. */
  readonly code: string
}

/** Reads a script's first line; or says what is wrong with it. */
export function readScriptHead(body: string): ScriptHead | ReplyError {
  if (!body.startsWith('#!')) return { flags: ScriptFlag.compatible, code: body }
  const end = body.indexOf('\n')
  if (end < 0) return E.scriptShebang
  const parts = splitArguments(body.slice(0, end))
  if (parts === null || parts.length === 0) return E.scriptNoEngine
  if (parts[0] !== '#!lua') return E.scriptEngine(parts[0])
  let flags = 0
  for (const part of parts.slice(1)) {
    if (!part.startsWith('flags=')) return E.scriptOption(part)
    if (part.length === 6) continue
    for (const name of part.slice(6).split(',')) {
      const bit = scriptFlag(name)
      if (bit === undefined) return E.scriptFlag(name)
      flags |= bit
    }
  }
  return { flags, code: body.slice(end) }
}
