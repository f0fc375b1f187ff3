/** How the server ends: wait for replicas, save, close. */
import { E } from '../resp/errors.ts'
import type { Server } from './server.ts'
import type { Session } from './session.ts'

export interface ShutdownOptions {
  /** Save whatever the configuration says, or do not; null goes by the configuration. */
  readonly save: 'save' | 'nosave' | null
  /** Do not wait for replicas. */
  readonly now: boolean
  /** End even when saving fails. */
  readonly force: boolean
}

/** Pauses writes while replicas catch up, as long as shutdown-timeout allows. */
export class Shutdown {
  private readonly server: Server
  private waiting: { session: Session | null; cancel: () => void } | null = null

  constructor(server: Server) {
    this.server = server
  }

  /** Begins to shut down; a session that asked is told only of failure. */
  begin(session: Session | null, options: ShutdownOptions): void {
    const { server } = this
    if (server.scripting.runner.current?.slow === true) {
      if (options.save !== 'nosave') throw server.scripting.busyError
      server.scripting.runner.abandon()
      return this.finish(session, options)
    }
    server.log.notice('User requested shutdown...')
    const timeoutMs = server.config.shutdownTimeout * 1000
    if (options.now || timeoutMs === 0 || server.replication.replicasAreCaughtUp()) return this.finish(session, options)
    server.log.notice('Waiting for replicas before shutting down.')
    server.pause.start(server.store.now + timeoutMs, false)
    const deadline = server.store.now + timeoutMs
    let timer = server.store.clock.after(POLL_MS, function poll() {
      if (server.replication.replicasAreCaughtUp() || server.store.clock.now() >= deadline) done()
      else timer = server.store.clock.after(POLL_MS, poll)
    })
    const done = () => {
      this.waiting = null
      server.background(() => {
        if (session !== null) server.blocking.release(session)
        server.pause.end()
        this.finish(session, options)
      })
    }
    this.waiting = { session, cancel: () => timer.cancel() }
    if (session !== null) {
      server.blocking.suspend(session, { timeoutMs: 0, timedOut: () => {}, unblockable: false })
    }
  }

  /** SHUTDOWN ABORT: false when none is under way. */
  abort(): boolean {
    const { waiting, server } = this
    if (waiting === null) return false
    this.waiting = null
    waiting.cancel()
    server.pause.end()
    if (waiting.session !== null) server.blocking.fail(waiting.session, E.shutdownFailed)
    server.log.notice('Shutdown manually aborted.')
    return true
  }

  private finish(session: Session | null, options: ShutdownOptions): void {
    const { server } = this
    const failed = server.persistence.aof.finish()
    if (failed !== null) {
      server.log.warning(`Not everything is in the append only file: ${failed}`)
      // Data saved in a dump is no loss; nor is what the user gives up.
      if (!options.force && options.save === null) return this.refuse(session)
    }
    const save = options.save === 'save' || (options.save === null && server.config.save.length > 0)
    if (save) {
      server.log.notice('Saving the final RDB snapshot before exiting.')
      const error = server.persistence.saveNow()
      if (error !== null) {
        server.log.warning(`Error trying to save the DB, can't exit: ${error}`)
        if (!options.force) return this.refuse(session)
      }
    }
    server.log.warning('Keyper is now ready to exit, bye bye...')
    server.onShutdown(0)
  }

  private refuse(session: Session | null): void {
    if (session === null) return
    const { server } = this
    server.stats.countError(E.shutdownFailed)
    session.reply.error(E.shutdownFailed)
    server.flushLater(session)
  }
}

const POLL_MS = 20
