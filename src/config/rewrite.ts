/** CONFIG REWRITE: the values in force go into the file they came from; comments, order and blank lines stay. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { quoteArgument, splitArguments } from '../util/parse-quoted.ts'

export interface Setting {
  readonly name: string
  readonly aliases: readonly string[]
  readonly isDefault: boolean
  /** The lines it takes, without the name; null for one line with `text`. */
  readonly lines: readonly string[] | null
  readonly text: string
  readonly multi: boolean
}

const MARK = '# Written by CONFIG REWRITE'

/** Quotes a value where it would not read back as it is. */
function quoted(text: string): string {
  return text === '' || /[^\x21-\x7e]|["'\\#]/.test(text) ? quoteArgument(text) : text
}

function linesOf(setting: Setting): string[] {
  const values = setting.lines ?? [setting.multi && setting.text !== '' ? setting.text : quoted(setting.text)]
  return values.map((value) => `${setting.name} ${value}`)
}

/** Returns the reason when the file cannot be read or written; the old file then stands. */
export function rewriteFile(path: string, settings: readonly Setting[]): string | null {
  try {
    const content = rewritten(readFileSync(path, 'latin1'), settings)
    const temporary = `${path}.${process.pid}.tmp`
    const fd = openSync(temporary, 'w', 0o644)
    try {
      writeSync(fd, content, null, 'latin1')
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** The new content of a configuration file. */
export function rewritten(content: string, settings: readonly Setting[]): string {
  const byName = new Map<string, Setting>()
  for (const setting of settings) for (const name of [setting.name, ...setting.aliases]) byName.set(name, setting)
  const written = new Set<Setting>()
  const out: string[] = []
  const old = content.split('\n')
  if (old.at(-1) === '') old.pop()
  for (const line of old) {
    const words = /^\s*(#|$)/.test(line) ? null : splitArguments(line.trim())
    const setting = words === null || words.length === 0 ? undefined : byName.get(words[0].toLowerCase())
    if (setting === undefined) {
      out.push(line)
      continue
    }
    // The first line of a directive becomes its lines in force; further ones are part of them.
    if (written.has(setting)) continue
    written.add(setting)
    out.push(...linesOf(setting))
  }
  const added = settings.filter((s) => !written.has(s) && !s.isDefault).flatMap(linesOf)
  if (added.length > 0) {
    if (!out.includes(MARK)) out.push(MARK)
    out.push(...added)
  }
  return `${out.join('\n')}\n`
}
