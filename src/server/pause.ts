/** CLIENT PAUSE: holds clients back until a time, all commands or only those that may write. */
import { Flag } from '../spec/flags.ts'
import { ServerRestriction } from '../spec/restrictions.ts'
import type { Timer } from '../util/clock.ts'
import type { Server } from './server.ts'
import type { Session } from './session.ts'

export class Pause {
  private readonly server: Server
  private readonly held = new Map<Session, readonly string[]>()
  private until = 0
  private all = false
  private timer: Timer | null = null
  /** MIGRATEs under way. */
  private migrations = 0

  constructor(server: Server) {
    this.server = server
  }

  get active(): boolean {
    return this.until > 0
  }

  /** Unix ms at which the pause ends; 0 without one. */
  get endsAt(): number {
    return this.until
  }

  /** Starts a pause or extends it; a stricter or longer one wins over the one there is. */
  start(untilMs: number, all: boolean): void {
    this.until = Math.max(this.until, untilMs)
    this.all ||= all
    this.server.restrict(ServerRestriction.paused, true)
    this.server.store.holdExpiry(true)
    this.timer?.cancel()
    this.timer = this.server.store.clock.after(Math.max(1, this.until - this.server.store.clock.now()), () =>
      this.server.background(() => this.end()),
    )
  }

  /** Holds every client back, whatever pause there is, until `releaseAll`. */
  holdAll(): void {
    this.migrations++
    this.server.restrict(ServerRestriction.paused, true)
  }

  releaseAll(): void {
    this.migrations--
    if (this.migrations > 0) return
    this.server.restrict(ServerRestriction.paused, this.active)
    this.letGo()
  }

  end(): void {
    this.timer?.cancel()
    this.timer = null
    this.until = 0
    this.all = false
    this.server.store.holdExpiry(false)
    if (this.migrations > 0) return
    this.server.restrict(ServerRestriction.paused, false)
    this.letGo()
  }

  /** Runs what was held, as far as it is not held again. */
  private letGo(): void {
    const held = [...this.held]
    this.held.clear()
    for (const [session, argv] of held) {
      this.server.blocking.release(session)
      this.server.process(session, argv)
      this.server.resumeLater(session)
    }
  }

  holds(session: Session, flags: number): boolean {
    if (session.connection === null || session.kind === 'replica' || session.kind === 'master') return false
    if (this.migrations > 0) return true
    return this.all || (flags & (Flag.write | Flag.may_replicate)) !== 0
  }

  hold(session: Session, argv: readonly string[]): void {
    this.held.set(session, argv)
    this.server.blocking.suspend(session, {
      timeoutMs: 0,
      timedOut: () => {},
      forget: () => this.held.delete(session),
      unblockable: false,
    })
  }
}
