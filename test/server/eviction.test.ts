import { afterEach, describe, expect, it } from 'vitest'
import { error, startKeyper, type TestServer } from '../support/harness.ts'

const OOM = error("OOM command not allowed when used memory > 'maxmemory'.")

let server: TestServer
afterEach(() => server.close())

async function start(policy: string): Promise<void> {
  server = await startKeyper({ config: { 'maxmemory-policy': policy } })
}

/** Allows the data so many bytes more than it has. */
async function allow(bytes: number): Promise<void> {
  await server.call('CONFIG', 'SET', 'maxmemory', 1_000_000_000_000)
  const used = server.server.usedMemory()
  await server.call('CONFIG', 'SET', 'maxmemory', Math.round(used + bytes))
}

async function fill(keys: number, prefix = 'key', more: string[] = []): Promise<void> {
  const client = await server.client()
  const batch: string[][] = []
  for (let i = 0; i < keys; i++) batch.push(['SET', `${prefix}${i}`, 'x'.repeat(200), ...more])
  await client.pipeline(batch)
  await client.close()
}

const count = async () => Number(await server.run('DBSIZE'))

describe('maxmemory', () => {
  it('noeviction: refuses what may grow the data, and nothing else', async () => {
    await start('noeviction')
    await server.run('SET a 1')
    await allow(0)
    expect(await server.call('SET', 'b', 'x'.repeat(300))).toBe('OK')
    expect(await server.run('SET c 1')).toEqual(OOM)
    expect(await server.run('RPUSH l 1')).toEqual(OOM)
    expect(await server.run('GET a')).toBe('1')
    expect(await server.run('EXPIRE b 100')).toBe(1)
    expect(await server.run('MULTI')).toBe('OK')
    expect(await server.run('SET d 1')).toEqual(OOM)
    expect(await server.run('EXEC')).toEqual(error('EXECABORT Transaction discarded because of previous errors.'))
    expect(await server.run('DEL b')).toBe(1)
    expect(await server.run('INCR n')).toBe(1)
    expect(server.store.stats.evicted).toBe(0)
  })

  it('allkeys-lru: keeps what was used last', async () => {
    await start('allkeys-lru')
    await server.run('CONFIG SET maxmemory-samples 10')
    await fill(400, 'old')
    server.advance(10_000)
    await fill(100, 'new')
    await allow(0)
    server.advance(1000)
    await fill(300, 'more')
    const names = (await server.run('KEYS *')) as string[]
    expect(names.length).toBeLessThan(510)
    const gone = 400 - names.filter((name) => name.startsWith('old')).length
    expect(gone).toBeGreaterThan(280)
    expect(names.filter((name) => name.startsWith('new')).length).toBe(100)
    expect(String(await server.run('INFO stats'))).toContain(`evicted_keys:${server.store.stats.evicted}\r\n`)
  })

  it('allkeys-lfu: keeps what is used often', async () => {
    await start('allkeys-lfu')
    await server.run('CONFIG SET maxmemory-samples 10')
    await fill(300)
    for (let round = 0; round < 30; round++) {
      const client = await server.client()
      await client.pipeline(Array.from({ length: 30 }, (_, i) => ['GET', `key${i}`]))
      await client.close()
    }
    await allow(0)
    await fill(250, 'more')
    const names = new Set((await server.run('KEYS *')) as string[])
    expect(Array.from({ length: 30 }, (_, i) => names.has(`key${i}`)).filter(Boolean).length).toBeGreaterThan(27)
  })

  for (const policy of ['volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl']) {
    it(`${policy}: takes only keys with a deadline, then refuses`, async () => {
      await start(policy)
      await fill(50, 'stays')
      await fill(50, 'goes', ['EX', '1000'])
      await allow(0)
      for (let i = 0; i < 40; i++) expect(await server.call('SET', `next${i}`, 'y'.repeat(200))).toBe('OK')
      const names = (await server.run('KEYS stays*')) as string[]
      expect(names).toHaveLength(50)
      expect(((await server.run('KEYS goes*')) as string[]).length).toBeLessThan(15)
      let reply: unknown = 'OK'
      for (let i = 0; i < 100 && reply === 'OK'; i++) reply = await server.call('SET', `last${i}`, 'y'.repeat(200))
      expect(reply).toEqual(OOM)
      expect(await server.run('KEYS goes*')).toEqual([])
    })
  }

  it('volatile-ttl: the nearest deadline goes first', async () => {
    await start('volatile-ttl')
    await server.run('CONFIG SET maxmemory-samples 64')
    const client = await server.client()
    await client.pipeline(Array.from({ length: 60 }, (_, i) => ['SET', `key${i}`, 'x'.repeat(200), 'EX', 1000 + i]))
    await allow(0)
    for (let i = 0; i < 20; i++) await server.call('SET', `more${i}`, 'x'.repeat(200))
    const left = ((await server.run('KEYS key*')) as string[]).map((name) => Number(name.slice(3)))
    expect(Math.min(...left)).toBeGreaterThan(10)
    await client.close()
  })

  it('allkeys-random: goes on until there is room, in every database', async () => {
    await start('allkeys-random')
    await fill(100)
    await server.run('SELECT 5')
    await fill(100)
    await server.run('SELECT 0')
    await server.call('CONFIG', 'SET', 'maxmemory', 1)
    await server.until(() => {
      server.advance(0)
      return server.store.keyCount === 0
    })
    expect(await server.run('SET a 1')).toEqual(OOM)
    await server.run('CONFIG SET maxmemory 0')
    expect(await server.run('SET a 1')).toBe('OK')
  })

  it('big collections count with what is in them', async () => {
    await start('noeviction')
    await allow(100_000)
    const before = server.server.usedMemory()
    await server.call('RPUSH', 'l', ...Array.from({ length: 500 }, (_, i) => `element ${i}`))
    await server.call('HSET', 'h', ...Array.from({ length: 600 }, (_, i) => `word ${i}`))
    await server.call('ZADD', 'z', ...Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? i : `member ${i}`)))
    expect(server.server.usedMemory() - before).toBeGreaterThan(25_000)
    await server.run('DEL l h z')
    expect(server.server.usedMemory()).toBe(before)
    await server.run('FLUSHALL')
    expect(server.server.usedMemory()).toBeLessThan(before + 1)
  })

  it('tells of what it evicts', async () => {
    await start('allkeys-lru')
    await server.run('CONFIG SET notify-keyspace-events Ee')
    await server.run('SET a 1')
    const listener = await server.client()
    await listener.command('SUBSCRIBE', '__keyevent@0__:evicted')
    await server.run('CONFIG SET maxmemory 1')
    server.advance(0)
    await server.until(() => {
      server.advance(0)
      return server.store.keyCount === 0
    })
    expect((await listener.nextPush()).items).toEqual(['message', '__keyevent@0__:evicted', 'a'])
    expect(await count()).toBe(0)
  })
})
