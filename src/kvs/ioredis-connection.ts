/** Connections through `ioredis`, 5 and later. */
import type { MessageListener } from './backend.ts'
import {
  DEFAULT_TIMEOUT_MS,
  type RedisConnection,
  type RedisReply,
  type Subscriber,
  type Word,
  within,
} from './redis-connection.ts'

/** The part of an ioredis client that is used here. */
export interface IoredisClient {
  readonly options: { readonly keyPrefix?: string | undefined }
  readonly isCluster?: boolean
  callBuffer(command: string, ...words: Word[]): Promise<unknown>
  duplicate(overrides?: object): IoredisClient
  connect(): Promise<void>
  disconnect(): void
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  on(event: string, listener: (...values: any[]) => void): unknown
}

export interface IoredisLibrary {
  readonly Redis: new (url: string, options: object) => IoredisClient
}

export function isIoredisClient(client: object): client is IoredisClient {
  return 'callBuffer' in client && 'duplicate' in client
}

/** Each failed call says so itself; without a listener an 'error' event would end the process. */
function quiet(client: IoredisClient): IoredisClient {
  client.on('error', () => {})
  return client
}

/** Resolves once connected; leaves nothing behind when that fails. */
async function connected(client: IoredisClient, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<IoredisClient> {
  let cause: unknown = null
  client.on('error', (error) => {
    cause ??= error
  })
  try {
    await within(timeoutMs, client.connect())
    return client
  } catch (error) {
    client.disconnect()
    // ioredis says only "Connection is closed." to the caller; why is in the event.
    throw cause ?? error
  }
}

export async function openIoredis(
  library: IoredisLibrary,
  url: string,
  connectTimeoutMs: number,
): Promise<IoredisConnection> {
  // The first attempt decides; only a connection that once stood is brought back.
  let stood = false
  const client = new library.Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    retryStrategy: (attempt: number) => (stood ? Math.min(attempt * 50, 2000) : null),
  })
  await connected(client, connectTimeoutMs)
  stood = true
  return new IoredisConnection(client, true)
}

export class IoredisConnection implements RedisConnection {
  private readonly client: IoredisClient
  private readonly owned: boolean

  constructor(client: IoredisClient, owned: boolean) {
    if (client.isCluster === true) throw new TypeError('client must be a connection to one server, not to a cluster')
    if (!owned && client.options.keyPrefix) {
      throw new TypeError('the ioredis client has a keyPrefix of its own: give keyPrefix to the store instead')
    }
    this.client = client
    this.owned = owned
  }

  call([command, ...words]: readonly Word[]): Promise<RedisReply> {
    return this.client.callBuffer(command as string, ...words) as Promise<RedisReply>
  }

  async dedicated(): Promise<RedisConnection> {
    const client = this.client.duplicate({
      lazyConnect: true,
      retryStrategy: null,
      autoResendUnfulfilledCommands: false,
    })
    return new IoredisConnection(await connected(client), true)
  }

  async subscriber(): Promise<Subscriber> {
    return new IoredisSubscriber(await connected(this.client.duplicate({ lazyConnect: true })))
  }

  async close(): Promise<void> {
    if (this.owned) this.client.disconnect()
  }
}

class IoredisSubscriber implements Subscriber {
  private readonly client: IoredisClient
  private readonly listeners = new Map<string, MessageListener>()

  constructor(client: IoredisClient) {
    this.client = quiet(client)
    client.on('message', (channel: string, message: string) => this.listeners.get(channel)?.(message))
    client.on('ready', () => {
      for (const [channel, listener] of this.listeners) {
        // The library subscribes again after 'ready'; the confirmation of this one comes after that.
        client.subscribe(channel).then(
          () => listener(null),
          () => {},
        )
      }
    })
  }

  async subscribe(channel: string, listener: MessageListener): Promise<void> {
    await this.client.subscribe(channel)
    this.listeners.set(channel, listener)
  }

  async unsubscribe(channel: string): Promise<void> {
    this.listeners.delete(channel)
    await this.client.unsubscribe(channel)
  }

  async close(): Promise<void> {
    this.listeners.clear()
    this.client.disconnect()
  }
}
