/** A proxy on the loopback that can be cut: for tests of what happens when links break. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class TcpProxy {
  readonly port: number
  private readonly listener: Server
  private readonly pairs = new Set<{ near: Socket; far: Socket }>()
  private open = true
  /** Bytes from the target that may still pass, after which every link is cut; null for no limit. */
  private allowance: number | null = null
  /** Links made so far. */
  connections = 0

  private constructor(listener: Server, targetPort: number) {
    this.listener = listener
    this.port = (listener.address() as { port: number }).port
    listener.on('connection', (near) => this.link(near, targetPort))
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const listener = createServer().listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return new TcpProxy(listener, targetPort)
  }

  private link(near: Socket, targetPort: number): void {
    near.on('error', () => {})
    if (!this.open) {
      near.destroy()
      return
    }
    this.connections++
    const far = connect(targetPort, '127.0.0.1')
    const pair = { near, far }
    this.pairs.add(pair)
    far.on('error', () => {})
    const end = () => {
      this.pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    near.on('close', end)
    far.on('close', end)
    near.on('data', (chunk) => far.write(chunk))
    far.on('data', (chunk: Buffer) => {
      if (this.allowance === null) {
        near.write(chunk)
        return
      }
      const passed = Math.min(this.allowance, chunk.length)
      this.allowance -= passed
      if (this.allowance > 0) near.write(chunk.subarray(0, passed))
      else {
        this.allowance = null
        // Ends in the middle of whatever is being sent.
        near.end(chunk.subarray(0, passed))
        far.destroy()
      }
    })
  }

  /** Cuts every link; new ones are taken as before. */
  cut(): void {
    for (const { near, far } of [...this.pairs]) {
      near.destroy()
      far.destroy()
    }
  }

  /** Cuts every link once so many more bytes have come from the target. */
  cutAfter(bytes: number): void {
    this.allowance = bytes
  }

  /** Cuts every link and takes no new one until `restore`. */
  sever(): void {
    this.open = false
    this.cut()
  }

  restore(): void {
    this.open = true
  }

  async stop(): Promise<void> {
    this.sever()
    await new Promise((resolve) => this.listener.close(resolve))
  }
}
