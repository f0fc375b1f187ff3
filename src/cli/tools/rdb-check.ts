/** `keyper rdb check`: would a server load this dump? */
import type { RdbEntry } from '../../rdb/entry.ts'
import { isEmpty } from '../../rdb/value.ts'
import { readDump, storedValueOf } from './dump.ts'
import { ToolFailure } from './failure.ts'
import { nameOf, Output, type Streams } from './io.ts'
import { plural, shortKey } from './text.ts'

export interface CheckOptions {
  /** Look for keys that are there twice, too: the names of all keys are then held in memory. */
  readonly duplicates?: boolean
  readonly checksum: boolean
}

/** Throws ToolFailure with the offset and the reason. */
export async function rdbCheck(path: string, options: CheckOptions, streams: Streams): Promise<void> {
  const databases = new Map<number, Set<string>>()
  let keys = 0
  let empty = 0
  let last: RdbEntry | null = null
  const modules = new Set<string>()
  const visit = (entry: RdbEntry, _: number, end: number) => {
    let names = databases.get(entry.db)
    if (names === undefined) databases.set(entry.db, (names = new Set()))
    if (entry.value.type === 'module') modules.add(entry.value.module)
    else if (isEmpty(entry.value)) empty++
    else storedValueOf(entry, end)
    if (options.duplicates) {
      if (names.has(entry.key))
        throw new ToolFailure(`${nameOf(path)}: the key '${shortKey(entry.key)}' is there twice`)
      names.add(entry.key)
    }
    keys++
    last = entry
  }
  let end: Awaited<ReturnType<typeof readDump>>
  try {
    end = await readDump(path, streams, { entry: visit, moduleAux: (module) => modules.add(module) }, options)
  } catch (error) {
    if (!(error instanceof ToolFailure) || last === null) throw error
    const { db, key } = last as RdbEntry
    throw new ToolFailure(
      `${error.message}; before that ${plural(keys, 'key was', 'keys were')} read, the last one db${db} '${shortKey(key)}'`,
    )
  }
  const out = new Output(streams.output)
  const where = `${plural(keys, 'key')} in ${plural(databases.size, 'database')}`
  out.line(
    `${nameOf(path)}: sound: RDB version ${end.version}, ${where}, ${plural(end.bytes, 'byte')}, checksum ${end.checksum}`,
  )
  if (empty > 0) out.line(`${plural(empty, 'key')} without elements: servers leave them out`)
  if (modules.size > 0) out.line(`Data of modules that a server must have: ${[...modules].sort().join(', ')}`)
  if (end.rest > 0) out.line(`More bytes follow the end of the dump at byte ${end.bytes}: servers do not read them`)
  await out.flush()
}
