/** A TCP proxy on loopback whose links a test can cut. */
import { once } from 'node:events'
import net from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Cuts every link there is; new ones are let through again. */
  cut(): void
  /** Links there are now. */
  readonly links: number
  close(): Promise<void>
}

export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [net.Socket, net.Socket]>()
  const server = net.createServer((inner) => {
    const outer = net.connect(targetPort, '127.0.0.1')
    const pair = [inner, outer] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      inner.destroy()
      outer.destroy()
    }
    for (const socket of pair) {
      socket.on('error', end)
      socket.on('close', end)
    }
    inner.pipe(outer)
    outer.pipe(inner)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: TcpProxy = {
    port: (server.address() as net.AddressInfo).port,
    cut() {
      for (const [inner, outer] of [...pairs]) {
        inner.destroy()
        outer.destroy()
      }
    },
    get links() {
      return pairs.size
    },
    async close() {
      proxy.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
