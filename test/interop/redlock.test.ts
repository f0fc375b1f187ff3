/** Redlock over three servers, as it is meant to be used. */
import { createRequire } from 'node:module'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

interface Lock {
  readonly value: string
  extend(ttlMs: number): Promise<Lock>
  unlock(): Promise<void>
}

interface Redlock {
  lock(resource: string | string[], ttlMs: number): Promise<Lock>
}

// The package has no types of its own.
const RedlockClass: new (clients: Redis[], options?: object) => Redlock = createRequire(import.meta.url)('redlock')

let servers: TestServer[] = []
let clients: Redis[] = []

beforeAll(async () => {
  servers = await Promise.all([1, 2, 3].map(() => startKeyper()))
  clients = servers.map(({ port }) => new Redis(port, '127.0.0.1'))
})
afterEach(() => Promise.all(servers.map((server) => server.reset())))
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await Promise.all(servers.map((server) => server.close()))
})

describe('Redlock', () => {
  it('gives a lock to one at a time', async () => {
    const impatient = new RedlockClass(clients, { retryCount: 0 })
    const lock = await impatient.lock('doc:1', 10_000)
    for (const server of servers) expect(await server.run('GET doc:1')).toBe(lock.value)
    await expect(impatient.lock('doc:1', 10_000)).rejects.toThrow('attempts to lock')
    await lock.unlock()
    for (const server of servers) expect(await server.run('EXISTS doc:1')).toBe(0)
    const next = await impatient.lock('doc:1', 10_000)
    await expect(lock.unlock()).rejects.toThrow()
    expect(await servers[0]!.run('GET doc:1')).toBe(next.value)
    await next.unlock()
  })

  it('extends a lock, and loses it when its time is over', async () => {
    const impatient = new RedlockClass(clients, { retryCount: 0 })
    const lock = await impatient.lock('doc:2', 10_000)
    const extended = await lock.extend(60_000)
    for (const server of servers) expect(await server.run('PTTL doc:2')).toBe(60_000)
    for (const server of servers) server.advance(60_001)
    const other = await impatient.lock('doc:2', 10_000)
    await expect(extended.extend(10_000)).rejects.toThrow()
    await other.unlock()
  })

  it('holds with a majority, and takes all of several keys or none', async () => {
    const impatient = new RedlockClass(clients, { retryCount: 0 })
    await servers[0]!.run('SET a other')
    const lock = await impatient.lock('a', 10_000)
    await servers[1]!.run('DEL a')
    await servers[1]!.run('SET b other')
    await servers[2]!.run('SET b other')
    await expect(impatient.lock(['b', 'c'], 10_000)).rejects.toThrow()
    for (const server of servers) expect(await server.run('EXISTS c')).toBe(0)
    await lock.unlock().catch(() => {})
    expect(await servers[0]!.run('GET a')).toBe('other')
  })

  it('lets many take turns', async () => {
    const patient = new RedlockClass(clients, { retryCount: 1000, retryDelay: 2, retryJitter: 2 })
    let inside = 0
    let turns = 0
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const lock = await patient.lock('turn', 10_000)
        expect(++inside).toBe(1)
        await clients[0]!.ping()
        turns++
        inside--
        await lock.unlock()
      }),
    )
    expect(turns).toBe(10)
  })
})
