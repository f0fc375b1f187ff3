/** The socket to our master. */
import net from 'node:net'
import type { Connection } from '../server/connection.ts'
import type { Clock } from '../util/clock.ts'

export interface LinkEvents {
  opened(): void
  received(chunk: Buffer): void
  /** The link ended by itself; told once, and not after `destroy`. */
  closed(reason: string): void
}

export interface LinkOptions {
  readonly host: string
  readonly port: number
  /** bind-source-addr; empty for any. */
  readonly localAddress: string
  readonly clock: Clock
}

export class Link implements Connection {
  readonly peer: string
  private readonly socket: net.Socket
  private readonly clock: Clock
  private ended = false
  /** Unix ms of the last byte read or the last step of connecting. */
  lastInputAt: number
  /** Bytes received that are not executed yet; kept by who executes them. */
  unreadBytes = 0

  constructor(options: LinkOptions, events: LinkEvents) {
    const { host, port, localAddress, clock } = options
    this.peer = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    this.clock = clock
    this.lastInputAt = clock.now()
    const socket = net.connect({ host, port, ...(localAddress === '' ? {} : { localAddress }) })
    this.socket = socket
    socket.setNoDelay(true)
    let reason = 'the master closed it'
    const closed = () => {
      if (this.ended) return
      this.ended = true
      socket.destroy()
      events.closed(reason)
    }
    socket.on('connect', () => {
      if (this.ended) return
      this.lastInputAt = clock.now()
      events.opened()
    })
    socket.on('data', (chunk: Buffer) => {
      if (this.ended) return
      this.lastInputAt = clock.now()
      events.received(chunk)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code === 'ECONNREFUSED' ? 'Connection refused' : error.message
      closed()
    })
    socket.on('end', closed)
    socket.on('close', closed)
  }

  get closed(): boolean {
    return this.ended
  }

  get local(): string {
    const { localAddress, localPort } = this.socket
    return localAddress === undefined ? '?:0' : `${localAddress}:${localPort}`
  }

  get fd(): number {
    return (this.socket as unknown as { _handle?: { fd?: number } })._handle?.fd ?? -1
  }

  get unsentBytes(): number {
    return this.socket.writableLength
  }

  write(parts: readonly (string | Uint8Array)[]): void {
    if (this.ended) return
    for (const part of parts) {
      if (typeof part === 'string') this.socket.write(part, 'latin1')
      else this.socket.write(part)
    }
  }

  whenDrained(fn: () => void): void {
    if (this.socket.writableNeedDrain) this.socket.once('drain', fn)
    else this.clock.soon(fn)
  }

  setNoDelay(on: boolean): void {
    this.socket.setNoDelay(on)
  }

  /** Reads nothing until `resumeReading`: what arrives waits in the system. */
  pauseReading(): void {
    this.socket.pause()
  }

  resumeReading(): void {
    this.lastInputAt = this.clock.now()
    this.socket.resume()
  }

  resume(): void {}

  end(): void {
    this.destroy()
  }

  destroy(): void {
    this.ended = true
    this.socket.destroy()
  }
}
