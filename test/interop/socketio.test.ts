/** The Redis Streams adapter of Socket.IO: three nodes that share rooms through streams and channels. */
import { createAdapter } from '@socket.io/redis-streams-adapter'
import { Redis } from 'ioredis'
import { createClient } from 'redis6'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

const CLIENTS = {
  ioredis: async (port: number) => {
    const client = new Redis(port, '127.0.0.1')
    return { client, close: () => client.disconnect() }
  },
  'node-redis': async (port: number) => {
    const client = createClient({ socket: { port } })
    await client.connect()
    return { client, close: () => client.destroy() }
  },
}

/** As much of a namespace of Socket.IO as its adapters ask for, with one client connected. */
class Node {
  readonly name = '/'
  readonly received: unknown[] = []
  readonly asked: unknown[][] = []
  readonly sockets = new Map<string, object>()
  readonly server = { encoder: { encode: (packet: { data: unknown }) => [packet.data] }, opts: {} as object }
  readonly adapter: ReturnType<ReturnType<typeof createAdapter>>

  constructor(id: string, client: unknown, recovery: boolean) {
    if (recovery) this.server.opts = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } }
    const write = (packets: unknown[]) => this.received.push(packets[0])
    this.sockets.set(id, {
      id,
      handshake: { auth: id },
      rooms: new Set([id]),
      data: {},
      client: { writeToEngine: write },
      notifyOutgoingListeners() {},
      join: (room: string[]) => this.adapter.addAll(id, new Set(room)),
    })
    this.adapter = createAdapter(client, { blockTimeInMs: 50 })(this)
    this.adapter.init()
    this.adapter.addAll(id, new Set([id]))
  }

  _onServerSideEmit(args: unknown[]): void {
    const answer = args.at(-1)
    if (typeof answer === 'function') answer(`answer to ${args[0]}`)
    else this.asked.push(args)
  }
}

describe.each(Object.keys(CLIENTS) as (keyof typeof CLIENTS)[])('Socket.IO over %s', (name) => {
  let server: TestServer
  const clients: { client: unknown; close: () => void }[] = []
  let nodes: Node[] = []

  beforeAll(async () => {
    server = await startKeyper({ clock: 'system' })
    for (let i = 0; i < 3; i++) clients.push(await CLIENTS[name](server.port))
    nodes = clients.map(({ client }, i) => new Node(`s${i}`, client, true))
    // Streams are read from their ends on: what is written before everyone waits is not seen by all.
    await server.until(async () => /blocked_clients:3/.test(String(await server.run('INFO clients'))), 'three readers')
    await server.until(async () => (await nodes[0]!.adapter.serverCount()) === 3, 'three subscribers')
  })
  afterEach(() => {
    for (const node of nodes) node.received.length = 0
  })
  afterAll(async () => {
    for (const { adapter } of nodes) adapter.close()
    await server?.until(
      async () => Number(/connected_clients:(\d+)/.exec(String(await server.run('INFO clients')))![1]) <= 4,
    )
    for (const { close } of clients) close()
    await server?.close()
  })

  const flags = {}
  const broadcast = (data: unknown, rooms: string[] = [], except: string[] = []) =>
    nodes[0]!.adapter.broadcast({ type: 2, data }, { rooms: new Set(rooms), except: new Set(except), flags })

  it('broadcasts to everyone, in order', async () => {
    for (let i = 0; i < 50; i++) broadcast(['news', i])
    await server.until(() => nodes.every(({ received }) => received.length === 50), 'fifty messages each')
    for (const { received } of nodes) {
      expect(received.map((data) => (data as unknown[])[1])).toEqual(Array.from({ length: 50 }, (_, i) => i))
    }
  })

  it('broadcasts to rooms, bytes included', async () => {
    nodes[1]!.adapter.addAll('s1', new Set(['room']))
    nodes[2]!.adapter.addAll('s2', new Set(['room']))
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
    broadcast(['file', bytes], ['room'], ['s2'])
    broadcast(['end'])
    await server.until(() =>
      nodes.every(({ received }) => received.length > 0 && (received.at(-1) as string[])[0] === 'end'),
    )
    expect(nodes.map(({ received }) => received.length)).toEqual([1, 2, 1])
    expect(Buffer.from((nodes[1]!.received[0] as [string, Uint8Array])[1])).toEqual(bytes)
  })

  it('asks the other nodes', async () => {
    const found = await nodes[0]!.adapter.fetchSockets({ rooms: new Set(), except: new Set(), flags })
    expect(found.map((socket: { id: string }) => socket.id).sort()).toEqual(['s0', 's1', 's2'])
    const answers = await new Promise((resolve, reject) => {
      const done = (error: Error | null, values: unknown) => (error ? reject(error) : resolve(values))
      nodes[0]!.adapter.serverSideEmit(['time?', done])
    })
    expect(answers).toEqual(['answer to time?', 'answer to time?'])
    nodes[0]!.adapter.addSockets({ rooms: new Set(['s2']), except: new Set(), flags }, ['late'])
    await server.until(() => nodes[2]!.adapter.socketRooms('s2')!.has('late'), 's2 in its new room')
  })

  it('restores a session with what it missed', async () => {
    broadcast(['before'])
    await server.until(() => nodes.every(({ received }) => received.length === 1))
    const offset = (nodes[1]!.received[0] as string[]).at(-1)!
    nodes[1]!.adapter.persistSession({ sid: 's1', pid: 'p1', rooms: ['s1', 'room'], data: { user: 'joe' } })
    broadcast(['missed', 1])
    broadcast(['missed', 2])
    await server.until(() => nodes.every(({ received }) => received.length === 3))
    const session = await nodes[2]!.adapter.restoreSession('p1', offset)
    expect(session).toMatchObject({ sid: 's1', data: { user: 'joe' } })
    expect(session.missedPackets.map((packet) => (packet as unknown[]).slice(0, 2))).toEqual([
      ['missed', 1],
      ['missed', 2],
    ])
  })
})
