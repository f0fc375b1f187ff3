/** Connections through `redis` (node-redis), 4 and later. */
import type { MessageListener } from './backend.ts'
import {
  DEFAULT_TIMEOUT_MS,
  type RedisConnection,
  type RedisReply,
  type Subscriber,
  type Word,
  within,
} from './redis-connection.ts'

/** The part of a node-redis client that is used here. */
export interface NodeRedisClient {
  readonly isOpen: boolean
  readonly options?: { readonly socket?: object | undefined } | undefined
  sendCommand(words: (string | Buffer)[], options?: object): Promise<unknown>
  duplicate(overrides?: any): NodeRedisClient
  connect(): Promise<unknown>
  /** Version 4 has `disconnect` for what is `destroy` since. */
  destroy?(): void
  disconnect?(): unknown
  subscribe(channel: string, listener: (message: any) => void): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  on(event: string, listener: (...values: any[]) => void): unknown
}

export interface NodeRedisLibrary {
  createClient(options: object): NodeRedisClient
}

export function isNodeRedisClient(client: object): client is NodeRedisClient {
  return 'sendCommand' in client && 'duplicate' in client && 'isOpen' in client
}

/** '$', the type of bulk strings, mapped to Buffer from version 5 on; `returnBuffers` says it to version 4. */
const AS_BYTES = { returnBuffers: true, typeMapping: { 36: Buffer } }

async function end(client: NodeRedisClient): Promise<void> {
  if (!client.isOpen) return
  if (client.destroy !== undefined) client.destroy()
  else await client.disconnect?.()
}

/** Resolves once connected; leaves nothing behind when that fails. */
async function connected(client: NodeRedisClient, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<NodeRedisClient> {
  // Each failed call says so itself; without a listener an 'error' event would end the process.
  client.on('error', () => {})
  try {
    await within(timeoutMs, client.connect())
    return client
  } catch (error) {
    await end(client)
    throw error
  }
}

export async function openNodeRedis(
  library: NodeRedisLibrary,
  url: string,
  connectTimeoutMs: number,
): Promise<NodeRedisConnection> {
  // The first attempt decides; only a connection that once stood is brought back.
  let stood = false
  const reconnectStrategy = (attempt: number) => (stood ? Math.min((attempt + 1) * 50, 2000) : false)
  const client = library.createClient({ url, socket: { connectTimeout: connectTimeoutMs, reconnectStrategy } })
  await connected(client, connectTimeoutMs)
  stood = true
  return new NodeRedisConnection(client, true)
}

export class NodeRedisConnection implements RedisConnection {
  private readonly client: NodeRedisClient
  private readonly owned: boolean

  constructor(client: NodeRedisClient, owned: boolean) {
    this.client = client
    this.owned = owned
  }

  call(words: readonly Word[]): Promise<RedisReply> {
    const texts = words.map((word) => (typeof word === 'number' ? String(word) : word))
    return this.client.sendCommand(texts, AS_BYTES) as Promise<RedisReply>
  }

  async dedicated(): Promise<RedisConnection> {
    const socket = { ...this.client.options?.socket, reconnectStrategy: false }
    return new NodeRedisConnection(await connected(this.client.duplicate({ socket })), true)
  }

  async subscriber(): Promise<Subscriber> {
    return new NodeRedisSubscriber(await connected(this.client.duplicate()))
  }

  async close(): Promise<void> {
    if (this.owned) await end(this.client)
  }
}

class NodeRedisSubscriber implements Subscriber {
  private readonly client: NodeRedisClient
  private readonly listeners = new Map<string, MessageListener>()

  constructor(client: NodeRedisClient) {
    this.client = client
    // The library has subscribed again before it says 'ready'.
    client.on('ready', () => {
      for (const listener of this.listeners.values()) listener(null)
    })
  }

  async subscribe(channel: string, listener: MessageListener): Promise<void> {
    await this.client.subscribe(channel, listener)
    this.listeners.set(channel, listener)
  }

  async unsubscribe(channel: string): Promise<void> {
    this.listeners.delete(channel)
    await this.client.unsubscribe(channel)
  }

  async close(): Promise<void> {
    this.listeners.clear()
    await end(this.client)
  }
}
