/**
 * Listening sockets: TCP on every bind address, and a unix socket.
 *
 * Node gives accepted sockets no public way to read into a buffer of ours, which saves an allocation and a copy per
 * read. The listening handle's `onconnection` is the one place where a socket can still be made with `onread`; where
 * that is missing or behaves otherwise, the ordinary `connection` and `data` events serve, a little slower.
 */
import { chmodSync, existsSync, unlinkSync } from 'node:fs'
import net from 'node:net'
import type { Server } from '../server/server.ts'
import { SocketConnection } from './socket-connection.ts'

/** The first word is what clients look at. */
const PROTECTED =
  '-DENIED This server runs in protected mode: no password is set, so it takes connections from its own machine only. ' +
  "Set a password (requirepass), or turn protected mode off (CONFIG SET protected-mode no, from the server's machine; " +
  '--protected-mode no at start) if nobody else can reach it.\r\n'

const READ_BUFFER_BYTES = 64 * 1024

export interface ListenAddress {
  readonly host?: string
  readonly port?: number
  readonly path?: string
}

export interface ListenerOptions {
  /** Use the shared read buffer where this Node allows it (default true). */
  readonly sharedBuffer?: boolean
}

type CreateHandle = (host: string, port: number, family: number, fd: undefined, flags: number) => object | number

const UV_TCP_IPV6ONLY = 1

/** `::` alone would take IPv4 too, which has an address of its own in `bind`. */
const isIpv6Only = (host: string | undefined): boolean => host?.includes(':') === true

interface Handle {
  onconnection: ((this: unknown, error: number, client: unknown) => void) | null
}

export class Listener {
  private readonly server: Server
  private readonly sharedBuffer: boolean
  private readonly listeners: net.Server[] = []
  private readonly connections = new Set<net.Socket>()

  constructor(server: Server, options: ListenerOptions = {}) {
    this.server = server
    this.sharedBuffer = options.sharedBuffer ?? true
  }

  /** Starts listening and resolves with the port (0 for a path). Rejects as `net.Server.listen` does. */
  listen(address: ListenAddress): Promise<number> {
    const { config } = this.server
    const listener = this.create()
    return new Promise((resolve, reject) => {
      listener.once('error', reject)
      const done = () => {
        listener.off('error', reject)
        resolve(this.opened(listener, address.path ?? null))
      }
      if (address.path !== undefined) {
        if (existsSync(address.path)) unlinkSync(address.path)
        listener.listen({ path: address.path, backlog: config.tcpBacklog }, done)
      } else {
        listener.listen(
          { host: address.host, port: address.port, backlog: config.tcpBacklog, ipv6Only: isIpv6Only(address.host) },
          done,
        )
      }
    })
  }

  /**
   * Starts listening on an IP address before it returns: CONFIG SET has to know now whether it worked. False when it
   * did not, or this Node cannot do it at once.
   */
  listenNow(host: string, port: number): boolean {
    const createHandle = (net as unknown as { _createServerHandle?: CreateHandle })._createServerHandle
    const family = net.isIP(host)
    if (createHandle === undefined || family === 0) return false
    const handle = createHandle(host, port, family, undefined, isIpv6Only(host) ? UV_TCP_IPV6ONLY : 0)
    if (typeof handle === 'number') return false
    const listener = this.create()
    // Its error comes after the return, which has told it already.
    listener.on('error', () => {})
    listener.listen(handle, this.server.config.tcpBacklog)
    if (!listener.listening) return false
    this.opened(listener, null)
    return true
  }

  /** Stops listening on every TCP address; connections stay. */
  closeTcp(): void {
    for (const listener of [...this.listeners]) {
      if (typeof listener.address() === 'string') continue
      listener.close()
      this.listeners.splice(this.listeners.indexOf(listener), 1)
    }
  }

  private create(): net.Server {
    return net.createServer({ noDelay: true, allowHalfOpen: false })
  }

  private opened(listener: net.Server, unixPath: string | null): number {
    listener.on('error', (error) => this.server.log.warning(`Accepting a client failed: ${error.message}`))
    this.listeners.push(listener)
    if (!this.sharedBuffer || !this.acceptRaw(listener, unixPath)) {
      listener.on('connection', (socket) => this.acceptPlain(socket, unixPath))
    }
    const { unixsocketperm } = this.server.config
    if (unixPath !== null && unixsocketperm !== 0) chmodSync(unixPath, unixsocketperm)
    const bound = listener.address()
    return bound !== null && typeof bound === 'object' ? bound.port : 0
  }

  /** Takes new connections off the listening handle itself; false where there is no such handle. */
  private acceptRaw(listener: net.Server, unixPath: string | null): boolean {
    const handle = (listener as unknown as { _handle?: Handle })._handle
    if (handle == null || typeof handle.onconnection !== 'function') return false
    handle.onconnection = (error, client) => {
      if (error !== 0 || client == null) {
        this.server.log.warning(`Accepting a client failed: error ${error}`)
        return
      }
      let connection: SocketConnection | null = null
      const options = {
        handle: client,
        readable: true,
        writable: true,
        allowHalfOpen: false,
        onread: {
          buffer: SHARED_BUFFER,
          callback: (length: number) => {
            connection?.receive(SHARED_BUFFER, length)
            return true
          },
        },
      }
      const socket = new net.Socket(options as unknown as net.SocketConstructorOpts)
      socket.setNoDelay(true)
      connection = this.accepted(socket, unixPath)
      // With `onread` bytes never reach the stream; reading still has to be started.
      if (connection !== null) socket.read(0)
    }
    return true
  }

  private acceptPlain(socket: net.Socket, unixPath: string | null): void {
    const connection = this.accepted(socket, unixPath)
    if (connection !== null) socket.on('data', (chunk) => connection.receive(chunk as Buffer, chunk.length))
  }

  private accepted(socket: net.Socket, unixPath: string | null): SocketConnection | null {
    const { server } = this
    if (server.sessions.size >= server.config.maxclients) {
      server.stats.rejectedConnections++
      socket.on('error', () => {})
      socket.end('-ERR max number of clients reached\r\n')
      return null
    }
    if (unixPath === null && server.config.protectedMode && server.acl.defaultUser.noPassword && !isLoopback(socket)) {
      server.stats.rejectedConnections++
      socket.on('error', () => {})
      socket.end(PROTECTED)
      return null
    }
    const keepAlive = server.config.tcpKeepalive
    if (keepAlive > 0 && unixPath === null) socket.setKeepAlive(true, keepAlive * 1000)
    this.connections.add(socket)
    socket.on('close', () => this.connections.delete(socket))
    return new SocketConnection(server, socket, unixPath)
  }

  /** Stops listening and closes every connection. Resolves when all listening sockets are closed. */
  async close(): Promise<void> {
    const closed = this.listeners.map((l) => new Promise<void>((resolve) => l.close(() => resolve())))
    for (const socket of this.connections) socket.destroy()
    await Promise.all(closed)
    this.listeners.length = 0
  }
}

function isLoopback(socket: net.Socket): boolean {
  const address = socket.remoteAddress ?? ''
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}

/** One for the process: the event loop fills and empties it before it turns to another socket. */
const SHARED_BUFFER = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES)
