/** ioredis, versions 5 (RESP2) and 6 (RESP3), as their users use them: no configuration but the port. */
import { once } from 'node:events'
import * as ioredis5 from 'ioredis5'
import * as ioredis6 from 'ioredis6'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

type Client = ioredis6.Redis
type Options = Omit<ioredis6.RedisOptions, 'protocol'>

const make5 = (options: object) => new ioredis5.Redis(options) as unknown as Client
const make6 = (options: object) => new ioredis6.Redis(options) as unknown as Client

const versions: readonly { name: string; protocol: 2 | 3; make: (options: object) => Client }[] = [
  { name: 'ioredis 5', protocol: 2, make: make5 },
  { name: 'ioredis 6', protocol: 3, make: make6 },
  { name: 'ioredis 6 with RESP2', protocol: 2, make: (options) => make6({ ...options, protocol: 2 }) },
]

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

describe.each(versions)('$name', ({ make, protocol }) => {
  let server: TestServer
  let redis: Client
  const opened: Client[] = []
  const open = (options?: Options) => {
    const client = make({ ...options, port: server.port })
    opened.push(client)
    return client
  }

  beforeAll(async () => {
    server = await startKeyper()
    redis = open()
  })
  afterEach(() => server.reset())
  afterAll(async () => {
    for (const client of opened) client.disconnect()
    await server?.close()
  })

  it('connects, in the protocol it prefers', async () => {
    expect(await redis.ping()).toBe('PONG')
    const info = String(await redis.call('CLIENT', 'INFO'))
    expect(info).toContain(` resp=${protocol} `)
    expect(await redis.info('server')).toContain('redis_version:7.2')
  })

  it('strings and expiry', async () => {
    expect(await redis.set('a', 'one', 'EX', 10, 'NX')).toBe('OK')
    expect(await redis.set('a', 'two', 'NX')).toBeNull()
    expect(await redis.get('a')).toBe('one')
    expect(await redis.ttl('a')).toBe(10)
    server.advance(10_001)
    expect(await redis.get('a')).toBeNull()
    expect(await redis.mset({ x: 1, y: 'b' })).toBe('OK')
    expect(await redis.mget('x', 'none', 'y')).toEqual(['1', null, 'b'])
    expect(await redis.incrby('x', 41)).toBe(42)
    expect(await redis.incrbyfloat('x', 0.5)).toBe('42.5')
    expect(await redis.append('y', 'cd')).toBe(3)
    expect(await redis.setex('z', 5, 'v')).toBe('OK')
    expect(await redis.pttl('z')).toBe(5000)
    expect(await redis.persist('z')).toBe(1)
    expect(await redis.exists('x', 'y', 'nope')).toBe(2)
    expect(await redis.del('x', 'y', 'z')).toBe(3)
  })

  it('hashes, lists and sets', async () => {
    expect(await redis.hset('h', { f: 'v', g: 2 })).toBe(2)
    expect(await redis.hgetall('h')).toEqual({ f: 'v', g: '2' })
    expect(await redis.hgetall('none')).toEqual({})
    expect(await redis.hmget('h', 'g', 'none')).toEqual(['2', null])
    expect(await redis.hincrby('h', 'g', 3)).toBe(5)
    expect(await redis.rpush('l', 'a', 'b', 'c')).toBe(3)
    expect(await redis.lrange('l', 0, -1)).toEqual(['a', 'b', 'c'])
    expect(await redis.lpop('l')).toBe('a')
    expect(await redis.lpos('l', 'c')).toBe(1)
    expect(await redis.sadd('s', 'a', 'b', 'b')).toBe(2)
    expect((await redis.smembers('s')).sort()).toEqual(['a', 'b'])
    expect(await redis.sismember('s', 'a')).toBe(1)
    expect(await redis.smismember('s', 'a', 'z')).toEqual([1, 0])
  })

  it('sorted sets', async () => {
    expect(await redis.zadd('z', 1, 'a', 2.5, 'b')).toBe(2)
    expect(await redis.zincrby('z', 1, 'a')).toBe('2')
    expect(Number(await redis.zscore('z', 'b'))).toBe(2.5)
    expect(await redis.zrange('z', '0', '-1')).toEqual(['a', 'b'])
    expect((await redis.zrange('z', '0', '-1', 'WITHSCORES')).flat().map(String)).toEqual(['a', '2', 'b', '2.5'])
    expect(await redis.zrangebyscore('z', '(2', '+inf')).toEqual(['b'])
    expect((await redis.zpopmin('z')).flat().map(String)).toEqual(['a', '2'])
    expect(await redis.zrank('z', 'none')).toBeNull()
  })

  it('streams', async () => {
    expect(await redis.xadd('x', '1-1', 'f', 'v')).toBe('1-1')
    expect(await redis.xadd('x', '*', 'g', 'w')).toMatch(/^1700000\d+-0$/)
    expect(await redis.xlen('x')).toBe(2)
    expect((await redis.xrange('x', '-', '+'))[0]).toEqual(['1-1', ['f', 'v']])
    const read = await redis.xread('COUNT', 1, 'STREAMS', 'x', '0')
    const [name, entries] = Array.isArray(read) ? read[0] : Object.entries(read as unknown as object)[0]
    expect(name).toBe('x')
    expect(entries).toEqual([['1-1', ['f', 'v']]])
    expect(await redis.xread('STREAMS', 'x', '$')).toBeNull()
    expect(await redis.xtrim('x', 'MAXLEN', 1)).toBe(1)
  })

  it('reads a stream that another connection writes', async () => {
    const writer = open()
    const waiting = redis.xread('BLOCK', 0, 'STREAMS', 'feed', '$')
    await server.until(() => server.server.blocking.suspended === 1, 'the reader to wait')
    await writer.xadd('feed', '5-0', 'f', 'v')
    expect(JSON.stringify(await waiting)).toContain('["5-0",["f","v"]]')
    const inVain = redis.xread('BLOCK', 100, 'STREAMS', 'feed', '$')
    await server.until(() => server.server.blocking.suspended === 1, 'the reader to wait')
    server.advance(100)
    expect(await inVain).toBeNull()
  })

  it('pipelines, also by itself', async () => {
    const replies = await redis.pipeline().set('n', 1).incr('n').lpush('n', 'x').get('n').exec()
    expect(replies?.map(([failure, value]) => failure?.message ?? value)).toEqual([
      'OK',
      2,
      'WRONGTYPE Operation against a key holding the wrong kind of value',
      '2',
    ])
    const auto = open({ enableAutoPipelining: true })
    const many = await Promise.all(Array.from({ length: 500 }, () => auto.incr('many')))
    expect(many).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
  })

  it('transactions, and WATCH that sees another write', async () => {
    expect(await redis.multi().set('a', 1).incr('a').hset('h', 'f', 1).hgetall('h').exec()).toEqual([
      [null, 'OK'],
      [null, 2],
      [null, 1],
      [null, { f: '1' }],
    ])
    const other = open()
    await redis.watch('a')
    await other.set('a', 'changed')
    expect(await redis.multi().set('a', 'lost').exec()).toBeNull()
    expect(await redis.get('a')).toBe('changed')
    await redis.watch('a')
    expect(await redis.multi().set('a', 'kept').exec()).toEqual([[null, 'OK']])
    await redis.multi({ pipeline: false })
    expect(await redis.set('b', 1)).toBe('QUEUED')
    expect(await redis.discard()).toBe('OK')
    await expect(redis.multi().set('a', 1).call('NOSUCH').exec()).rejects.toThrow('EXECABORT')
  })

  it('waits for a list on a second connection', async () => {
    const waiter = redis.duplicate()
    opened.push(waiter)
    const popped = waiter.blpop('q1', 'q2', 0)
    await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
    await redis.rpush('q2', 'job')
    expect(await popped).toEqual(['q2', 'job'])
    const inVain = waiter.brpop('q1', 1)
    await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
    server.advance(1000)
    expect(await inVain).toBeNull()
    const lowest = waiter.bzpopmin('z', 0)
    await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
    await redis.zadd('z', 1.5, 'm')
    expect((await lowest)?.map(String)).toEqual(['z', 'm', '1.5'])
  })

  it('iterates by SCAN and its like', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `k${i}`)
    await redis.mset(...names.flatMap((name) => [name, name]))
    await redis.sadd('set', ...names)
    await redis.hset('hash', Object.fromEntries(names.map((name) => [name, name])))
    await redis.zadd('zset', ...names.flatMap((name, i) => [i, name]))
    const collect = async (stream: AsyncIterable<string[]>) => {
      const found: string[] = []
      for await (const batch of stream) found.push(...batch)
      return found
    }
    expect(new Set(await collect(redis.scanStream({ match: 'k*', count: 77 })))).toEqual(new Set(names))
    expect(await collect(redis.scanStream({ type: 'zset' }))).toEqual(['zset'])
    expect(new Set(await collect(redis.sscanStream('set')))).toEqual(new Set(names))
    expect((await collect(redis.hscanStream('hash'))).flat()).toHaveLength(2000)
    expect((await collect(redis.zscanStream('zset'))).flat()).toHaveLength(2000)
  })

  it('keeps every byte', async () => {
    await redis.set(EVERY_BYTE, EVERY_BYTE)
    expect(await redis.getBuffer(EVERY_BYTE)).toEqual(EVERY_BYTE)
    await redis.hset('h', EVERY_BYTE, EVERY_BYTE)
    expect(await redis.callBuffer('HKEYS', 'h')).toEqual([EVERY_BYTE])
    await redis.set('text', 'grüße 🗝')
    expect(await redis.get('text')).toBe('grüße 🗝')
    expect(await redis.strlen('text')).toBe(12)
    const big = Buffer.alloc(3_000_000, EVERY_BYTE)
    await redis.set('big', big)
    expect((await redis.getBuffer('big'))?.equals(big)).toBe(true)
  })

  it('tells errors', async () => {
    await redis.set('a', 'x')
    await expect(redis.incr('a')).rejects.toThrow('ERR value is not an integer or out of range')
    await expect(redis.lpush('a', 1)).rejects.toThrow('WRONGTYPE')
    await expect(redis.call('NOSUCH', 'x')).rejects.toThrow("ERR unknown command 'NOSUCH'")
    await expect(redis.call('GET')).rejects.toThrow("ERR wrong number of arguments for 'get' command")
    expect(await redis.ping()).toBe('PONG')
  })

  it('selects the database and names itself as asked', async () => {
    const client = open({ db: 3, connectionName: 'worker' })
    await client.set('k', 'three')
    expect(await redis.get('k')).toBeNull()
    expect(String(await client.call('CLIENT', 'LIST'))).toMatch(/name=worker .*db=3 /)
  })

  it('comes back after the server closed its socket', async () => {
    const client = open({ db: 2 })
    await client.set('k', 'v')
    const id = await client.client('ID')
    const again = once(client, 'ready')
    server.server.closeSession(server.server.sessions.get(id)!)
    await again
    expect(await client.get('k')).toBe('v')
    expect(await client.client('ID')).not.toBe(id)
  })

  it('finishes cleanly', async () => {
    const client = open()
    await client.ping()
    const { size } = server.server.sessions
    const ended = once(client, 'end')
    expect(await client.quit()).toBe('OK')
    await ended
    await server.until(() => server.server.sessions.size === size - 1, 'the session to end')
  })
})
