/**
 * The configuration in force. Each directive is a typed field under its name in camel case, read directly where it is
 * needed (`config.tcpKeepalive`); the table in directives.ts says everything else about it.
 */
import { globMatch } from '../util/glob.ts'
import { splitArguments } from '../util/parse-quoted.ts'
import { DIRECTIVES, type DirectiveName } from './directives.ts'
import { BadValue, type Directive } from './kinds.ts'
import { rewriteFile, type Setting } from './rewrite.ts'

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

interface Change {
  /** As the client named it, in lower case. */
  readonly name: string
  readonly entry: Entry
  readonly value: any
  readonly old: any
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
const SHOWN = [...TABLE].flatMap(([name, { directive }]) => (directive.hidden ? [] : [name])).sort()

/** Directives of older versions that mean nothing any more: accepted with one word, as Redis does. */
const OBSOLETE = new Set(['list-max-ziplist-entries', 'list-max-ziplist-value', 'lua-replicate-commands'])

/** Whether a client may set directives that enable-protected-configs guards. */
export interface SetOptions {
  /** The client is on this machine. Default false. */
  readonly local?: boolean
}

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
    const lower = name.toLowerCase()
    return TABLE.has(lower) || OBSOLETE.has(lower)
  }

  /** Does it take several words? */
  static takesWords(name: string): boolean {
    return TABLE.get(name.toLowerCase())?.directive.multi === true
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
      return OBSOLETE.has(lower) && list.length === 1 ? null : 'Bad directive or wrong number of arguments'
    }
    const { directive } = entry
    if (!directive.multi && list.length !== 1) return 'wrong number of arguments'
    let parts: readonly string[] | null = list
    if (directive.multi && list.length === 1 && list[0] !== '') parts = splitArguments(list[0])
    if (parts === null) return 'Unbalanced quotes in configuration line'
    const old = this.valueOf(entry)
    const value = directive.read(parts, old)
    if (value instanceof BadValue) return value.reason
    const adds = directive.accumulates && more && (value as unknown[]).length > 0
    this.put(entry, adds ? [...(old as unknown[]), ...(value as unknown[])] : value)
    return null
  }

  /**
   * CONFIG GET: names that match any of the patterns, with their values. A name that is no pattern answers under the
   * letters it was asked for.
   */
  get(patterns: readonly string[]): [string, string][] {
    const found = new Map<string, [string, string]>()
    for (const pattern of patterns) {
      const lower = pattern.toLowerCase()
      if (!/[[*?]/.test(pattern)) {
        const entry = TABLE.get(lower)
        if (entry !== undefined && !found.has(lower)) found.set(lower, [pattern, this.shown(entry)])
        continue
      }
      for (const name of SHOWN) {
        if (!found.has(name) && globMatch(lower, name, true)) found.set(name, [name, this.shown(TABLE.get(name)!)])
      }
    }
    return [...found.values()]
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
  set(pairs: readonly (readonly [name: string, value: string])[], options: SetOptions = {}): string | null {
    const failed = (name: string, reason: string) =>
      `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`
    const entries = new Map<string, Entry>()
    for (const [given] of pairs) {
      const name = given.toLowerCase()
      const entry = TABLE.get(name)
      if (entry === undefined) return `ERR Unknown option or number of arguments for CONFIG SET - '${given}'`
      if (entry.directive.immutable) return failed(given, "can't set immutable config")
      if (entry.directive.protected && !this.allowsProtected(options))
        return failed(given, "can't set protected config")
      if (entries.has(name)) return failed(given, 'duplicate parameter')
      entries.set(name, entry)
    }
    const changes: Change[] = []
    const undo = () => {
      for (const { entry, old } of changes.toReversed()) this.put(entry, old)
    }
    for (const [given, text] of pairs) {
      const name = given.toLowerCase()
      const entry = entries.get(name)!
      const { directive } = entry
      const old = this.valueOf(entry)
      const value = directive.read(directive.multi ? (text === '' ? [] : text.split(' ')) : [text], old)
      const reason = value instanceof BadValue ? value.reason : directive.refuseAtRunTime(value)
      if (reason !== null) {
        undo()
        return failed(name, reason)
      }
      changes.push({ name, entry, value, old })
      this.put(entry, value)
    }
    const told: Change[] = []
    for (const change of changes) {
      told.push(change)
      for (const listener of this.listenersOf(change)) {
        const reason = listener(change.value, change.old)
        if (typeof reason !== 'string') continue
        undo()
        // Those that had agreed already learn that the old value is back.
        for (const known of told.reverse()) for (const hear of this.listenersOf(known)) hear(known.old, known.value)
        return failed(change.name, reason)
      }
    }
    return null
  }

  private listenersOf({ entry }: Change): readonly Listener[] {
    return this.listeners.get(entry.name) ?? []
  }

  private allowsProtected({ local = false }: SetOptions): boolean {
    const allowed = this.valueOf(TABLE.get('enable-protected-configs')!)
    return allowed === 'yes' || (allowed === 'local' && local)
  }

  /**
   * CONFIG REWRITE: writes the values in force, and `further` lines, to a file, keeping its comments and order. The
   * reason when it fails.
   */
  rewrite(path: string, further: readonly Setting[] = []): string | null {
    const settings: Setting[] = [...new Set(TABLE.values())].map((entry) => {
      const { name, directive } = entry
      const value = this.valueOf(entry)
      return {
        name,
        aliases: directive.aliases,
        isDefault: !directive.alwaysWritten && directive.show(value) === directive.show(directive.initial),
        lines: directive.lines(value),
      }
    })
    return rewriteFile(path, [...settings, ...further])
  }
}

export type Config = ConfigBase & Values
export const Config = ConfigBase as unknown as {
  new (): Config
  knows(name: string): boolean
  takesWords(name: string): boolean
}
