/** Clients that wait: for keys (BLPOP, XREAD ...), for replicas (WAIT), for a pause to end. */
import { E, ReplyError } from '../resp/errors.ts'
import type { Command } from '../spec/command.ts'
import type { Wait } from '../spec/context.ts'
import type { Database } from '../store/database.ts'
import type { Timer } from '../util/clock.ts'
import type { Server } from './server.ts'
import type { Session } from './session.ts'

/** Why a client waits and how that ends. */
export interface Suspension {
  readonly timer: Timer | null
  /** Replies as if the time were up (the time-out, CLIENT UNBLOCK TIMEOUT). */
  readonly timedOut: () => void
  /** Forgets the client, whatever ended the wait. */
  readonly forget: () => void
  /** False for what CLIENT UNBLOCK must not end (CLIENT PAUSE). */
  readonly unblockable: boolean
}

interface KeyWait {
  readonly session: Session
  readonly db: Database
  readonly wait: Wait
  readonly command: Command | null
}

export class Blocking {
  private readonly server: Server
  /** Per database: who waits for a key, in order of arrival. */
  private readonly waiting: Map<string, Set<KeyWait>>[]
  private readonly ready: { db: Database; key: string }[] = []
  private serving = false
  /** Clients that wait for keys. */
  keyWaiters = 0
  /** All clients that wait. */
  suspended = 0
  /** Those of them that will not wait for ever. */
  timed = 0

  constructor(server: Server, databases: number) {
    this.server = server
    this.waiting = Array.from({ length: databases }, () => new Map())
  }

  /** Holds a client back until `resume`, `unblock`, the time-out (0: none) or its disconnection. */
  suspend(
    session: Session,
    how: { timeoutMs: number; timedOut: () => void; forget?: () => void; unblockable?: boolean },
  ): void {
    const timer =
      how.timeoutMs > 0
        ? this.server.store.clock.after(how.timeoutMs, () => this.server.background(() => this.timeOut(session)))
        : null
    session.suspension = {
      timer,
      timedOut: how.timedOut,
      forget: how.forget ?? (() => {}),
      unblockable: how.unblockable ?? true,
    }
    this.suspended++
    if (timer !== null) this.timed++
  }

  /** Ends a wait; the client's held-back input goes on at the end of the batch. */
  resume(session: Session, replyUs = 0): void {
    if (!this.release(session)) return
    this.server.unblocked(session, replyUs)
    this.server.resumeLater(session)
  }

  /** Forgets a client that waits, without going on with its input (it is gone). */
  release(session: Session): boolean {
    const { suspension } = session
    if (suspension === null) return false
    session.suspension = null
    if (suspension.timer !== null) {
      suspension.timer.cancel()
      this.timed--
    }
    suspension.forget()
    this.suspended--
    return true
  }

  private timeOut(session: Session): void {
    const { suspension } = session
    if (suspension === null) return
    this.release(session)
    suspension.timedOut()
    this.server.unblocked(session, 0)
    this.server.resumeLater(session)
  }

  /** CLIENT UNBLOCK: false when the client is not blocked in a way that can be ended. */
  unblock(session: Session, how: 'timeout' | 'error'): boolean {
    const { suspension } = session
    if (suspension === null || !suspension.unblockable) return false
    if (how === 'timeout') this.timeOut(session)
    else this.fail(session, E.unblocked)
    return true
  }

  /** Ends a wait with an error reply. */
  fail(session: Session, error: ReplyError): void {
    if (!this.release(session)) return
    if (session.lastCommand !== null) session.lastCommand.stats.failed++
    this.server.stats.countError(error)
    session.reply.error(error)
    this.server.unblocked(session, 0)
    this.server.resumeLater(session)
  }

  /** Ends every wait but those of CLIENT PAUSE with an error and the connection: the server changes its role. */
  failAll(error: ReplyError): void {
    if (this.suspended === 0) return
    for (const session of [...this.server.sessions.values()]) {
      if (session.suspension === null || !session.suspension.unblockable) continue
      this.fail(session, error)
      session.closing = true
    }
  }

  blockOnKeys(session: Session, wait: Wait): void {
    if (!session.mayBlock) {
      wait.timedOut()
      return
    }
    const entry: KeyWait = { session, db: session.db, wait, command: session.lastCommand }
    const perKey = this.waiting[session.db.index]
    for (const key of wait.keys) {
      const waiters = perKey.get(key)
      if (waiters === undefined) perKey.set(key, new Set([entry]))
      else waiters.add(entry)
    }
    this.keyWaiters++
    this.server.updateObserving()
    this.suspend(session, {
      timeoutMs: wait.timeoutMs,
      timedOut: wait.timedOut,
      forget: () => {
        for (const key of wait.keys) {
          const waiters = perKey.get(key)
          if (waiters?.delete(entry) && waiters.size === 0) perKey.delete(key)
        }
        this.keyWaiters--
        this.server.updateObserving()
      },
    })
  }

  /** Keys that anybody waits for, over all databases. */
  get waitedKeys(): number {
    return this.waiting.reduce((n, perKey) => n + perKey.size, 0)
  }

  keyChanged(db: Database, key: string): void {
    if (this.waiting[db.index].has(key)) this.ready.push({ db, key })
  }

  /** After SWAPDB and FLUSHALL: any waited-for key may be there now, or gone. */
  databaseReplaced(db: Database): void {
    for (const key of this.waiting[db.index].keys()) this.ready.push({ db, key })
  }

  /** At the end of a unit: serves who waited for what changed, in order of arrival per key. */
  serve(): void {
    if (this.ready.length === 0 || this.serving) return
    this.serving = true
    // A long command may have taken keys past their deadlines, which must not serve anybody.
    this.server.refreshTime()
    while (this.ready.length > 0) {
      const batch = this.ready.splice(0)
      const done = new Set<string>()
      for (const { db, key } of batch) {
        const name = `${db.index} ${key}`
        if (done.has(name)) continue
        done.add(name)
        const waiters = this.waiting[db.index].get(key)
        if (waiters === undefined) continue
        const exists = db.peekHas(key)
        for (const waiter of [...waiters]) {
          if (waiters.has(waiter) && (exists || waiter.wait.wakeOnDelete === true)) this.tryServe(waiter, key)
        }
      }
    }
    this.serving = false
  }

  private tryServe(waiter: KeyWait, key: string): void {
    const { session, wait, command } = waiter
    const { clock } = this.server.store
    const started = clock.monotonicUs()
    let served = true
    this.server.runInternally(session, command, () => {
      try {
        served = wait.retry(key)
      } catch (error) {
        if (!(error instanceof ReplyError)) throw error
        if (command !== null) command.stats.failed++
        this.server.stats.countError(error)
        session.reply.error(error)
      }
    })
    if (served) this.resume(session, clock.monotonicUs() - started)
  }
}
