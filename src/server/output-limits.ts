/** client-output-buffer-limit: a reader that does not read is cut off instead of filling the memory. */
import type { Server } from './server.ts'
import type { Session } from './session.ts'

export class OutputLimits {
  private readonly server: Server

  constructor(server: Server) {
    this.server = server
  }

  /** Called after output was handed over and not all of it was taken. */
  check(session: Session): void {
    const { connection } = session
    if (connection === null || session.closed || session.kind === 'master') return
    const pending = connection.unsentBytes + session.output.length + session.heldBytes
    if (pending > session.outputPeak) session.outputPeak = pending
    const limits = this.server.config.clientOutputBufferLimit
    const limit =
      session.kind === 'replica' ? limits.replica : session.kind === 'pubsub' ? limits.pubsub : limits.normal
    // A limit below the backlog would cut off replicas that could as well be behind.
    const hard = session.kind === 'replica' ? Math.max(limit.hard, this.server.config.replBacklogSize) : limit.hard
    if (limit.hard > 0 && pending > hard) return this.cut(session, pending)
    if (limit.soft === 0 || pending <= limit.soft) session.softLimitSince = 0
    else if (session.softLimitSince === 0) session.softLimitSince = this.server.store.now
    else if (this.server.store.now - session.softLimitSince > limit.softSeconds * 1000) this.cut(session, pending)
  }

  private cut(session: Session, pending: number): void {
    this.server.stats.clientsOverOutputLimit++
    this.server.log.warning(
      `Client id=${session.id} addr=${session.connection?.peer} closed: ${pending} bytes of output wait, over its limit`,
    )
    this.server.closeSession(session)
  }
}
