/**
 * A whole server put together: configuration, store, commands, persistence, replication, listening sockets.
 * The executable, the library and the tests all start one here.
 */
import { commands } from './commands/index.ts'
import type { Config } from './config/config.ts'
import { type Logger, silentLogger } from './logging/logger.ts'
import { refusal } from './server/apply-config.ts'
import { Server } from './server/server.ts'
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
 * Starts a server: loads the dump, then listens. Rejects with a plain Error whose message is fit for a user when the
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
    if (config.port !== 0 || options.config.listenOnAnyPort) {
      const wanted = config.listenOnAnyPort ? 0 : config.port
      for (const host of bindAddresses(config.bind)) {
        try {
          port = await listener.listen({ host: host.address, port: port === 0 ? wanted : port })
        } catch (error) {
          if (host.optional && isUnavailable(error)) continue
          throw new Error(`Could not listen on ${host.address}:${wanted}: ${explain(error)}`)
        }
      }
      server.port = port
    }
    if (config.unixsocket !== '') {
      try {
        await listener.listen({ path: config.unixsocket })
      } catch (error) {
        throw new Error(`Could not listen on ${config.unixsocket}: ${explain(error)}`)
      }
    }
    await server.start()
  } catch (error) {
    await close()
    throw error
  }
  log.notice('Ready to accept connections')
  return { server, port, close }
}

/** `bind` entries: a leading `-` makes an address optional, `*` is all IPv4 addresses. */
function bindAddresses(entries: readonly string[]): { address: string; optional: boolean }[] {
  return entries.map((entry) => {
    const optional = entry.startsWith('-')
    const name = optional ? entry.slice(1) : entry
    return { address: name === '*' ? '0.0.0.0' : name === '::*' ? '::' : name, optional }
  })
}

function isUnavailable(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  if (code === 'EADDRINUSE') return 'the address is already in use'
  if (code === 'EACCES') return 'permission denied'
  return message
}
