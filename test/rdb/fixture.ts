/** What lies in rdb-fixtures/: dump files, and beside each a description of what it holds. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const FIXTURES = fileURLToPath(new URL('../../rdb-fixtures', import.meta.url))

export interface StreamNote {
  readonly lastId: string
  readonly maxDeletedId: string
  readonly entriesAdded: number
  readonly groups: readonly {
    readonly name: string
    readonly lastDeliveredId: string
    /** Null when it cannot be known. */
    readonly entriesRead: number | null
    /** Id, owner, Unix ms of the delivery, number of deliveries. */
    readonly pending: readonly (readonly [string, string, number, number])[]
    /** Names in order. */
    readonly consumers: readonly string[]
  }[]
}

/** Keys and other bytes are strings of one char a byte. */
export interface FixtureNote {
  readonly holds: string
  readonly writtenBy: string
  /** Of the format. */
  readonly version: number
  /** Directives the server that loads it needs; none usually. */
  readonly config: Readonly<Record<string, string>>
  /** Part of the message of a server that refuses it; null when it loads. Only `holds` and `version` matter then. */
  readonly refused: string | null
  readonly keys: number
  /** Keys per database. */
  readonly databases: Readonly<Record<string, number>>
  /** DEBUG DIGEST. */
  readonly digest: string
  /** DEBUG DIGEST-VALUE of each key, per database. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Unix ms per expiring key, per database. */
  readonly deadlines: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** What digests leave out, per database and key. */
  readonly streams: Readonly<Record<string, Readonly<Record<string, StreamNote>>>>
  /** Source of the function libraries, in order of name. */
  readonly functions: readonly string[]
}

export function fixtureNames(): string[] {
  return readdirSync(FIXTURES)
    .filter((file) => file.endsWith('.rdb'))
    .map((file) => file.slice(0, -4))
    .sort()
}

export function fixtureBytes(name: string): Buffer {
  return readFileSync(join(FIXTURES, `${name}.rdb`))
}

export function fixtureNote(name: string): FixtureNote {
  return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as FixtureNote
}
