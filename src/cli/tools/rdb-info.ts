/** `keyper rdb info` and `keyper rdb memory`: what a dump holds, by bytes in the file or by bytes once it is loaded. */
import type { RdbEntry } from '../../rdb/entry.ts'
import { isEmpty } from '../../rdb/value.ts'
import { memoryOf } from '../../types/memory.ts'
import { elementsOf, type KeyFilter, passes, readDump, storedValueOf } from './dump.ts'
import { nameOf, Output, type Streams } from './io.ts'
import { Summary } from './summary.ts'
import { summaryJson, summaryLines } from './summary-report.ts'
import { bytesText, momentText, plural, type StringStyle, showBytes, table } from './text.ts'

export interface InfoOptions extends KeyFilter {
  readonly largest: number
  readonly delimiter: string
  readonly depth: number
  readonly json?: boolean
  readonly strings: StringStyle
  /** Unix ms. */
  readonly now: number
}

interface Library {
  readonly engine: string
  readonly name: string
  readonly bytes: number
}

/** From the first line of a library: `#!lua name=mylib`. */
export function libraryOf(code: string): Library {
  const [, engine = '?', rest = ''] = /^#!(\S+)([^\n]*)/.exec(code) ?? []
  const [, name = '?'] = /(?:^|\s)name=(\S+)/.exec(rest) ?? []
  return { engine, name, bytes: code.length }
}

export async function rdbInfo(path: string, options: InfoOptions, streams: Streams): Promise<void> {
  const summary = new Summary(options)
  const aux: (readonly [string, string])[] = []
  const libraries: Library[] = []
  const modules: string[] = []
  const end = await readDump(path, streams, {
    aux: (key, value) => aux.push([key, value]),
    functionLibrary: (code) => libraries.push(libraryOf(code)),
    moduleAux: (module) => modules.push(module),
    entry: (entry, bytes) => summary.add(entry, bytes),
  })
  const out = new Output(streams.output)
  if (options.json) {
    const fields = aux.map(([key, value]) => ({
      name: showBytes(key, options.strings),
      value: showBytes(value, options.strings),
    }))
    const { version, bytes: fileBytes, checksum } = end
    out.line(
      JSON.stringify({
        file: nameOf(path),
        version,
        fileBytes,
        checksum,
        aux: fields,
        libraries: libraries.map((library) => ({ ...library, name: showBytes(library.name, options.strings) })),
        modules,
        ...summaryJson(summary, options.strings),
      }),
    )
    return out.flush()
  }
  out.line(`${nameOf(path)}: RDB version ${end.version}, ${bytesText(end.bytes)}, checksum ${end.checksum}`)
  const { keys, expires } = summary.total
  const past = summary.past > 0 ? `, ${summary.past} of them in the past` : ''
  out.line(`${plural(keys, 'key')}, ${expires} with a deadline${past}`)
  const section = (title: string, rows: (string | number)[][]) => {
    if (rows.length > 0) for (const line of ['', title, ...table(rows)]) out.line(line)
  }
  section(
    'Written by',
    aux.map(([key, value]) => [showBytes(key, 'escape'), auxText(key, value)]),
  )
  section(
    'Function libraries',
    libraries.map(({ name, engine, bytes }) => [showBytes(name, 'escape'), engine, bytes, 'bytes']),
  )
  section(
    'Data of modules',
    modules.map((module) => [module]),
  )
  for (const line of summaryLines(summary)) out.line(line)
  await out.flush()
}

function auxText(key: string, value: string): string {
  const shown = showBytes(value, 'escape')
  if (key === 'ctime' && /^\d{1,12}$/.test(value)) return `${shown} (${momentText(Number(value) * 1000)})`
  if (key === 'used-mem' && /^\d{1,15}$/.test(value)) return `${shown} (${bytesText(Number(value))})`
  return shown
}

export interface MemoryOptions extends InfoOptions {
  readonly csv?: boolean
  /** Only keys of at least so many bytes. */
  readonly atLeast: number
}

const CSV_HEAD = 'database,type,key,size_in_bytes,encoding,num_elements,expiry'

export async function rdbMemory(path: string, options: MemoryOptions, streams: Streams): Promise<void> {
  const summary = new Summary(options)
  const out = new Output(streams.output)
  let notCounted = 0
  if (options.csv) out.line(CSV_HEAD)
  await readDump(path, streams, {
    entry(entry, _, end) {
      if (!passes(options, entry) || isEmpty(entry.value)) return
      if (entry.value.type === 'module') {
        notCounted++
        return
      }
      const bytes = memoryOf(entry.key, storedValueOf(entry, end), 0)
      if (bytes < options.atLeast) return
      summary.add(entry, bytes)
      if (options.csv) out.line(csvRow(entry, bytes, options.strings))
    },
    pause: () => out.flush(),
  })
  if (options.json) out.line(JSON.stringify({ file: nameOf(path), ...summaryJson(summary, options.strings) }))
  else if (!options.csv) {
    const { keys, bytes } = summary.total
    out.line(`${nameOf(path)}: ${plural(keys, 'key')} take about ${bytesText(bytes)} of memory once loaded`)
    for (const line of summaryLines(summary)) out.line(line)
  }
  await out.flush()
  if (notCounted > 0) streams.errors.write(`keyper: ${plural(notCounted, 'value')} of modules were not counted\n`)
}

function csvRow({ db, key, value, expireAtMs }: RdbEntry, bytes: number, style: StringStyle): string {
  const name = `"${showBytes(key, style).replaceAll('"', '""')}"`
  const expiry = expireAtMs === null ? '' : momentText(expireAtMs)
  return [db, value.type, name, bytes, value.encoding, elementsOf(value), expiry].join(',')
}
