/** redis.conf: one directive a line, quotes as in a shell, `#` comments, `include` with wildcards. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { globMatch } from '../util/glob.ts'
import { splitArguments } from '../util/parse-quoted.ts'

export interface ConfigLine {
  /** `file:line`, for messages. */
  readonly where: string
  readonly name: string
  readonly words: readonly string[]
}

export class ConfigFileError {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

const DEEPEST = 16

/** The lines of a configuration file and of all it includes, in order. Throws ConfigFileError. */
export function readConfigFile(path: string, depth = 0): ConfigLine[] {
  let content: string
  try {
    content = readFileSync(path, 'latin1')
  } catch (error) {
    throw new ConfigFileError(`can't open config file '${path}': ${reasonOf(error)}`)
  }
  return readConfigText(content, path, depth)
}

export function readConfigText(content: string, path: string, depth = 0): ConfigLine[] {
  if (depth > DEEPEST) throw new ConfigFileError(`${path}: includes are nested too deeply; does a file include itself?`)
  const lines: ConfigLine[] = []
  content.split('\n').forEach((raw, i) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return
    const where = `${path}:${i + 1}`
    const words = splitArguments(line)
    if (words === null) throw new ConfigFileError(`${where}: unbalanced quotes in configuration line`)
    if (words.length === 0) return
    const [name, ...rest] = words
    if (name.toLowerCase() !== 'include') {
      lines.push({ where, name, words: rest })
      return
    }
    if (rest.length !== 1) throw new ConfigFileError(`${where}: include: wrong number of arguments`)
    for (const file of matching(rest[0])) lines.push(...readConfigFile(file, depth + 1))
  })
  return lines
}

/** The files an include means: itself, or those that match its wildcards, in alphabetical order. */
function matching(pattern: string): string[] {
  if (!/[*?[]/.test(basename(pattern))) return [pattern]
  const folder = dirname(pattern)
  try {
    return readdirSync(folder)
      .filter((name) => globMatch(basename(pattern), name))
      .sort()
      .map((name) => join(folder, name))
  } catch {
    // Like Redis: wildcards that match nothing include nothing.
    return []
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  return code === 'ENOENT'
    ? 'no such file'
    : code === 'EACCES'
      ? 'permission denied'
      : code === 'EISDIR'
        ? 'it is a folder'
        : message
}
