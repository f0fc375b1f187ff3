/** WAITAOF: clients that want their writes safe on disks, here and at replicas, before they go on. */
import { E } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import type { AppendOnly } from './aof.ts'

interface Waiter {
  readonly session: Session
  readonly local: number
  readonly replicas: number
}

export class LogWaiters {
  private readonly server: Server
  private readonly aof: AppendOnly
  private readonly waiting = new Set<Waiter>()

  constructor(server: Server, aof: AppendOnly) {
    this.server = server
    this.aof = aof
  }

  /** Replies who has all that this client wrote on disk, once that is as wanted or the time (0: none) is up. */
  wait(session: Session, local: number, replicas: number, timeoutMs: number): void {
    const waiter = { session, local, replicas }
    if (this.isServed(waiter) || !session.mayBlock) {
      this.reply(session)
      return
    }
    this.waiting.add(waiter)
    this.server.blocking.suspend(session, {
      timeoutMs,
      timedOut: () => this.reply(session),
      forget: () => this.waiting.delete(waiter),
    })
    if (replicas > 0) this.server.replication.replicas.requestAcks()
  }

  private localCount({ loggedOffset }: Session): number {
    return this.aof.durableTo >= loggedOffset ? 1 : 0
  }

  private replicaCount({ writeOffset }: Session): number {
    return this.server.replication.replicas.countSynced(writeOffset)
  }

  private isServed({ session, local, replicas }: Waiter): boolean {
    return this.localCount(session) >= local && this.replicaCount(session) >= replicas
  }

  private reply(session: Session): void {
    session.reply.array(2)
    session.reply.int(this.localCount(session))
    session.reply.int(this.replicaCount(session))
  }

  /** After a sync here or the word of a replica, and when the file is turned off: lets those go on who may. */
  serve(): void {
    if (this.waiting.size === 0) return
    const { blocking } = this.server
    for (const waiter of [...this.waiting]) {
      const { session, local } = waiter
      if (local > 0 && !this.aof.isOn) blocking.fail(session, E.waitAofDisabled)
      else if (this.isServed(waiter)) {
        this.reply(session)
        blocking.resume(session)
      }
    }
  }
}
