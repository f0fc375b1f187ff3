/** What the server does by itself from time to time, on its own clock. */
import type { Timer } from '../util/clock.ts'
import type { Server } from './server.ts'

const PERIOD_MS = 100

export class Cron {
  private readonly server: Server
  private timer: Timer | null = null
  private ticks = 0
  /** For tests: time passes and nothing is done about it (DEBUG PAUSE-CRON). */
  paused = false
  /** Called ten times a second, after the cron's own work. */
  readonly often: (() => void)[] = []
  /** Called once a second. */
  readonly eachSecond: (() => void)[] = []

  constructor(server: Server) {
    this.server = server
  }

  start(): void {
    this.timer = this.server.store.clock.after(PERIOD_MS, () => {
      this.start()
      if (!this.paused) this.server.background(() => this.tick())
    })
  }

  stop(): void {
    this.timer?.cancel()
    this.timer = null
  }

  private tick(): void {
    const { server } = this
    this.ticks++
    server.stats.sample(server.store.now)
    for (const step of this.often) step()
    if (this.ticks % 10 !== 0) return
    this.closeIdle()
    for (const step of this.eachSecond) step()
  }

  /** `timeout`: clients that have been silent too long; and readers over their soft output limit. */
  private closeIdle(): void {
    const { server } = this
    const idleMs = server.config.timeout * 1000
    for (const session of [...server.sessions.values()]) {
      if (session.connection !== null && session.connection.unsentBytes > 0) server.outputLimits.check(session)
      if (idleMs === 0 || session.kind !== 'normal' || session.suspension !== null) continue
      if (server.store.now - session.lastActiveAt > idleMs) {
        server.log.verbose('Closing idle client')
        server.closeSession(session)
      }
    }
  }
}
