/**
 * A whole server put together: configuration, store, commands, persistence, replication, listening sockets.
 * The executable, the library and the tests all start one here.
 */
import { commands } from './commands/index.ts'
import type { Config } from './config/config.ts'
import { type Logger, silentLogger } from './logging/logger.ts'
import type { UserLine } from './security/user-lines.ts'
import { refusal } from './server/apply-config.ts'
import { Server } from './server/server.ts'
import { Endpoints } from './transport/endpoints.ts'
import { Listener } from './transport/listener.ts'
import { type Clock, systemClock } from './util/clock.ts'
import { type Random, systemRandom } from './util/random.ts'

export interface AppOptions {
  readonly config: Config
  /** Default: no log. */
  readonly log?: Logger
  readonly clock?: Clock
  readonly random?: Random
  /** The file CONFIG REWRITE writes to. */
  readonly configFile?: string | null
  /** `rename-command`: an empty new name takes the command away. */
  readonly renamedCommands?: readonly (readonly [name: string, newName: string])[]
  /** The `user` lines of the configuration. */
  readonly users?: readonly UserLine[]
  /** Reject when there is no address to listen on at all. Default false: embedded servers may do without. */
  readonly mustListen?: boolean
  /** Use the shared read buffer where this Node allows it (default true). */
  readonly sharedBuffer?: boolean
}

export interface App {
  readonly server: Server
  /** The TCP port in use; 0 when none is. */
  readonly port: number
  /** Closes everything, saving nothing. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts a server: listens, then loads the dump while clients are told so. Rejects with a plain Error whose message is fit for a user when the
 * dump does not load or an address cannot be listened on.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config } = options
  const log = options.log ?? silentLogger
  const refused = refusal(config)
  if (refused !== null) throw new Error(refused)
  const server = new Server({
    config,
    log,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    commands,
  })
  server.configFile = options.configFile ?? null
  const listener = new Listener(server, { sharedBuffer: options.sharedBuffer ?? true })
  let port = 0
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    server.stop()
    await listener.close()
  }
  try {
    const wrong = server.acl.loadAtStart(options.users ?? [])
    if (wrong !== null) throw new Error(wrong)
    for (const [name, newName] of options.renamedCommands ?? []) {
      const reason = server.table.rename(name, newName)
      if (reason !== null) throw new Error(`rename-command ${name} ${newName === '' ? '""' : newName}: ${reason}`)
    }
    const endpoints = new Endpoints(server, listener)
    port = await endpoints.open()
    if (options.mustListen === true && port === 0 && config.unixsocket === '') {
      throw new Error('Configured to not listen anywhere: none of the bind addresses can be had')
    }
    await server.start()
  } catch (error) {
    await close()
    throw error
  }
  if (port !== 0 || config.unixsocket === '') log.notice('Ready to accept connections')
  if (config.unixsocket !== '') log.notice(`The server is now ready to accept connections at ${config.unixsocket}`)
  return { server, port, close }
}
