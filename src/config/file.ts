/** redis.conf: one directive a line, quotes as in a shell, `#` comments, `include` with wildcards. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { globMatch } from '../util/glob.ts'
import { splitArguments } from '../util/parse-quoted.ts'
import { asPath } from './paths.ts'

export interface ConfigLine {
  /** `file:line`, for messages. */
  readonly where: string
  /** In lower case. */
  readonly name: string
  readonly words: readonly string[]
}

/** What is wrong with a configuration, in one line. */
export class ConfigFileError {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** Takes the lines as they are met, so that a `dir` holds for the includes after it. */
export interface ConfigReader {
  line(line: ConfigLine): void
  /** What relative includes are relative to, now. */
  directory(): string
}

const DEEPEST = 16
const WILDCARD = /[*?[]/

/** Reads the file, or the files that match, and all they include, in order. Throws ConfigFileError. */
export function readConfigFile(path: string, reader: ConfigReader, depth = 0): void {
  if (depth > DEEPEST) {
    throw new ConfigFileError(`${path}: includes are nested too deeply; does a file include itself?`)
  }
  const full = resolve(reader.directory(), path)
  const files = WILDCARD.test(path) ? matching(full) : [full]
  for (const file of files) {
    let content: string
    try {
      content = readFileSync(file, 'latin1')
    } catch (error) {
      throw new ConfigFileError(`can't open config file '${file}': ${reasonOf(error)}`)
    }
    readConfigText(content, WILDCARD.test(path) ? file : path, reader, depth)
  }
}

/** Reads lines; `source` names them in messages. */
export function readConfigText(content: string, source: string, reader: ConfigReader, depth = 0): void {
  content.split('\n').forEach((raw, i) => {
    const line = raw.replace(/^[ \t\r]+|[ \t\r]+$/g, '')
    if (line === '' || line.startsWith('#')) return
    readLine(line, `${source}:${i + 1}`, reader, depth)
  })
}

/** Reads one line that is no comment. */
export function readLine(line: string, where: string, reader: ConfigReader, depth = 0): void {
  const words = splitArguments(line)
  if (words === null) throw new ConfigFileError(`${where}: unbalanced quotes in configuration line`)
  if (words.length === 0) return
  const [first, ...rest] = words
  const name = first.toLowerCase()
  if (name !== 'include') return reader.line({ where, name, words: rest })
  if (rest.length !== 1) throw new ConfigFileError(`${where}: include: wrong number of arguments`)
  try {
    readConfigFile(asPath(rest[0]), reader, depth + 1)
  } catch (error) {
    // A file that cannot be opened is found by the line that asks for it.
    if (error instanceof ConfigFileError && error.message.startsWith("can't open")) {
      throw new ConfigFileError(`${where}: ${error.message}`)
    }
    throw error
  }
}

/**
 * The files an absolute path with wildcards means, in alphabetical order; wildcards that match nothing mean none.
 * A wildcard does not reach over `/` nor match the dot of hidden files.
 */
function matching(pattern: string): string[] {
  let found = ['/']
  for (const part of pattern.split('/').filter((text) => text !== '')) {
    found = found.flatMap((folder) => {
      if (!WILDCARD.test(part)) return exists(join(folder, part)) ? [join(folder, part)] : []
      const glob = part.replaceAll('[!', '[^')
      return entries(folder)
        .filter((name) => (part.startsWith('.') || !name.startsWith('.')) && globMatch(glob, name))
        .sort()
        .map((name) => join(folder, name))
    })
  }
  return found
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const REASONS = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'it is a folder'],
])

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  return REASONS.get(code ?? '') ?? message
}
