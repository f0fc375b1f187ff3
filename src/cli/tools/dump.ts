/** Reads a dump for the tools: in pieces, in memory bounded by its largest entry, counting the bytes of each. */
import type { RdbEntry, RdbValue } from '../../rdb/entry.ts'
import { RdbFormatError } from '../../rdb/format.ts'
import { RdbParser } from '../../rdb/parser.ts'
import { storedValue } from '../../rdb/value.ts'
import { defaultLimits } from '../../types/limits.ts'
import type { Stream } from '../../types/stream.ts'
import type { Value } from '../../types/value.ts'
import { globMatch } from '../../util/glob.ts'
import { fileFailure } from './failure.ts'
import { nameOf, pieces, type Streams } from './io.ts'

export interface DumpVisitor {
  header?(version: number): void
  aux?(key: string, value: string): void
  functionLibrary?(code: string): void
  moduleAux?(module: string): void
  /** `bytes`: what the entry takes in the dump, with its deadline and access data. `end`: the offset behind it. */
  entry?(entry: RdbEntry, bytes: number, end: number): void
  /** After each piece of the file: the time to hand on what was gathered. */
  pause?(): Promise<void>
}

export interface DumpEnd {
  readonly version: number
  /** Bytes of the dump. */
  readonly bytes: number
  /** Bytes behind its end, as far as they were read. */
  readonly rest: number
  readonly checksum: 'right' | 'none' | 'not compared'
}

export interface DumpOptions {
  readonly checksum?: boolean
}

const SUM_BYTES = 8

/** Reads a whole dump. Throws ToolFailure, with the offset and the reason, after the entries before it. */
export async function readDump(
  path: string,
  streams: Streams,
  visitor: DumpVisitor,
  options: DumpOptions = {},
): Promise<DumpEnd> {
  let version = 0
  let from = 0
  let read = 0
  let tail: Buffer = Buffer.alloc(0)
  const passed = <A extends unknown[]>(visit: ((...args: A) => void) | undefined) => {
    return (...args: A) => {
      from = parser.offset
      visit?.(...args)
    }
  }
  const parser: RdbParser = new RdbParser(
    {
      header(number) {
        version = number
        from = parser.offset
        visitor.header?.(number)
      },
      sizes: passed(undefined),
      aux: passed(visitor.aux?.bind(visitor)),
      functionLibrary: passed(visitor.functionLibrary?.bind(visitor)),
      moduleAux: passed(visitor.moduleAux?.bind(visitor)),
      entry(entry) {
        const bytes = parser.offset - from
        from = parser.offset
        // Redis takes a deadline of -1 for none.
        visitor.entry?.(entry.expireAtMs === -1 ? { ...entry, expireAtMs: null } : entry, bytes, from)
      },
    },
    options,
  )
  try {
    for await (const piece of pieces(path, streams)) {
      parser.push(piece)
      read += piece.length
      tail = Buffer.concat([tail, piece.subarray(-SUM_BYTES)]).subarray(-SUM_BYTES)
      await visitor.pause?.()
      if (parser.finished && parser.rest.length > 0) break
    }
    parser.end()
  } catch (error) {
    throw fileFailure(nameOf(path), error)
  }
  const rest = parser.rest.length
  const none = version < 5 || (rest === 0 && tail.every((byte) => byte === 0))
  const checksum = options.checksum === false ? 'not compared' : none ? 'none' : 'right'
  return { version, bytes: read - rest, rest, checksum }
}

export interface KeyFilter {
  readonly db?: number
  readonly match?: string
  readonly type?: string
}

/** Does the entry pass? Patterns are those of KEYS. */
export function passes(filter: KeyFilter, entry: RdbEntry): boolean {
  if (filter.db !== undefined && entry.db !== filter.db) return false
  if (filter.type !== undefined && entry.value.type !== filter.type) return false
  return filter.match === undefined || globMatch(filter.match, entry.key)
}

/** Elements of a value: 1 for a string. */
export function elementsOf(value: RdbValue): number {
  switch (value.type) {
    case 'list':
      return value.values.length
    case 'set':
    case 'zset':
      return value.members.length
    case 'hash':
      return value.fields.length
    case 'stream':
      return value.stream.length
    default:
      return 1
  }
}

const limits = defaultLimits()

/** The value as a server would keep it. Throws RdbFormatError for one that no server takes. */
export function storedValueOf(entry: RdbEntry, offset: number): Value {
  const value = storedValue(entry.value, limits)
  if (typeof value === 'object' && 'refused' in value) throw new RdbFormatError(value.refused, offset)
  return value
}

/** The entries and groups of a stream. Throws RdbFormatError when they are not sound. */
export function streamIn(entry: RdbEntry, offset: number): Stream {
  return storedValueOf(entry, offset) as Stream
}
