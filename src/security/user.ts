/** Users: who they are, how they prove it, and their selectors, any one of which must permit a request. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { splitArguments } from '../util/parse-quoted.ts'
import type { CommandDirectory } from './command-directory.ts'
import { type Refusal, Selector, SYNTAX_ERROR } from './selector.ts'

/** What new users and selectors are made with, now. */
export interface Surroundings {
  readonly directory: CommandDirectory
  /** `acl-pubsub-default` is allchannels. */
  readonly allChannelsAtFirst: boolean
}

const NO_SUCH_PASSWORD: Refusal = {
  reason: 'The password you are trying to remove from the user does not exist',
  unknown: false,
}
const BAD_HASH: Refusal = {
  reason: 'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters',
  unknown: false,
}

export class User {
  readonly name: string
  private readonly surroundings: Surroundings
  enabled = false
  /** Any password does, none is needed. */
  noPassword = false
  /** Whether DUMP payloads of this user are looked at closely when `sanitize-dump-payload` says clients. */
  sanitizesPayload = true
  /** SHA-256 in hexadecimal, in the order in which they were added. */
  passwords: readonly string[] = []
  /** The first one holds the rules outside of parentheses. */
  selectors: readonly [Selector, ...Selector[]]
  /** A selector permits everything: nothing needs to be checked. */
  isUnlimited = false

  constructor(name: string, surroundings: Surroundings) {
    this.name = name
    this.surroundings = surroundings
    this.selectors = [new Selector(surroundings.directory, surroundings.allChannelsAtFirst)]
  }

  get root(): Selector {
    return this.selectors[0]
  }

  /** A user of another name with the same rules, which changes without this one. */
  copy(name: string): User {
    const copy = new User(name, this.surroundings)
    copy.take(this)
    return copy
  }

  /** Takes on the rules of another user. */
  take(other: User): void {
    this.enabled = other.enabled
    this.noPassword = other.noPassword
    this.sanitizesPayload = other.sanitizesPayload
    this.passwords = other.passwords
    const [root, ...rest] = other.selectors
    this.selectors = [root.copy(), ...rest.map((selector) => selector.copy())]
    this.isUnlimited = other.isUnlimited
  }

  /** Applies one rule, or says why it is none. An empty one changes nothing. */
  apply(rule: string): Refusal | null {
    const refused = rule === '' ? null : this.applyRule(rule)
    this.isUnlimited = this.selectors.some((selector) => selector.isUnlimited)
    return refused
  }

  private applyRule(rule: string): Refusal | null {
    switch (rule.toLowerCase()) {
      case 'on':
        this.enabled = true
        return null
      case 'off':
        this.enabled = false
        return null
      case 'skip-sanitize-payload':
        this.sanitizesPayload = false
        return null
      case 'sanitize-payload':
        this.sanitizesPayload = true
        return null
      case 'nopass':
        this.noPassword = true
        this.passwords = []
        return null
      case 'resetpass':
        this.noPassword = false
        this.passwords = []
        return null
      case 'clearselectors':
        this.selectors = [this.root]
        return null
      case 'reset':
        this.take(new User('', this.surroundings))
        return null
    }
    const rest = rule.slice(1)
    switch (rule[0]) {
      case '>':
        return this.addPassword(hashPassword(rest))
      case '#':
        return isHash(rest) ? this.addPassword(rest) : BAD_HASH
      case '<':
        return this.removePassword(hashPassword(rest))
      case '!':
        return isHash(rest) ? this.removePassword(rest) : BAD_HASH
    }
    if (rule.startsWith('(') && rule.endsWith(')')) return this.addSelector(rule.slice(1, -1))
    return this.root.apply(rule)
  }

  private addPassword(hash: string): null {
    if (!this.passwords.includes(hash)) this.passwords = [...this.passwords, hash]
    this.noPassword = false
    return null
  }

  private removePassword(hash: string): Refusal | null {
    if (!this.passwords.includes(hash)) return NO_SUCH_PASSWORD
    this.passwords = this.passwords.filter((other) => other !== hash)
    return null
  }

  private addSelector(rules: string): Refusal | null {
    const words = splitArguments(rules)
    if (words === null) return SYNTAX_ERROR
    const selector = new Selector(this.surroundings.directory, this.surroundings.allChannelsAtFirst)
    for (const word of words) {
      const refused = selector.apply(word)
      if (refused !== null) return refused
    }
    this.selectors = [...this.selectors, selector]
    return null
  }

  /** Whether this user may log in with a password. Takes as long whichever of the passwords it is, or is not. */
  accepts(password: string): boolean {
    if (!this.enabled) return false
    if (this.noPassword) return true
    const given = Buffer.from(hashPassword(password), 'latin1')
    let found = false
    for (const hash of this.passwords) if (timingSafeEqual(given, Buffer.from(hash, 'latin1'))) found = true
    return found
  }

  /** The words that describe the state of a user apart from passwords and selectors. */
  get flags(): string[] {
    const flags = [this.enabled ? 'on' : 'off']
    if (this.noPassword) flags.push('nopass')
    flags.push(this.sanitizesPayload ? 'sanitize-payload' : 'skip-sanitize-payload')
    return flags
  }

  /** The rules that make this user from a new one. */
  describe(): string {
    const [root, ...others] = this.selectors
    const passwords = this.passwords.map((hash) => `#${hash}`)
    const selectors = others.map((selector) => `(${selector.describe()})`)
    return [...this.flags, ...passwords, root.describe(), ...selectors].join(' ')
  }

  /** The line of configuration and ACL files, which ACL LIST shows. */
  get line(): string {
    return `user ${this.name} ${this.describe()}`
  }
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
function hashPassword(password: string): string {
  return createHash('sha256').update(password, 'latin1').digest('hex')
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

/** Puts selectors whose words came apart together again; the index of the word that opens one without an end. */
export function joinSelectors(words: readonly string[]): string[] | number {
  const rules: string[] = []
  let open = -1
  words.forEach((word, i) => {
    if (word.startsWith('(') && !word.endsWith(')')) {
      // A second opening starts over, as the first one can no longer be meant.
      open = i
      rules.push(word)
    } else if (open >= 0) {
      rules[rules.length - 1] += ` ${word}`
      if (word.endsWith(')')) open = -1
    } else rules.push(word)
  })
  return open >= 0 ? open : rules
}
