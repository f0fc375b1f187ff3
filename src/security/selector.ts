/** A set of permissions: which commands may run, on which keys, with which channels. */
import type { KeyAccess } from '../spec/args.ts'
import type { Command } from '../spec/command.ts'
import { globMatch } from '../util/glob.ts'
import type { CommandDirectory } from './command-directory.ts'

/** What a key pattern lets be done with the data of a key. */
export const READ = 1
export const WRITE = 2

interface KeyPattern {
  readonly pattern: string
  /** `READ`, `WRITE` or both. */
  permissions: number
}

/** Why a rule is refused; `unknown` is worth more words, as it holds no secret. */
export interface Refusal {
  readonly reason: string
  readonly unknown: boolean
}

const refusal = (reason: string, unknown = false): Refusal => ({ reason, unknown })

export const SYNTAX_ERROR = refusal('Syntax error')
const UNKNOWN = refusal('Unknown command or category name in ACL', true)
const SUBCOMMAND_ARGUMENT = refusal('Allowing first-arg of a subcommand is not supported')
const AFTER_ALL_KEYS = refusal(
  "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. " +
    "Try 'resetkeys' to start with an empty list of patterns",
)
const AFTER_ALL_CHANNELS = refusal(
  "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. " +
    "Try 'resetchannels' to start with an empty list of channels",
)

/** White space and NUL would end a name or pattern where it is written down. */
export function hasSpaces(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 32 || (code >= 9 && code <= 13) || code === 0) return true
  }
  return false
}

export class Selector {
  private readonly directory: CommandDirectory
  /** Every key, whatever is done with it. */
  allKeys = false
  allChannels = false
  /** Every command, without looking it up. */
  allCommands = false
  /** Whether the commands started out as all of them rather than as none. */
  private fromAll = false
  /** Names of the commands that may run. */
  private allowed = new Set<string>()
  /** By command name: first arguments with which it may run though it may not otherwise; in lower case. */
  private firstArguments = new Map<string, string[]>()
  /** The rules about commands since all or none of them, with those that later ones made void left out. */
  private rules: string[] = []
  private patterns: KeyPattern[] = []
  channels: string[] = []

  constructor(directory: CommandDirectory, allChannels: boolean) {
    this.directory = directory
    this.allChannels = allChannels
  }

  copy(): Selector {
    const copy = new Selector(this.directory, this.allChannels)
    copy.allKeys = this.allKeys
    copy.allCommands = this.allCommands
    copy.fromAll = this.fromAll
    copy.allowed = new Set(this.allowed)
    copy.firstArguments = new Map([...this.firstArguments].map(([name, words]) => [name, [...words]]))
    copy.rules = [...this.rules]
    copy.patterns = this.patterns.map((pattern) => ({ ...pattern }))
    copy.channels = [...this.channels]
    return copy
  }

  /** No check can fail. */
  get isUnlimited(): boolean {
    return this.allCommands && this.allKeys && this.allChannels
  }

  // ---- rules

  /** Applies one rule, or says why it is none. */
  apply(rule: string): Refusal | null {
    switch (rule.toLowerCase()) {
      case 'allkeys':
      case '~*':
        this.allKeys = true
        this.patterns = []
        return null
      case 'resetkeys':
        this.allKeys = false
        this.patterns = []
        return null
      case 'allchannels':
      case '&*':
        this.allChannels = true
        this.channels = []
        return null
      case 'resetchannels':
        this.allChannels = false
        this.channels = []
        return null
      case 'allcommands':
      case '+@all':
        this.setAllCommands(true)
        return null
      case 'nocommands':
      case '-@all':
        this.setAllCommands(false)
        return null
    }
    switch (rule[0]) {
      case '~':
        return this.addKeys(rule.slice(1), READ | WRITE)
      case '%':
        return this.addKeysFor(rule)
      case '&':
        return this.addChannels(rule.slice(1))
      case '+':
        return rule[1] === '@' ? this.changeCategory(rule, true) : this.allow(rule.slice(1))
      case '-':
        return rule[1] === '@' ? this.changeCategory(rule, false) : this.forbid(rule.slice(1))
      default:
        return SYNTAX_ERROR
    }
  }

  private setAllCommands(on: boolean): void {
    this.allCommands = on
    this.fromAll = on
    this.allowed = new Set(on ? this.directory.all.map(({ name }) => name) : [])
    this.firstArguments.clear()
    this.rules = []
  }

  /** `%R~pattern`, `%W~pattern`, `%RW~pattern`. */
  private addKeysFor(rule: string): Refusal | null {
    let permissions = 0
    for (let i = 1; i < rule.length; i++) {
      const letter = rule[i].toUpperCase()
      if (letter === 'R' && (permissions & READ) === 0) permissions |= READ
      else if (letter === 'W' && (permissions & WRITE) === 0) permissions |= WRITE
      else if (letter === '~' && permissions !== 0) return this.addKeys(rule.slice(i + 1), permissions)
      else return SYNTAX_ERROR
    }
    // Without a `~` there is no pattern but the empty one.
    return permissions === 0 ? SYNTAX_ERROR : this.addKeys('', permissions)
  }

  private addKeys(pattern: string, permissions: number): Refusal | null {
    if (this.allKeys) return AFTER_ALL_KEYS
    if (hasSpaces(pattern)) return SYNTAX_ERROR
    const known = this.patterns.find((other) => other.pattern === pattern)
    if (known === undefined) this.patterns.push({ pattern, permissions })
    else known.permissions |= permissions
    return null
  }

  private addChannels(pattern: string): Refusal | null {
    if (this.allChannels) return AFTER_ALL_CHANNELS
    if (hasSpaces(pattern)) return SYNTAX_ERROR
    if (!this.channels.includes(pattern)) this.channels.push(pattern)
    return null
  }

  /** `command`, `container|subcommand`, or the old `command|argument`. */
  private allow(name: string): Refusal | null {
    const bar = name.lastIndexOf('|')
    if (bar < 0) {
      const command = this.directory.find(name)
      if (command === undefined) return UNKNOWN
      this.change(command, true)
    } else {
      const command = this.directory.find(name.slice(0, bar))
      const argument = name.slice(bar + 1).toLowerCase()
      if (command === undefined) return UNKNOWN
      if (this.directory.isSubcommand(command)) return SUBCOMMAND_ARGUMENT
      if (argument === '') return SYNTAX_ERROR
      if (this.directory.isContainer(command)) {
        const subcommand = this.directory.find(name)
        if (subcommand === undefined) return UNKNOWN
        this.change(subcommand, true)
      } else {
        const words = this.firstArguments.get(command.name)
        if (words === undefined) this.firstArguments.set(command.name, [argument])
        else if (!words.includes(argument)) words.push(argument)
      }
    }
    this.remember(name, '+')
    return null
  }

  private forbid(name: string): Refusal | null {
    const command = this.directory.find(name)
    if (command === undefined) return UNKNOWN
    this.change(command, false)
    this.remember(name, '-')
    return null
  }

  private changeCategory(rule: string, on: boolean): Refusal | null {
    const commands = this.directory.inCategory(rule.slice(2))
    if (commands === undefined) return UNKNOWN
    for (const command of commands) this.change(command, on)
    this.remember(rule.slice(1), on ? '+' : '-')
    return null
  }

  /** What holds for a container holds for its subcommands. */
  private change(command: Command, on: boolean): void {
    this.changeOne(command.name, on)
    this.firstArguments.delete(command.name)
    for (const { name } of this.directory.subcommands(command)) this.changeOne(name, on)
  }

  private changeOne(name: string, on: boolean): void {
    if (on) this.allowed.add(name)
    else {
      this.allowed.delete(name)
      this.allCommands = false
    }
  }

  /** A rule makes earlier ones about the same command, category or subcommands of it void. */
  private remember(name: string, sign: '+' | '-'): void {
    const lower = name.toLowerCase()
    this.rules = this.rules.filter((rule) => rule.slice(1) !== lower && !rule.startsWith(`${lower}|`, 1))
    this.rules.push(sign + lower)
  }

  // ---- checks

  allowsCommand(command: Command, argv: readonly string[]): boolean {
    if (this.allCommands || this.allowed.has(command.name)) return true
    const { name } = this.directory.ruled(command)
    if (name !== command.name && this.allowed.has(name)) return true
    const words = this.firstArguments.get(name)
    return words !== undefined && argv.length > 1 && words.includes(argv[1].toLowerCase())
  }

  /** `needed`: bits of `READ` and `WRITE`; none for commands that look at no more than what a key is. */
  allowsKey(key: string, needed: number): boolean {
    if (this.allKeys) return true
    for (const { pattern, permissions } of this.patterns) {
      if ((permissions & needed) === needed && globMatch(pattern, key)) return true
    }
    return false
  }

  /** Whether the data of every key may be read. */
  get readsAllKeys(): boolean {
    return this.allKeys || this.patterns.some((p) => p.pattern === '*' && (p.permissions & READ) !== 0)
  }

  /** A pattern that is subscribed to must be among those allowed, word for word. */
  allowsChannel(channel: string, isPattern: boolean): boolean {
    return this.allChannels || matchesChannel(this.channels, channel, isPattern)
  }

  // ---- descriptions

  describeCommands(): string {
    return [this.fromAll ? '+@all' : '-@all', ...this.rules].join(' ')
  }

  describeKeys(): string {
    return this.allKeys ? '~*' : this.patterns.map(describePattern).join(' ')
  }

  describeChannels(): string {
    return this.allChannels ? '&*' : this.channels.map((channel) => `&${channel}`).join(' ')
  }

  /** The rules that make this selector from a new one. */
  describe(): string {
    const channels = this.allChannels ? '&*' : `resetchannels ${this.describeChannels()}`
    return [this.describeKeys(), channels.trimEnd(), this.describeCommands()].filter((part) => part !== '').join(' ')
  }
}

export function matchesChannel(allowed: readonly string[], channel: string, isPattern: boolean): boolean {
  return allowed.some((pattern) => (isPattern ? pattern === channel : globMatch(pattern, channel)))
}

function describePattern({ pattern, permissions }: KeyPattern): string {
  if (permissions === READ) return `%R~${pattern}`
  return permissions === WRITE ? `%W~${pattern}` : `~${pattern}`
}

const needs = new Map<KeyAccess, number>()

/** Permissions that an access to a key needs. */
export function neededFor(access: KeyAccess): number {
  let bits = needs.get(access)
  if (bits === undefined) {
    const words = access.split(' ')
    bits = words.includes('access') ? READ : 0
    if (words.includes('update') || words.includes('insert') || words.includes('delete')) bits |= WRITE
    needs.set(access, bits)
  }
  return bits
}
