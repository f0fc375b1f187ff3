/**
 * One accepted socket: requests in, replies out, a batch at a time.
 *
 * Bytes arrive in a buffer that all sockets share and that is only ours during the call; the parser copies what is
 * incomplete. All requests of a batch run before anything is written, and what they replied goes out in one write.
 */
import { readSync } from 'node:fs'
import type { Socket } from 'node:net'
import { RequestParser } from '../resp/request-parser.ts'
import type { Connection } from '../server/connection.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { Restriction } from '../spec/restrictions.ts'

/** Takes over the bytes of a connection that has ceased to send requests (the link to a master). */
export type ByteReader = (chunk: Buffer) => void

export class SocketConnection implements Connection {
  readonly peer: string
  readonly local: string
  readonly session: Session
  private readonly socket: Socket
  private readonly server: Server
  private readonly parser: RequestParser
  private draining = false
  private ended = false

  constructor(server: Server, socket: Socket, unixPath: string | null) {
    this.server = server
    this.socket = socket
    this.peer = unixPath === null ? addressOf(socket.remoteAddress, socket.remotePort) : `${unixPath}:0`
    this.local = unixPath === null ? addressOf(socket.localAddress, socket.localPort) : `${unixPath}:0`
    this.session = server.openSession(this)
    this.parser = new RequestParser(server.requestLimits)
    this.parser.authenticated = (this.session.restrictions & Restriction.unauthenticated) === 0
    socket.on('error', () => this.gone())
    socket.on('close', () => this.gone())
    socket.on('end', () => this.gone())
  }

  get fd(): number {
    return (this.socket as unknown as { _handle?: { fd?: number } })._handle?.fd ?? -1
  }

  get unsentBytes(): number {
    return this.socket.writableLength
  }

  get unreadBytes(): number {
    return this.parser.held
  }

  /** Takes bytes from..to of a chunk, which the caller may reuse afterwards. */
  receive(chunk: Buffer, length: number): void {
    const { session, server } = this
    if (session.closed || this.ended) return
    session.bytesIn += length
    server.stats.netInputBytes += length
    server.refreshTime()
    this.parser.feed(chunk, 0, length)
    this.drain()
    if (this.parser.buffered > server.config.clientQueryBufferLimit) this.tooMuchInput()
    session.flush()
    server.endBatch()
  }

  /** Reads what the socket has, past the event loop. Sockets of Node do not block, and TLS would not understand it. */
  poll(): void {
    const { fd } = this
    if (fd < 0 || this.ended || this.draining || 'encrypted' in this.socket) return
    const chunk = Buffer.allocUnsafe(POLL_BYTES)
    let length: number
    try {
      length = readSync(fd, chunk, 0, POLL_BYTES, null)
    } catch {
      // There is nothing to read, or the event loop will find out what is wrong.
      return
    }
    if (length > 0) this.receive(chunk, length)
  }

  /** Runs every whole request there is, unless the session has to wait. */
  private drain(): void {
    if (this.draining) return
    this.draining = true
    const { session, parser, server } = this
    while (session.suspension === null && !session.closing && !session.closed) {
      const argv = parser.next()
      if (argv === null) {
        if (parser.error !== null) this.protocolError(parser.error)
        break
      }
      server.run(session, argv)
      if (!parser.authenticated) parser.authenticated = (session.restrictions & Restriction.unauthenticated) === 0
      // A long pipeline must not gather replies without bound: big batches go out in between.
      if (session.output.length > FLUSH_BYTES) session.flush()
    }
    parser.keep()
    this.draining = false
  }

  /** More of one request has gathered than client-query-buffer-limit allows. */
  private tooMuchInput(): void {
    const { server, session } = this
    server.log.warning(`Closing client id=${session.id} addr=${this.peer}: it reached the query buffer limit`)
    server.stats.clientsOverInputLimit++
    server.closeSession(session)
  }

  private protocolError(text: string): void {
    const { session } = this
    session.writer.raw(`-ERR ${text}\r\n`)
    session.closing = true
    this.server.log.verbose(`Protocol error (${text}) from client id=${session.id} addr=${this.peer}`)
  }

  write(parts: readonly (string | Uint8Array)[]): void {
    if (this.ended || this.socket.destroyed) return
    const { socket } = this
    if (parts.length > 1) socket.cork()
    for (const part of parts) {
      if (typeof part === 'string') socket.write(part, 'latin1')
      else socket.write(part)
    }
    if (parts.length > 1) socket.uncork()
  }

  whenDrained(fn: () => void): void {
    if (this.socket.writableNeedDrain) this.socket.once('drain', fn)
    else this.server.store.clock.soon(fn)
  }

  setNoDelay(on: boolean): void {
    this.socket.setNoDelay(on)
  }

  resume(): void {
    if (this.draining) return
    this.drain()
    this.session.flush()
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    const { socket } = this
    socket.end(() => socket.destroy())
    // A peer that neither reads nor closes must not hold the socket for ever.
    const patience = this.server.store.clock.after(END_GRACE_MS, () => socket.destroy())
    socket.once('close', () => patience.cancel())
    this.gone()
  }

  destroy(): void {
    this.ended = true
    this.socket.destroy()
  }

  private gone(): void {
    const { session, server } = this
    if (session.closed) return
    const ended = this.ended
    if (ended) {
      // Closing politely: the session ends now, the socket once its last bytes are out.
      server.closeSession(session, false)
    } else server.closeSession(session)
    server.endUnit()
    server.endBatch()
  }
}

const POLL_BYTES = 16 * 1024
const FLUSH_BYTES = 4 * 1024 * 1024
const END_GRACE_MS = 5000

function addressOf(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return '?:0'
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}
