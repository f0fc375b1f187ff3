/** `keyper rdb diff`: what two dumps hold differently. Of the first one, each key's name and fingerprint are kept. */
import type { RdbEntry } from '../../rdb/entry.ts'
import { isEmpty } from '../../rdb/value.ts'
import { type KeyFilter, passes, readDump } from './dump.ts'
import { ToolFailure } from './failure.ts'
import { nameOf, Output, type Streams } from './io.ts'
import { libraryOf } from './rdb-info.ts'
import { momentText, plural, type StringStyle, showBytes } from './text.ts'
import { valueHash } from './value-hash.ts'

export interface DiffOptions extends KeyFilter {
  /** One JSON document a line. */
  readonly json?: boolean
  readonly strings: StringStyle
  /** Say nothing: only the exit code tells. */
  readonly quiet?: boolean
}

interface Seen {
  readonly type: string
  readonly hash: string
  readonly expireAt: number | null
}

type Difference =
  | { readonly kind: 'only in first' | 'only in second'; readonly type: string }
  | { readonly kind: 'value'; readonly first: Seen; readonly second: Seen }
  | { readonly kind: 'deadline'; readonly first: Seen; readonly second: Seen }

/** True when they are equal. */
export async function rdbDiff(a: string, b: string, options: DiffOptions, streams: Streams): Promise<boolean> {
  if (a === '-' && b === '-') throw new ToolFailure('only one of the two dumps can be standard input')
  const out = new Output(streams.output)
  const first = new Map<number, Map<string, Seen>>()
  const libraries = new Map<string, string>()
  let differences = 0
  let notCompared = 0
  const report = (db: number, key: string, difference: Difference) => {
    differences++
    if (!options.quiet)
      out.line(options.json ? asJson(db, key, difference, options) : asText(db, key, difference, options))
  }
  const reader = (visit: (entry: RdbEntry, seen: Seen) => void) => {
    return (entry: RdbEntry, _: number, end: number) => {
      if (!passes(options, entry)) return
      // Servers do not load keys without elements.
      if (isEmpty(entry.value)) return
      const { type } = entry.value
      visit(entry, { type, hash: valueHash(entry, end), expireAt: entry.expireAtMs })
    }
  }
  await readDump(a, streams, {
    functionLibrary: (code) => libraries.set(libraryOf(code).name, code),
    entry: reader(({ db, key }, seen) => {
      let keys = first.get(db)
      if (keys === undefined) first.set(db, (keys = new Map()))
      keys.set(key, seen)
    }),
  })
  const library = (name: string, what: string) => {
    differences++
    if (options.quiet) return
    const shown = showBytes(name, options.strings)
    if (options.json) out.line(JSON.stringify({ library: shown, difference: what }))
    else out.line(`${what}: function library ${shown}`)
  }
  await readDump(b, streams, {
    functionLibrary(code) {
      const { name } = libraryOf(code)
      const there = libraries.get(name)
      libraries.delete(name)
      if (there === undefined) library(name, 'only in second')
      else if (there !== code) library(name, 'value')
    },
    entry: reader(({ db, key }, second) => {
      const keys = first.get(db)
      const seen = keys?.get(key)
      if (seen === undefined) return report(db, key, { kind: 'only in second', type: second.type })
      keys?.delete(key)
      if (seen.hash !== second.hash) report(db, key, { kind: 'value', first: seen, second })
      else if (seen.type === 'module') notCompared++
      if (seen.expireAt !== second.expireAt) report(db, key, { kind: 'deadline', first: seen, second })
    }),
    pause: () => out.flush(),
  })
  for (const [db, keys] of first) {
    for (const [key, { type }] of keys) report(db, key, { kind: 'only in first', type })
    await out.flush()
  }
  for (const name of libraries.keys()) library(name, 'only in first')
  await out.flush()
  if (notCompared > 0) streams.errors.write(`keyper: ${plural(notCompared, 'value')} of modules were not compared\n`)
  if (!options.json && !options.quiet) {
    out.line(
      differences === 0
        ? `${nameOf(a)} and ${nameOf(b)} hold the same`
        : `${plural(differences, 'difference')} between ${nameOf(a)} and ${nameOf(b)}`,
    )
    await out.flush()
  }
  return differences === 0
}

const deadline = ({ expireAt }: Seen) => (expireAt === null ? 'none' : momentText(expireAt))
const digest = ({ type, hash }: Seen) => `${type} ${hash.slice(0, 12)}`

function asText(db: number, key: string, difference: Difference, { strings }: DiffOptions): string {
  const where = `db${db} ${showBytes(key, strings)}`
  switch (difference.kind) {
    case 'value':
      return `value: ${where}: ${digest(difference.first)}, ${digest(difference.second)}`
    case 'deadline':
      return `deadline: ${where}: ${deadline(difference.first)}, ${deadline(difference.second)}`
    default:
      return `${difference.kind}: ${where} (${difference.type})`
  }
}

function asJson(db: number, key: string, difference: Difference, { strings }: DiffOptions): string {
  const common = { db, key: showBytes(key, strings), difference: difference.kind }
  if (difference.kind === 'value' || difference.kind === 'deadline') {
    return JSON.stringify({ ...common, first: difference.first, second: difference.second })
  }
  return JSON.stringify({ ...common, type: difference.type })
}
