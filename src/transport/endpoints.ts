/** Where the server listens: `port`, `bind` and `unixsocket`, at start and whenever CONFIG SET changes them. */
import { isIP } from 'node:net'
import type { Server } from '../server/server.ts'
import type { Listener } from './listener.ts'

interface Address {
  readonly host: string
  readonly optional: boolean
}

export class Endpoints {
  private readonly server: Server
  private readonly listener: Listener
  /** What is listened on now. */
  private bind: readonly string[] = []
  private port = 0

  constructor(server: Server, listener: Listener) {
    this.server = server
    this.listener = listener
  }

  /**
   * Listens everywhere and resolves with the TCP port, 0 without one. Rejects with an Error fit for a user when an
   * address cannot be had that is not optional.
   */
  async open(): Promise<number> {
    const { config } = this.server
    if (config.port !== 0 || config.listenOnAnyPort) {
      const wanted = config.listenOnAnyPort ? 0 : config.port
      let port = 0
      for (const { host, optional } of addressesOf(config.bind)) {
        try {
          port = await this.listener.listen({ host, port: port === 0 ? wanted : port })
        } catch (error) {
          if (isUnsupported(error) || (optional && isUnavailable(error))) continue
          throw new Error(`Could not listen on ${isIP(host) === 6 ? `[${host}]` : host}:${wanted}: ${explain(error)}`)
        }
      }
      this.server.port = port
    }
    if (config.unixsocket !== '') {
      try {
        await this.listener.listen({ path: config.unixsocket })
      } catch (error) {
        throw new Error(`Could not listen on ${config.unixsocket}: ${explain(error)}`)
      }
    }
    this.port = this.server.port
    this.bind = config.bind
    const { port } = this
    config.onChange('port', () => this.change() ?? undefined)
    config.onChange('bind', () => this.change() ?? undefined)
    return port
  }

  /** Listens where the configuration now says. The reason when that is impossible: all is as it was then. */
  private change(): string | null {
    const { config } = this.server
    const before = { bind: this.bind, port: this.port }
    if (config.port === before.port && config.bind.join(' ') === before.bind.join(' ')) return null
    this.listener.closeTcp()
    if (this.listenNow(config.bind, config.port)) return null
    this.listener.closeTcp()
    if (!this.listenNow(before.bind, before.port)) {
      this.server.log.warning(`No longer listening on port ${before.port}: the address was taken by somebody else`)
    }
    return config.port === before.port
      ? 'Failed to bind to specified addresses.'
      : 'Unable to listen on this port. Check server logs.'
  }

  private listenNow(bind: readonly string[], port: number): boolean {
    this.bind = bind
    this.port = port
    this.server.port = port
    if (port === 0) return true
    for (const { host, optional } of addressesOf(bind)) {
      if (this.listener.listenNow(host, port) || optional) continue
      this.server.log.warning(`Could not listen on ${host}:${port}`)
      return false
    }
    return true
  }
}

/** `bind` entries: a leading `-` makes an address optional, `*` is all IPv4 addresses, `::*` all of IPv6. */
function addressesOf(entries: readonly string[]): Address[] {
  return entries.map((entry) => {
    const optional = entry.startsWith('-')
    const name = optional ? entry.slice(1) : entry
    const host = name === '*' ? '0.0.0.0' : name === '::*' ? '::' : name
    return { host, optional }
  })
}

const UNSUPPORTED = new Set(['ENOPROTOOPT', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT', 'EPFNOSUPPORT', 'EAFNOSUPPORT'])

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? ''
const isUnsupported = (error: unknown): boolean => UNSUPPORTED.has(codeOf(error))
const isUnavailable = (error: unknown): boolean => codeOf(error) === 'EADDRNOTAVAIL'

const REASONS = new Map([
  ['EADDRINUSE', 'the address is already in use'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['EACCES', 'permission denied'],
  ['ENOENT', 'no such directory'],
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'no such host'],
])

function explain(error: unknown): string {
  return REASONS.get(codeOf(error)) ?? (error as Error).message
}
