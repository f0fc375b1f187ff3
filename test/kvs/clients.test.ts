/** Client libraries: handed-in clients, missing libraries, addresses, lost connections. */
import { once } from 'node:events'
import { type AddressInfo, createServer as listen, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type KeyperServer } from '../../src/embedded.ts'
import {
  ClientLibraryError,
  ClosedError,
  createFeatureFlags,
  createOAuthState,
  createRateLimiter,
  createRedisStore,
} from '../../src/kvs/index.ts'
import { createSessionStore } from '../../src/kvs/session.ts'
import { LIBRARIES, type LibraryName, listeningKeyper } from './backends.ts'

const text = (value: Uint8Array) => Buffer.from(value).toString('utf8')
const NAMES = Object.keys(LIBRARIES) as LibraryName[]

let server: KeyperServer
let url: string
beforeAll(async () => {
  server = await listeningKeyper()
  url = `redis://127.0.0.1:${server.port}`
})
afterAll(() => server.close())

/** A client as an application makes it. */
async function connect(name: LibraryName, address: string, options: object = {}): Promise<any> {
  const library: any = await LIBRARIES[name].load()
  if (LIBRARIES[name].library === 'ioredis') return new library.Redis(address, options)
  const client = library.createClient({ url: address })
  client.on('error', () => {})
  await client.connect()
  return client
}

describe.each(NAMES)('%s', (name) => {
  it('serves over a client that is handed in, and leaves it open', async () => {
    const client = await connect(name, url)
    const store = await createRedisStore({ client, keyPrefix: `${name}:` })
    await store.set('k', new Uint8Array([0, 255, 13, 10]), 0)
    expect([...(await store.get('k'))]).toEqual([0, 255, 13, 10])
    expect(await store.list('')).toEqual(['k'])
    expect(await createRateLimiter({ store, limit: 1, windowMs: 60_000 }).take('a')).toMatchObject({ allowed: true })
    const states = createOAuthState({ store })
    expect(await states.redeem(await states.issue([1]))).toEqual([1])
    const { id } = await createSessionStore({ store }).create('data', { userId: 'u' })
    expect(await createSessionStore({ store }).listUser('u')).toMatchObject([{ id }])
    const flags = await createFeatureFlags({ store })
    await flags.set('on', true)
    await store.close()
    await expect(store.get('k')).rejects.toThrow(ClosedError)
    expect(await client.get(`${name}:flags:on`)).toBe('true')
    await client.quit()
    // Nothing that was opened for the store is left behind it.
    await expect.poll(() => server.server.sessions.size).toBe(0)
  })

  it('selects the database, and gives user and password', async () => {
    const locked = await createServer({
      directives: { bind: '127.0.0.1', port: String(await freePort()), requirepass: 'p@ss' },
    })
    const wrong = createRedisStore({ url: `redis://:no@127.0.0.1:${locked.port}`, ...LIBRARIES[name] })
    await expect(wrong).rejects.toThrow(/^Cannot connect to 127\.0\.0\.1:\d+: .*(WRONGPASS|invalid)/i)
    const address = `redis://default:p%40ss@127.0.0.1:${locked.port}/5`
    const store = await createRedisStore({ url: address, ...LIBRARIES[name] })
    await store.set('k', name, 0)
    expect(locked.server.store.databases[5].size).toBe(1)
    await store.close()
    await locked.close()
  })

  it('says whom it cannot reach, without the password', async () => {
    const port = await freePort()
    const unreachable = createRedisStore({ url: `redis://u:secret@127.0.0.1:${port}`, poolSize: 3, ...LIBRARIES[name] })
    await expect(unreachable).rejects.toThrow(`Cannot connect to 127.0.0.1:${port}: `)
    await expect(unreachable).rejects.not.toThrow('secret')
  })

  it('gives up on a server that does not answer', async () => {
    const sockets: Socket[] = []
    const mute = listen((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    const options = { url: `redis://127.0.0.1:${port}`, connectTimeoutMs: 50, ...LIBRARIES[name] }
    await expect(createRedisStore(options)).rejects.toThrow(/^Cannot connect to 127\.0\.0\.1:\d+: /)
    for (const socket of sockets) if (!socket.closed) await once(socket.resume(), 'close')
    mute.close()
  })

  it('comes back after the server was away', async () => {
    const port = await freePort()
    const start = () => createServer({ directives: { bind: '127.0.0.1', port: String(port) } })
    const first = await start()
    const store = await createRedisStore({ url: `redis://127.0.0.1:${port}`, ...LIBRARIES[name] })
    const flags = await createFeatureFlags({ store })
    await flags.set('old', true)
    const lost = new Promise<void>((resolve) =>
      flags.onChange((flag, value) => {
        if (flag === 'old' && value === undefined) resolve()
      }),
    )
    await first.close()
    const second = await start()
    // The new server has no flags: the listener learns it by reading all of them again.
    await lost
    await store.set('k', 'back', 0)
    expect(text(await store.get('k'))).toBe('back')
    const sessions = createSessionStore({ store })
    const { id } = await sessions.create('s')
    expect((await sessions.get(id)).data).toBe('s')
    await store.close()
    await second.close()
  })
})

it('says what to install when there is no library', async () => {
  const missing = (name: string) => {
    const error = new Error(`Cannot find package '${name}' imported from here`)
    return Promise.reject(Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' }))
  }
  const neither = createRedisStore({ url, load: missing })
  await expect(neither).rejects.toThrow(ClientLibraryError)
  await expect(neither).rejects.toThrow(
    'No Redis client is installed: run "npm install redis" or "npm install ioredis"',
  )
  await expect(createRedisStore({ url, load: missing, library: 'ioredis' })).rejects.toThrow(
    'The Redis client "ioredis" is not installed: run "npm install ioredis"',
  )
  const asked: string[] = []
  const second = await createRedisStore({
    url,
    load(name) {
      asked.push(name)
      return name === 'redis' ? missing(name) : import('ioredis6')
    },
  })
  expect(asked).toEqual(['redis', 'ioredis'])
  await second.close()
  const broken = createRedisStore({ url, load: () => Promise.reject(new Error('syntax')) })
  await expect(broken).rejects.toThrow('syntax')
})

it('refuses options that do not fit', async () => {
  const refused: [object, string][] = [
    [{}, 'give either url or client'],
    [{ url, client: {} }, 'give either url or client'],
    [{ client: {} }, 'client must be a redis or ioredis client for one server'],
    [{ url: 'localhost:6379' }, 'url must begin with redis:// or rediss://, got localhost://'],
    [{ url: 'redis://' }, 'url names no host'],
    [{ url: 'redis://h/a' }, 'url must end in the number of a database, got "/a"'],
    [{ url, poolSize: 0 }, 'poolSize must be at least 1, got 0'],
    [{ url, connectTimeoutMs: 0 }, 'connectTimeoutMs must be a whole number above 0, got 0'],
    [{ url, library: 'other' }, 'library must be "redis" or "ioredis", got "other"'],
    [{ url, keyPrefix: '\ud800' }, 'keyPrefix must be a well-formed string'],
  ]
  for (const [options, message] of refused) {
    await expect(createRedisStore(options as any)).rejects.toThrow(message)
  }
  const prefixed = await connect('ioredis 6', url, { keyPrefix: 'own:', lazyConnect: true })
  await expect(createRedisStore({ client: prefixed })).rejects.toThrow('has a keyPrefix of its own')
  prefixed.disconnect()
})

async function freePort(): Promise<number> {
  const { freePort } = await import('../support/redis-oracle.ts')
  return freePort()
}
