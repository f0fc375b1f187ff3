/** Users as files hold them: `user name rule ...` lines of a configuration or of a whole ACL file. */
import { hasSpaces } from './selector.ts'
import { joinSelectors, type Surroundings, User } from './user.ts'

/** A `user` line of a configuration. */
export interface UserLine {
  /** `file:line`, for messages. */
  readonly where: string
  /** The name, then the rules. */
  readonly words: readonly string[]
}

/** Users by name, or in one line what is wrong with the lines. */
export function readUserLines(lines: readonly UserLine[], surroundings: Surroundings): Map<string, User> | string {
  const users = new Map<string, User>()
  for (const { where, words } of lines) {
    const [name, ...rules] = words
    const wrong = (reason: string) => `${where}: user ${name}: ${reason}`
    if (hasSpaces(name)) return wrong('spaces are not allowed in names of users')
    if (users.has(name)) return wrong('Duplicate user found: each may be defined only once')
    const joined = joinSelectors(rules)
    if (typeof joined === 'number') return wrong(`the parenthesis at '${rules[joined]}' is not closed`)
    const user = new User(name, surroundings)
    for (const rule of joined) {
      const refused = user.apply(rule)
      // What holds a password is not for the log.
      if (refused !== null) return wrong(`${/^[><]/.test(rule) ? rule[0] : rule}: ${refused.reason}`)
    }
    users.set(name, user)
  }
  return users
}

/** Reads the text of an ACL file; otherwise all that is wrong with it, in Redis's words. `file` is as configured. */
export function readAclFile(text: string, file: string, surroundings: Surroundings): Map<string, User> | string {
  const users = new Map<string, User>()
  let errors = ''
  text.split('\n').forEach((raw, i) => {
    const where = `${file}:${i + 1}`
    const line = raw.replace(/^[ \t\r]+|[ \t\r]+$/g, '')
    if (line === '') return
    const [keyword, name, ...rules] = line.split(' ')
    if (keyword !== 'user' || name === undefined) {
      errors += `${where} should start with user keyword followed by the username. `
    } else if (hasSpaces(name)) {
      errors += `'${where}: username '${name}' contains invalid characters. `
    } else if (users.has(name)) {
      errors += `WARNING: Duplicate user '${name}' found on line ${i + 1}. `
    } else {
      const user = new User(name, surroundings)
      errors += applyAll(user, rules, where)
      users.set(name, user)
    }
  })
  if (errors === '') return users
  return `${errors}WARNING: ACL errors detected, no change to the previously active ACL rules was performed`
}

/** Of rules that name no known command all are told, of others only the first, as it may have led to the rest. */
function applyAll(user: User, rules: readonly string[], where: string): string {
  const joined = joinSelectors(rules)
  if (typeof joined === 'number') return `${where}: Unmatched parenthesis in selector definition.`
  let errors = ''
  let told = false
  for (const rule of joined) {
    const trimmed = rule.replace(/^[\t\r\n]+|[\t\r\n]+$/g, '')
    const refused = user.apply(trimmed)
    if (refused === null) continue
    if (refused.unknown) errors += `${where}: Error in applying operation '${trimmed}': ${refused.reason}. `
    else if (!told) {
      errors += `${where}: ${refused.reason}. `
      told = true
    }
  }
  return errors
}
