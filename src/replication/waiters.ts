/** WAIT: clients that want their writes on a number of replicas before they go on. */
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import type { Replicas } from './replicas.ts'

interface Waiter {
  readonly session: Session
  readonly offset: number
  readonly count: number
}

export class Waiters {
  private readonly server: Server
  private readonly replicas: Replicas
  private readonly waiting = new Set<Waiter>()

  constructor(server: Server, replicas: Replicas) {
    this.server = server
    this.replicas = replicas
  }

  /** Replies how many replicas have all that this client wrote, once they are `count` or the time (0: none) is up. */
  wait(session: Session, count: number, timeoutMs: number): void {
    const offset = session.writeOffset
    const acks = this.replicas.countAcks(offset)
    if (acks >= count || !session.mayBlock) {
      session.reply.int(acks)
      return
    }
    const waiter = { session, offset, count }
    this.waiting.add(waiter)
    this.server.blocking.suspend(session, {
      timeoutMs,
      timedOut: () => session.reply.int(this.replicas.countAcks(offset)),
      forget: () => this.waiting.delete(waiter),
    })
    this.replicas.requestAcks()
  }

  /** After an acknowledgement: lets those go on who have enough. */
  serve(): void {
    if (this.waiting.size === 0) return
    for (const { session, offset, count } of [...this.waiting]) {
      const acks = this.replicas.countAcks(offset)
      if (acks < count) continue
      session.reply.int(acks)
      this.server.blocking.resume(session)
    }
  }
}
