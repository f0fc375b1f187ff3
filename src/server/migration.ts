/**
 * MIGRATE: hands keys to another server over a connection of its own. Redis does nothing else meanwhile, so that no key
 * changes between being sent and being deleted; here all clients are held back instead.
 */
import { connect, type Socket } from 'node:net'
import type { Timer } from '../util/clock.ts'
import type { Server } from './server.ts'

/** An unused connection is kept for this long. */
const KEEP_MS = 10_000
const MOST_KEPT = 64

export interface MigrationTarget {
  readonly host: string
  readonly port: string
  readonly db: number
  readonly timeoutMs: number
  readonly user: string | null
  readonly password: string | null
}

export type MigrationResult =
  /** One reply line per key, as the target sent it. */
  { readonly replies: readonly string[] } | { readonly refused: string } | { readonly broken: 'writing' | 'reading' }

interface Kept {
  readonly socket: Socket
  readonly timer: Timer
  readonly db: number
}

export class Migration {
  private readonly server: Server
  private readonly kept = new Map<string, Kept>()

  constructor(server: Server) {
    this.server = server
  }

  /** Connections kept for the next MIGRATE. */
  get cachedSockets(): number {
    return this.kept.size
  }

  /** Sends requests, one reply line each, and tells what came back. Holds all clients until then. */
  send(
    target: MigrationTarget,
    requests: readonly (readonly string[])[],
    done: (result: MigrationResult) => void,
  ): void {
    const { server } = this
    const address = `${target.host}:${target.port}`
    const known = this.take(address)
    const port = Number(target.port)
    const preamble: (readonly string[])[] = []
    if (target.password !== null) {
      preamble.push(target.user === null ? ['AUTH', target.password] : ['AUTH', target.user, target.password])
    }
    preamble.push(['SELECT', String(target.db)])
    server.pause.holdAll()
    let finished = false
    let connected = known !== null
    const finish = (result: MigrationResult, keep: boolean) => {
      if (finished) return
      finished = true
      timer.cancel()
      socket.removeAllListeners()
      socket.on('error', () => {})
      if (keep) this.keep(address, socket, target.db)
      else socket.destroy()
      server.background(() => {
        done(result)
        server.pause.releaseAll()
      })
    }
    const fail = () => finish({ broken: connected ? 'reading' : 'writing' }, false)
    const timer = server.store.clock.after(target.timeoutMs > 0 ? target.timeoutMs : 1000, fail)
    // Port 1 of an address nobody serves: a port that is none ends like one that nobody listens on.
    const socket = known ?? connect({ host: target.host, port: port > 0 && port < 65536 ? port : 1, noDelay: true })
    const lines: string[] = []
    let rest = ''
    socket.on('error', fail)
    socket.on('close', fail)
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1')
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        lines.push(rest.slice(0, end))
        rest = rest.slice(end + 2)
      }
      const refused = lines.slice(0, preamble.length).find((line) => line.startsWith('-'))
      if (refused !== undefined && lines.length >= preamble.length) finish({ refused: refused.slice(1) }, false)
      else if (lines.length >= preamble.length + requests.length) {
        finish({ replies: lines.slice(preamble.length) }, true)
      }
    })
    const write = () => {
      connected = true
      for (const words of [...preamble, ...requests]) socket.write(encode(words), 'latin1')
    }
    if (known === null) socket.once('connect', write)
    else write()
  }

  private take(address: string): Socket | null {
    const kept = this.kept.get(address)
    if (kept === undefined) return null
    kept.timer.cancel()
    this.kept.delete(address)
    kept.socket.removeAllListeners()
    return kept.socket.destroyed ? null : kept.socket
  }

  private keep(address: string, socket: Socket, db: number): void {
    const drop = () => {
      socket.destroy()
      this.kept.delete(address)
    }
    if (this.kept.size >= MOST_KEPT) {
      socket.destroy()
      return
    }
    socket.on('close', () => this.kept.delete(address))
    this.kept.set(address, { socket, db, timer: this.server.store.clock.after(KEEP_MS, drop) })
  }

  stop(): void {
    for (const { socket, timer } of this.kept.values()) {
      timer.cancel()
      socket.destroy()
    }
    this.kept.clear()
  }
}

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
}
