/**
 * The configuration in force. Each directive is a typed field under its name in camel case, read directly where it is
 * needed (`config.tcpKeepalive`); the table in directives.ts says everything else about it.
 */
import { globMatch } from '../util/glob.ts'
import { DIRECTIVES, type DirectiveName } from './directives.ts'
import { BadValue, type Directive } from './kinds.ts'
import { rewriteFile } from './rewrite.ts'
import { type OutputLimitByKind, readOutputLimits } from './special.ts'

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S

type Values = {
  [K in DirectiveName as Camel<K>]: (typeof DIRECTIVES)[K] extends Directive<infer T> ? T : never
}

/** Called with the new value; a text refuses it. */
type Listener = (value: any, old: any) => unknown

interface Entry {
  readonly name: DirectiveName
  readonly field: string
  readonly directive: Directive<any>
}

const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Directives by name and alias, lower case. */
const TABLE = new Map<string, Entry>()
for (const [name, directive] of Object.entries(DIRECTIVES) as [DirectiveName, Directive<any>][]) {
  const entry = { name, field: camel(name), directive }
  TABLE.set(name, entry)
  for (const alias of directive.aliases) TABLE.set(alias, entry)
}
/** Names and aliases in alphabetical order, as CONFIG GET lists them. */
const SHOWN = [...TABLE.keys()].sort()

/** Words that a configuration may hold but that change nothing here; the number of words each takes at least. */
const IGNORED = new Map([
  ['loadmodule', 1],
  ['rename-command', 2],
  ['user', 1],
])

class ConfigBase {
  /** Values that no directive has: set by programs that embed the server. */
  listenOnAnyPort = false
  private readonly listeners = new Map<string, Listener[]>()

  constructor() {
    const fields = this as unknown as Record<string, unknown>
    for (const { field, directive } of TABLE.values()) fields[field] = directive.initial
  }

  private valueOf(entry: Entry): any {
    return (this as unknown as Record<string, unknown>)[entry.field]
  }

  private put(entry: Entry, value: unknown): void {
    ;(this as unknown as Record<string, unknown>)[entry.field] = value
  }

  /** Is there such a directive? */
  static knows(name: string): boolean {
    return TABLE.has(name.toLowerCase()) || IGNORED.has(name.toLowerCase())
  }

  /** Calls `listener` when CONFIG SET changes a directive; it may refuse by returning a reason. */
  onChange(name: DirectiveName, listener: Listener): void {
    const all = this.listeners.get(name)
    if (all === undefined) this.listeners.set(name, [listener])
    else all.push(listener)
  }

  /**
   * Sets a directive at start, from a file, the environment or the command line. `more` adds to a value that
   * accumulates (several `save` lines). Returns what is wrong, or null.
   */
  load(name: string, words: string | readonly string[], more = false): string | null {
    const list = typeof words === 'string' ? [words] : words
    const lower = name.toLowerCase()
    const entry = TABLE.get(lower)
    if (entry === undefined) {
      const least = IGNORED.get(lower)
      if (least === undefined) return `Bad directive or wrong number of arguments: '${name}'`
      return list.length < least ? 'wrong number of arguments' : null
    }
    const { directive } = entry
    if (list.length === 0 || (!directive.multi && list.length !== 1)) return 'wrong number of arguments'
    const value =
      lower === 'client-output-buffer-limit'
        ? readOutputLimits(list, this.valueOf(entry) as OutputLimitByKind)
        : directive.read(list)
    if (value instanceof BadValue) return value.reason
    const old = this.valueOf(entry)
    const emptied = directive.accumulates && (value as unknown[]).length === 0
    this.put(
      entry,
      directive.accumulates && more && !emptied ? [...(old as unknown[]), ...(value as unknown[])] : value,
    )
    return null
  }

  /** CONFIG GET: names that match any of the patterns, in alphabetical order, with their values. */
  get(patterns: readonly string[]): [string, string][] {
    const lower = patterns.map((pattern) => pattern.toLowerCase())
    const found: [string, string][] = []
    for (const name of SHOWN) {
      if (!lower.some((pattern) => pattern === name || globMatch(pattern, name, true))) continue
      const entry = TABLE.get(name)!
      found.push([name, this.shown(entry)])
    }
    return found
  }

  private shown(entry: Entry): string {
    return entry.directive.show(this.valueOf(entry))
  }

  /** The text of a directive's value, as CONFIG GET shows it; null when there is no such directive. */
  show(name: string): string | null {
    const entry = TABLE.get(name.toLowerCase())
    return entry === undefined ? null : this.shown(entry)
  }

  /** CONFIG SET: all of the pairs or, on an error, none. Returns the error as a reply line, or null. */
  set(pairs: readonly (readonly [name: string, value: string])[]): string | null {
    const changes: { entry: Entry; value: unknown; old: unknown; given: string }[] = []
    const failed = (name: string, reason: string) =>
      `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`
    for (const [given, text] of pairs) {
      const entry = TABLE.get(given.toLowerCase())
      if (entry === undefined) return `ERR Unknown option or number of arguments for CONFIG SET - '${given}'`
      if (entry.directive.immutable) return failed(given, "can't set immutable config")
      if (changes.some((c) => c.entry === entry)) return failed(given, 'duplicate parameter')
      const value =
        entry.name === 'client-output-buffer-limit'
          ? readOutputLimits([text], this.valueOf(entry) as OutputLimitByKind)
          : entry.directive.read([text])
      if (value instanceof BadValue) return failed(given, value.reason)
      changes.push({ entry, value, old: this.valueOf(entry), given })
    }
    for (const { entry, value } of changes) this.put(entry, value)
    for (let i = 0; i < changes.length; i++) {
      const { entry, value, old, given } = changes[i]
      for (const listener of this.listeners.get(entry.name) ?? []) {
        const reason = listener(value, old)
        if (typeof reason !== 'string') continue
        for (const change of changes) this.put(change.entry, change.old)
        // Those that had agreed already learn that the old value is back.
        for (let k = i - 1; k >= 0; k--) {
          for (const told of this.listeners.get(changes[k].entry.name) ?? []) told(changes[k].old, changes[k].value)
        }
        return failed(given, reason)
      }
    }
    return null
  }

  /** CONFIG REWRITE: writes the values in force to a file, keeping its comments and order. The reason when it fails. */
  rewrite(path: string): string | null {
    const settings = [...TABLE.values()]
      .filter((entry, i, all) => all.indexOf(entry) === i)
      .map((entry) => {
        const { name, directive } = entry
        const value = this.valueOf(entry)
        return {
          name,
          aliases: directive.aliases,
          isDefault: directive.show(value) === directive.show(directive.initial),
          lines: directive.lines === null ? null : directive.lines(value),
          text: directive.show(value),
          multi: directive.multi,
        }
      })
    return rewriteFile(path, settings)
  }
}

export type Config = ConfigBase & Values
export const Config = ConfigBase as unknown as { new (): Config; knows(name: string): boolean }
