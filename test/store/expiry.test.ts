import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer

beforeEach(async () => {
  server = await startKeyper()
})
afterEach(() => server.close())

describe('keys with a time to live', () => {
  it('leave at their deadline, to the millisecond, though nobody looks', async () => {
    await server.run('SET a 1 PX 1000')
    await server.run('SET b 1 PX 1001')
    server.advance(999)
    expect(server.store.keyCount).toBe(2)
    server.advance(1)
    expect(server.store.keyCount).toBe(1)
    server.advance(1)
    expect(server.store.keyCount).toBe(0)
    expect(server.store.stats.expired).toBe(2)
  })

  it('never show past their deadline when removal by timer is off', async () => {
    await server.run('DEBUG SET-ACTIVE-EXPIRE 0')
    await server.run('SET a 1 PX 10')
    await server.run('RPUSH l 1')
    await server.run('PEXPIRE l 10')
    server.advance(10)
    expect(server.store.keyCount).toBe(2)
    expect(await server.run('EXISTS a l')).toBe(0)
    expect(await server.run('TTL a')).toBe(-2)
    expect(await server.run('SCAN 0')).toEqual(['0', []])
    expect(await server.run('KEYS *')).toEqual([])
    expect(await server.run('RANDOMKEY')).toBe(null)
    expect(await server.run('RPUSH l 2')).toBe(1)
    await server.run('DEBUG SET-ACTIVE-EXPIRE 1')
    expect(await server.run('DBSIZE')).toBe(1)
  })

  it('keep the deadline that was given last', async () => {
    await server.run('SET a 1 PX 100')
    await server.run('PEXPIRE a 500')
    await server.run('SET b 1 PX 500')
    await server.run('PEXPIRE b 100')
    await server.run('SET c 1 PX 100')
    await server.run('PERSIST c')
    await server.run('SET d 1 PX 100')
    await server.run('SET d 2')
    await server.run('SET e 1 PX 100')
    await server.run('RENAME e f')
    server.advance(100)
    expect((await server.run('KEYS *')) as string[]).toHaveLength(3)
    server.advance(400)
    expect(((await server.run('KEYS *')) as string[]).sort()).toEqual(['c', 'd'])
  })

  it('all leave when very many are due at once, a slice at a time', async () => {
    const client = await server.client()
    const batch: (string | number)[][] = []
    for (let i = 0; i < 30_000; i++) batch.push(['SET', `key${i}`, i, 'PX', 1000])
    await client.pipeline(batch)
    expect(await server.run('DBSIZE')).toBe(30_000)
    server.advance(1000)
    await server.until(() => {
      server.advance(0)
      return server.store.keyCount === 0
    })
    expect(server.store.stats.expired).toBe(30_000)
  })
})
