/** MONITOR: every command as it runs, one line each, to the clients that asked. */
import type { Command } from '../spec/command.ts'
import { Flag } from '../spec/flags.ts'
import { Restriction } from '../spec/restrictions.ts'
import { quoteArgument } from '../util/parse-quoted.ts'
import type { Session } from './session.ts'

const UNSEEN = Flag.admin | Flag.skip_monitor

export class Monitors {
  private readonly sessions = new Set<Session>()
  /** Whether anybody watches: asked before everything else. */
  active = false
  private lastUs = 0

  add(session: Session): void {
    session.monitoring = true
    session.restrict(Restriction.feed, true)
    this.sessions.add(session)
    this.active = true
  }

  remove(session: Session): void {
    if (!this.sessions.delete(session)) return
    session.monitoring = false
    session.restrict(Restriction.feed, false)
    this.active = this.sessions.size > 0
  }

  /** Shows a command that ran, unless it is one of those that are not shown. */
  feed(session: Session, command: Command, argv: readonly string[], unixUs: number): void {
    if ((command.flags & UNSEEN) === 0) this.show(session, command, argv, unixUs)
  }

  /** Shows a command whatever its flags. `unixUs`: microseconds since 1970. */
  show(session: Session, command: Command, argv: readonly string[], unixUs: number): void {
    // The wall clock counts milliseconds: what was interpolated must not seem to run back by a part of one.
    const us = unixUs < this.lastUs && this.lastUs - unixUs < 1000 ? this.lastUs : Math.floor(unixUs)
    this.lastUs = us
    const seconds = Math.floor(us / 1e6)
    const micros = String(us - seconds * 1e6).padStart(6, '0')
    const words = command.secret === null ? argv : hide(argv, command.secret(argv))
    const line = `+${seconds}.${micros} [${session.db.index} ${originOf(session)}] ${words.map(quoteArgument).join(' ')}\r\n`
    for (const monitor of this.sessions) if (monitor.muted === 'no') monitor.push(line)
  }
}

function hide(argv: readonly string[], secret: readonly number[]): readonly string[] {
  return secret.length === 0 ? argv : argv.map((word, i) => (secret.includes(i) ? '(redacted)' : word))
}

/** Where a command came from: an address, the path of a unix socket, or a script. */
function originOf({ connection }: Session): string {
  if (connection === null) return 'lua'
  return connection.local.startsWith('/') ? `unix:${connection.local.replace(/:0$/, '')}` : connection.peer
}
