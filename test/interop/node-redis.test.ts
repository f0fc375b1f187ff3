/** node-redis, versions 4 (RESP2), 5 (both) and 6 (RESP3), as their users use them: no configuration but the port. */
import * as redis4 from 'redis4'
import * as redis5 from 'redis5'
import * as redis6 from 'redis6'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

type Client = ReturnType<typeof redis5.createClient>
type Make = (url: string, options?: object) => unknown

const versions: readonly { name: string; protocol: 2 | 3; make: Make }[] = [
  { name: 'redis 4', protocol: 2, make: (url, options) => redis4.createClient({ url, ...options }) },
  { name: 'redis 5', protocol: 2, make: (url, options) => redis5.createClient({ url, ...options }) },
  {
    name: 'redis 5 with RESP3',
    protocol: 3,
    make: (url, o) => redis5.createClient({ url, RESP: 3, unstableResp3: true, ...o }),
  },
  { name: 'redis 6', protocol: 3, make: (url, options) => redis6.createClient({ url, ...options }) },
]

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

describe.each(versions)('$name', ({ name, protocol, make }) => {
  const old = name === 'redis 4'
  let server: TestServer
  let redis: Client
  const opened: Client[] = []
  const open = async (options?: object) => {
    const client = make(`redis://127.0.0.1:${server.port}`, options) as Client
    client.on('error', () => {})
    opened.push(client)
    await client.connect()
    return client
  }

  beforeAll(async () => {
    server = await startKeyper()
    redis = await open()
  })
  afterEach(() => server.reset())
  afterAll(async () => {
    for (const client of opened) {
      if (!client.isOpen) continue
      if (old) await client.disconnect()
      else client.destroy()
    }
    await server?.close()
  })

  /** Replies with their strings as Buffers. */
  const withBuffers = (client: Client): Client => {
    if (!old) return client.withTypeMapping({ [redis5.RESP_TYPES.BLOB_STRING]: Buffer }) as unknown as Client
    const options = redis4.commandOptions({ returnBuffers: true })
    return new Proxy(client, {
      get:
        (target, method) =>
        (...args: unknown[]) =>
          (target as any)[method](options, ...args),
    })
  }

  it('connects, in the protocol it prefers', async () => {
    expect(await redis.ping()).toBe('PONG')
    expect(String(await redis.sendCommand(['CLIENT', 'INFO']))).toContain(` resp=${protocol} `)
    expect(await redis.info('server')).toContain('redis_version:7.2')
    expect(await redis.sendCommand(['CLIENT', 'LIST'])).toContain('lib-name=node-redis')
  })

  it('strings and expiry', async () => {
    expect(await redis.set('a', 'one', { EX: 10, NX: true })).toBe('OK')
    expect(await redis.set('a', 'two', { NX: true })).toBeNull()
    expect(await redis.get('a')).toBe('one')
    expect(await redis.ttl('a')).toBe(10)
    server.advance(10_001)
    expect(await redis.get('a')).toBeNull()
    expect(await redis.mSet({ x: '1', y: 'b' })).toBe('OK')
    expect(await redis.mGet(['x', 'none', 'y'])).toEqual(['1', null, 'b'])
    expect(await redis.incrBy('x', 41)).toBe(42)
    expect(await redis.incrByFloat('x', 0.5)).toBe('42.5')
    expect(await redis.append('y', 'cd')).toBe(3)
    expect(await redis.setEx('z', 5, 'v')).toBe('OK')
    expect(await redis.pTTL('z')).toBe(5000)
    expect(Number(await redis.persist('z'))).toBe(1)
    expect(await redis.exists(['x', 'y', 'nope'])).toBe(2)
    expect(await redis.del(['x', 'y', 'z'])).toBe(3)
  })

  it('hashes, lists and sets', async () => {
    expect(await redis.hSet('h', { f: 'v', g: 2 })).toBe(2)
    expect({ ...(await redis.hGetAll('h')) }).toEqual({ f: 'v', g: '2' })
    expect({ ...(await redis.hGetAll('none')) }).toEqual({})
    expect(await redis.hmGet('h', ['g', 'none'])).toEqual(['2', null])
    expect(await redis.hIncrBy('h', 'g', 3)).toBe(5)
    expect(await redis.rPush('l', ['a', 'b', 'c'])).toBe(3)
    expect(await redis.lRange('l', 0, -1)).toEqual(['a', 'b', 'c'])
    expect(await redis.lPop('l')).toBe('a')
    expect(await redis.lPos('l', 'c')).toBe(1)
    expect(await redis.sAdd('s', ['a', 'b', 'b'])).toBe(2)
    expect([...(await redis.sMembers('s'))].sort()).toEqual(['a', 'b'])
    expect(Number(await redis.sIsMember('s', 'a'))).toBe(1)
    expect((await redis.smIsMember('s', ['a', 'z'])).map(Number)).toEqual([1, 0])
  })

  it('sorted sets', async () => {
    const members = [
      { score: 1, value: 'a' },
      { score: 2.5, value: 'b' },
    ]
    expect(await redis.zAdd('z', members)).toBe(2)
    expect(await redis.zIncrBy('z', 1, 'a')).toBe(2)
    expect(await redis.zScore('z', 'b')).toBe(2.5)
    expect(await redis.zRange('z', 0, -1)).toEqual(['a', 'b'])
    expect(await redis.zRangeWithScores('z', 0, -1)).toEqual([
      { score: 2, value: 'a' },
      { score: 2.5, value: 'b' },
    ])
    expect(await redis.zRangeByScore('z', '(2', '+inf')).toEqual(['b'])
    expect(await redis.zPopMin('z')).toEqual({ score: 2, value: 'a' })
    expect(await redis.zRank('z', 'none')).toBeNull()
  })

  it('streams', async () => {
    expect(await redis.xAdd('x', '1-1', { f: 'v' })).toBe('1-1')
    expect(await redis.xAdd('x', '*', { g: 'w' })).toMatch(/^1700000\d+-0$/)
    expect(await redis.xLen('x')).toBe(2)
    const range = await redis.xRange('x', '-', '+')
    expect({ ...range[0].message }).toEqual({ f: 'v' })
    const read = (await redis.xRead({ key: 'x', id: '0' }, { COUNT: 1 })) as any
    expect(JSON.stringify(read)).toContain('"1-1"')
    expect(await redis.xRead({ key: 'x', id: '$' })).toBeNull()
    expect(await redis.xTrim('x', 'MAXLEN', 1)).toBe(1)
    expect((await redis.xInfoStream('x')).length).toBe(1)
  })

  it('reads a stream that another connection writes', async () => {
    const reader = await open()
    const waiting = reader.xRead({ key: 'feed', id: '$' }, { BLOCK: 0 })
    await server.until(() => server.server.blocking.suspended === 1, 'the reader to wait')
    await redis.xAdd('feed', '5-0', { f: 'v' })
    expect(JSON.stringify(await waiting)).toContain('"5-0"')
    const inVain = reader.xRead({ key: 'feed', id: '$' }, { BLOCK: 100 })
    await server.until(() => server.server.blocking.suspended === 1, 'the reader to wait')
    server.advance(100)
    expect(await inVain).toBeNull()
  })

  it('pipelines by itself', async () => {
    const many = await Promise.all(Array.from({ length: 500 }, () => redis.incr('many')))
    expect(many).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    const batch = redis.multi().set('n', '1').incr('n').get('n')
    expect(await batch.execAsPipeline()).toEqual(['OK', 2, '2'])
  })

  it('transactions, and WATCH that sees another write', async () => {
    const replies = (await redis.multi().set('a', '1').incr('a').hSet('h', 'f', '1').hGetAll('h').exec()) as any[]
    expect(replies.slice(0, 3)).toEqual(['OK', 2, 1])
    expect({ ...replies[3] }).toEqual({ f: '1' })
    const mine = await open()
    await mine.watch('a')
    await redis.set('a', 'changed')
    await expect(mine.multi().set('a', 'lost').exec()).rejects.toThrow(/watch/i)
    expect(await redis.get('a')).toBe('changed')
    await mine.watch('a')
    expect(await mine.multi().set('a', 'kept').exec()).toEqual(['OK'])
    await mine.watch('a')
    await redis.set('a', 'again')
    await mine.unwatch()
    expect(await mine.multi().get('a').exec()).toEqual(['again'])
    await expect(mine.multi().incr('a').get('a').exec()).rejects.toThrow(/commands failed|not an integer/)
    await expect(mine.multi().addCommand(['NOSUCH']).exec()).rejects.toThrow(/EXECABORT|unknown command/)
  })

  it('waits for a list on a second connection', async () => {
    const waiter = redis.duplicate()
    opened.push(waiter as Client)
    await waiter.connect()
    const popped = waiter.blPop(['q1', 'q2'], 0)
    await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
    await redis.rPush('q2', 'job')
    expect({ ...(await popped) }).toEqual({ key: 'q2', element: 'job' })
    const inVain = waiter.brPop('q1', 1)
    await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
    server.advance(1000)
    expect(await inVain).toBeNull()
    const lowest = waiter.bzPopMin('z', 0)
    await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
    await redis.zAdd('z', { score: 1.5, value: 'm' })
    expect({ ...(await lowest) }).toEqual({ key: 'z', score: 1.5, value: 'm' })
  })

  it('iterates by SCAN and its like', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `k${i}`)
    const all = Object.fromEntries(names.map((key) => [key, key]))
    await redis.mSet(all)
    await redis.sAdd('set', names)
    await redis.hSet('hash', all)
    await redis.zAdd(
      'zset',
      names.map((value, score) => ({ score, value })),
    )
    // Version 4 yields items, later ones batches.
    const collect = async (iterator: AsyncIterable<unknown>) => {
      const found: unknown[] = []
      for await (const batch of iterator) found.push(batch)
      return found.flat()
    }
    expect(new Set(await collect(redis.scanIterator({ MATCH: 'k*', COUNT: 77 })))).toEqual(new Set(names))
    expect(await collect(redis.scanIterator({ TYPE: 'zset' }))).toEqual(['zset'])
    expect(new Set(await collect(redis.sScanIterator('set')))).toEqual(new Set(names))
    expect(await collect(redis.hScanIterator('hash'))).toHaveLength(1000)
    expect(await collect(redis.zScanIterator('zset'))).toHaveLength(1000)
  })

  it('keeps every byte', async () => {
    await redis.set(EVERY_BYTE, EVERY_BYTE)
    const buffers = withBuffers(redis)
    expect(await buffers.get(EVERY_BYTE)).toEqual(EVERY_BYTE)
    await redis.hSet('h', EVERY_BYTE, EVERY_BYTE)
    expect(await buffers.hKeys('h')).toEqual([EVERY_BYTE])
    await redis.set('text', 'grüße 🗝')
    expect(await redis.get('text')).toBe('grüße 🗝')
    expect(await redis.strLen('text')).toBe(12)
    const big = Buffer.alloc(3_000_000, EVERY_BYTE)
    await redis.set('big', big)
    expect(big.equals((await buffers.get('big')) as unknown as Buffer)).toBe(true)
  })

  it('tells errors', async () => {
    await redis.set('a', 'x')
    await expect(redis.incr('a')).rejects.toThrow('ERR value is not an integer or out of range')
    await expect(redis.lPush('a', '1')).rejects.toThrow('WRONGTYPE')
    await expect(redis.sendCommand(['NOSUCH', 'x'])).rejects.toThrow("ERR unknown command 'NOSUCH'")
    await expect(redis.sendCommand(['GET'])).rejects.toThrow("ERR wrong number of arguments for 'get' command")
    expect(await redis.ping()).toBe('PONG')
  })

  it('selects the database and names itself as asked', async () => {
    const client = await open({ database: 3, name: 'worker' })
    await client.set('k', 'three')
    expect(await redis.get('k')).toBeNull()
    expect(String(await client.sendCommand(['CLIENT', 'LIST']))).toMatch(/name=worker .*db=3 /)
  })

  it('comes back after the server closed its socket', async () => {
    const client = await open({ database: 2 })
    await client.set('k', 'v')
    const id = await client.clientId()
    // Not events.once: the client reports the loss of its socket as an error on the way.
    const again = new Promise((resolve) => client.once('ready', resolve))
    server.server.closeSession(server.server.sessions.get(id)!)
    await again
    expect(await client.get('k')).toBe('v')
    expect(await client.clientId()).not.toBe(id)
  })

  it('finishes cleanly', async () => {
    const client = await open()
    await client.ping()
    const { size } = server.server.sessions
    // Version 4 says QUIT, later ones close their side once all replies are there.
    if (old) expect(await client.quit()).toBe('OK')
    else await client.close()
    await server.until(() => server.server.sessions.size === size - 1, 'the session to end')
  })
})
