/**
 * Access control: the users, who is logged in as whom, and whether they may do what they ask for.
 *
 * A session carries two bits that say all of it on the hot path: `unauthenticated`, and `limitedUser`, which is unset
 * for users that may do everything. They are kept right whenever a user or a session's user changes.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { E, type ReplyError } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import type { Command } from '../spec/command.ts'
import { Restriction } from '../spec/restrictions.ts'
import { writeFileSafely } from './acl-file.ts'
import { AclLog, type LogContext, type LogReason } from './acl-log.ts'
import { CommandDirectory } from './command-directory.ts'
import { type Denial, deniedBy, mayReadAllKeys } from './permission.ts'
import { hasSpaces, matchesChannel } from './selector.ts'
import { joinSelectors, type Surroundings, User } from './user.ts'
import { readAclFile, readUserLines, type UserLine } from './user-lines.ts'

const FULL_ACCESS = ['+@all', '~*', '&*', 'on', 'nopass']

export class Acl {
  private readonly server: Server
  readonly directory: CommandDirectory
  readonly log = new AclLog()
  private readonly surroundings: Surroundings
  /** The user of new connections. It can be changed but not removed, so it stays the same object. */
  readonly defaultUser: User
  private users: Map<string, User>
  /** Of the SORT that was authorized last: whether its BY and GET may read whatever keys they name. */
  readsAllKeys = true

  /** To be made before commands are renamed: rules go by their own names. */
  constructor(server: Server) {
    this.server = server
    this.directory = new CommandDirectory(server.table)
    const { config } = server
    this.surroundings = {
      directory: this.directory,
      get allChannelsAtFirst() {
        return config.aclPubsubDefault === 'allchannels'
      },
    }
    this.defaultUser = this.fullUser()
    this.users = new Map([['default', this.defaultUser]])
  }

  private fullUser(): User {
    const user = new User('default', this.surroundings)
    for (const rule of FULL_ACCESS) user.apply(rule)
    return user
  }

  find(name: string): User | undefined {
    return this.users.get(name)
  }

  /** In the order of their names. */
  get all(): User[] {
    return [...this.users.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  // ---- sessions

  /** The state of a connection that has not said who it is. */
  begin(session: Session): void {
    const { defaultUser } = this
    session.authenticated = defaultUser.noPassword && defaultUser.enabled
    this.assign(session, defaultUser)
  }

  /** Lets a session act as a user; null is the server itself, which may do everything. */
  assign(session: Session, user: User | null): void {
    session.user = user
    this.refresh(session)
  }

  private refresh(session: Session): void {
    const { user } = session
    const { noPassword, enabled } = this.defaultUser
    session.restrict(Restriction.limitedUser, user !== null && !user.isUnlimited)
    session.restrict(Restriction.unauthenticated, user !== null && !session.authenticated && !(noPassword && enabled))
  }

  private refreshAll(): void {
    for (const session of this.server.sessions.values()) this.refresh(session)
  }

  /** AUTH: false, and logged, when the name and the password do not belong together. */
  login(session: Session, name: string, password: string, command: string): boolean {
    const user = this.users.get(name)
    if (user === undefined || !user.accepts(password)) {
      this.record(session, 'auth', contextOf(session), command, name)
      return false
    }
    session.authenticated = true
    this.assign(session, user)
    return true
  }

  /** Closes the connections of a user that is no more. */
  private disconnect(user: User): void {
    for (const session of [...this.server.sessions.values()]) {
      if (session.user !== user) continue
      session.authenticated = false
      this.assign(session, this.defaultUser)
      this.end(session)
    }
  }

  /** Whoever asked for it hears the reply first. */
  private end(session: Session): void {
    if (session === this.server.running) session.closing = true
    else this.server.closeSession(session)
  }

  // ---- checks

  /** Whether the user of a session may make a request; null when so. A denial is counted and logged. */
  authorize(
    session: Session,
    command: Command,
    argv: readonly string[],
    context: LogContext = contextOf(session),
  ): Denial | null {
    const { user } = session
    if (user === null || user.isUnlimited) return null
    const denial = deniedBy(user, command, argv)
    if (denial === null) {
      if (command.name === 'sort' || command.name === 'sort_ro') {
        this.readsAllKeys = mayReadAllKeys(user, command, argv)
      }
      return null
    }
    const { reason, index } = denial
    // A client runs its script, whatever the script runs.
    if (context !== 'lua') session.lastCommand = command
    this.record(
      session,
      reason,
      context,
      reason === 'command' ? this.directory.ruled(command).name : argv[index],
      user.name,
    )
    return denial
  }

  /** The same answer without a trace of the question. */
  permits({ user }: Session, command: Command, argv: readonly string[]): boolean {
    return user === null || user.isUnlimited || deniedBy(user, command, argv) === null
  }

  private record(session: Session, reason: LogReason, context: LogContext, object: string, username: string): void {
    const { server } = this
    server.stats.aclDenied[reason]++
    const incident = { reason, context, object, username, client: server.describeClient(session) }
    this.log.add(incident, server.store.now, server.config.acllogMaxLen)
  }

  // ---- changes

  /** ACL SETUSER: all the rules, or on an error none. */
  setUser(name: string, rules: readonly string[]): ReplyError | null {
    if (hasSpaces(name)) return E.aclUsername
    const joined = joinSelectors(rules)
    if (typeof joined === 'number') return E.aclParenthesis(rules[joined])
    const user = this.users.get(name)
    const changed = user === undefined ? new User(name, this.surroundings) : user.copy(name)
    for (const rule of joined) {
      const refused = changed.apply(rule)
      if (refused !== null) return E.aclModifier(rule, refused.reason)
    }
    if (user === undefined) this.users.set(name, changed)
    else this.change(user, changed)
    return null
  }

  private change(user: User, to: User): void {
    user.take(to)
    this.disconnectListeners(user)
    this.refreshAll()
  }

  /** `requirepass`: the password of the default user, or that it has none. */
  setDefaultPassword(password: string): void {
    this.defaultUser.apply('resetpass')
    this.defaultUser.apply(password === '' ? 'nopass' : `>${password}`)
    this.refreshAll()
  }

  /** Closes the connections that listen to what their user may no longer hear. */
  private disconnectListeners(user: User): void {
    if (user.selectors.some((selector) => selector.allChannels)) return
    const allowed = user.selectors.flatMap((selector) => selector.channels)
    for (const session of [...this.server.sessions.values()]) {
      const { subscriptions } = session
      if (session.user !== user || subscriptions === null) continue
      const { channel, pattern, shard } = subscriptions
      const fine =
        [...pattern].every((name) => matchesChannel(allowed, name, true)) &&
        [...channel, ...shard].every((name) => matchesChannel(allowed, name, false))
      if (!fine) this.end(session)
    }
  }

  /** ACL DELUSER: false when there is no such user. Not for the default one. */
  deleteUser(name: string): boolean {
    const user = this.users.get(name)
    if (user === undefined) return false
    this.users.delete(name)
    this.disconnect(user)
    return true
  }

  /** The users of a file take the place of all there are; without a default one among them it may do everything. */
  private replaceUsers(users: Map<string, User>): void {
    const old = this.users
    this.change(this.defaultUser, users.get('default') ?? this.fullUser())
    this.users = new Map(users).set('default', this.defaultUser)
    for (const user of old.values()) if (user !== this.defaultUser) this.disconnect(user)
  }

  // ---- files

  /** At the start: users of the configuration, or of the ACL file. In one line what is wrong, or null. */
  loadAtStart(lines: readonly UserLine[]): string | null {
    if (this.server.config.aclfile !== '') {
      if (lines.length > 0) return `${lines[0].where}: users are defined in an aclfile or by user lines, not both`
      return this.loadFile()
    }
    const users = readUserLines(lines, this.surroundings)
    if (typeof users === 'string') return users
    for (const user of users.values()) {
      if (!user.enabled) this.server.log.notice(`The user '${user.name}' is disabled: its line has no 'on'`)
      if (user.name === 'default') this.change(this.defaultUser, user)
      else this.users.set(user.name, user)
    }
    return null
  }

  private get path(): string {
    return resolve(this.server.config.dir, this.server.config.aclfile)
  }

  /** Takes the users of the ACL file, or says what is wrong with it and leaves everything as it is. */
  loadFile(): string | null {
    const { aclfile } = this.server.config
    let text: string
    try {
      text = readFileSync(this.path, 'latin1')
    } catch (error) {
      return `Error loading ACLs, opening file '${aclfile}': ${reasonOf(error)}`
    }
    const users = readAclFile(text, aclfile, this.surroundings)
    if (typeof users === 'string') return users
    this.replaceUsers(users)
    return null
  }

  /** Writes the ACL file; the reason when that fails. */
  saveFile(): string | null {
    return writeFileSafely(this.path, `${this.all.map((user) => user.line).join('\n')}\n`)
  }

  /** What CONFIG REWRITE puts in place of the `user` lines of a configuration file. */
  configLines(): { readonly isDefault: boolean; readonly lines: readonly string[] } {
    if (this.server.config.aclfile !== '') return { isDefault: true, lines: [] }
    const usual = this.fullUser()
    const { requirepass } = this.server.config
    if (requirepass !== '') usual.apply(`>${requirepass}`)
    const isDefault = this.users.size === 1 && usual.describe() === this.defaultUser.describe()
    return { isDefault, lines: this.all.map((user) => user.line.slice('user '.length)) }
  }
}

function contextOf(session: Session): LogContext {
  return session.transaction === null ? 'toplevel' : 'multi'
}

const REASONS = new Map([
  ['ENOENT', 'No such file or directory'],
  ['EACCES', 'Permission denied'],
  ['EISDIR', 'Is a directory'],
])

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  return REASONS.get(code ?? '') ?? message
}
