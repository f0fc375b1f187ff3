/** `keyper aof check`: are the files of an append-only log sound, and if not, can what is wrong be cut off? */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { systemFiles } from '../../aof/files.ts'
import { Manifest, ManifestError } from '../../aof/manifest.ts'
import { type AofFileReport, checkAofFile } from './aof-file.ts'
import { fileFailure, ToolFailure } from './failure.ts'
import { Output, type Streams } from './io.ts'
import { plural } from './text.ts'

export interface AofCheckOptions {
  /** Cut off what is not sound at the end. */
  readonly fix?: boolean
  /** Without asking. */
  readonly yes?: boolean
}

interface Part {
  readonly path: string
  readonly name: string
}

/** Throws ToolFailure for the first thing that is wrong and was not repaired. */
export async function aofCheck(path: string, options: AofCheckOptions, streams: Streams): Promise<void> {
  const out = new Output(streams.output)
  const parts = partsIn(path)
  const reports: AofFileReport[] = []
  for (const { path, name } of parts) reports.push(await checkAofFile(path, name, streams))
  // Behind the last bytes nothing can be missing: only there may something be cut off.
  const lastWithData = reports.findLastIndex(({ size }) => size > 0)
  for (const [i, report] of reports.entries()) {
    const { path, name } = parts[i]
    if (report.problem === null) out.line(`${name}: sound: ${contentOf(report)}`)
    else {
      await out.flush()
      const refused =
        i < lastWithData ? 'other files follow it' : report.problem.kind === 'dump' ? 'it is a dump' : null
      await repair(path, problemText(name, report), report, refused, options, streams)
      out.line(
        `${name}: cut off at byte ${report.soundTo}: ${plural(report.size - report.soundTo, 'byte is', 'bytes are')} gone`,
      )
    }
  }
  if (parts.length === 0) out.line(`${path}: sound: it names no files`)
  await out.flush()
}

function contentOf({ size, commands, dumpKeys }: AofFileReport): string {
  const dump = dumpKeys === null ? '' : `a dump of ${plural(dumpKeys, 'key')}, `
  return `${dump}${plural(commands, 'command')}, ${plural(size, 'byte')}`
}

function problemText(name: string, { problem, soundTo, size }: AofFileReport): string {
  const { reason, offset, kind } = problem!
  if (kind === 'dump') return `${name}: ${reason}`
  return `${name}: ${reason} (at byte ${offset}); it is sound up to byte ${soundTo}, ${plural(size - soundTo, 'byte follows', 'bytes follow')}`
}

async function repair(
  path: string,
  text: string,
  { size, soundTo }: AofFileReport,
  refused: string | null,
  options: AofCheckOptions,
  streams: Streams,
): Promise<void> {
  if (!options.fix) throw new ToolFailure(refused === null ? `${text}; --fix cuts it off there` : text)
  if (refused !== null) throw new ToolFailure(`${text}; that cannot be cut off, as ${refused}`)
  if (!options.yes) {
    if (streams.input.isTTY !== true) {
      throw new ToolFailure(`${text}; there is no terminal to ask on, so --fix needs --yes`)
    }
    const loss = `${plural(size - soundTo, 'byte')} of ${size}`
    const prompt = createInterface({ input: streams.input, output: streams.errors })
    const answer = await prompt.question(`${text}.\nCut it off there, which loses ${loss}? [y/N] `)
    prompt.close()
    if (!/^y(es)?$/i.test(answer.trim())) throw new ToolFailure('nothing was changed')
  }
  try {
    const { file } = systemFiles.openToWrite(path, false)
    file.truncate(soundTo)
    file.syncNow()
    file.close()
  } catch (error) {
    throw fileFailure(path, error)
  }
}

const MANIFEST = '.manifest'

function partsIn(path: string): Part[] {
  if (path === '-') throw new ToolFailure('an append-only file cannot be read from standard input: name it')
  try {
    if (statSync(path).isDirectory()) return partsOf(manifestIn(path))
    return path.endsWith(MANIFEST) || begins(path, 'file ') ? partsOf(path) : [{ path, name: path }]
  } catch (error) {
    throw fileFailure(path, error)
  }
}

function begins(path: string, text: string): boolean {
  const bytes = Buffer.alloc(text.length)
  const fd = openSync(path, 'r')
  try {
    return readSync(fd, bytes, 0, bytes.length, 0) === bytes.length && bytes.latin1Slice() === text
  } finally {
    closeSync(fd)
  }
}

/** The manifest in a folder, or in the `appendonlydir` of a data folder. */
function manifestIn(folder: string): string {
  const names = readdirSync(folder)
  const manifests = names.filter((name) => name.endsWith(MANIFEST) && !name.startsWith('temp-'))
  if (manifests.length === 1) return join(folder, manifests[0])
  if (manifests.length > 1) {
    throw new ToolFailure(`${folder}: there are several manifests: name one of ${manifests.sort().join(', ')}`)
  }
  if (names.includes('appendonlydir')) return manifestIn(join(folder, 'appendonlydir'))
  throw new ToolFailure(`${folder}: there is no manifest of an append-only file in it`)
}

function partsOf(manifestPath: string): Part[] {
  let manifest: Manifest
  try {
    manifest = Manifest.parse(systemFiles.readText(manifestPath))
  } catch (error) {
    if (error instanceof ManifestError) throw new ToolFailure(`${manifestPath}: ${error.message}`)
    throw error
  }
  const { base, increments } = manifest
  const folder = dirname(manifestPath)
  return [...(base === null ? [] : [base]), ...increments].map(({ name }) => ({ path: join(folder, name), name }))
}
