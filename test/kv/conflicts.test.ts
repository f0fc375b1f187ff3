/** Many who change the same entry over connections of their own, and what happens when they never stop. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../../src/embedded.ts'
import { createKvExtension, type KvOptions } from '../../src/kv/index.ts'
import { registerSpace } from '../../src/kvs/backend.ts'
import { createRateLimiter, createRedisStore, type ListableStore } from '../../src/kvs/index.ts'
import { RedisBackend } from '../../src/kvs/redis-backend.ts'
import type { RedisConnection } from '../../src/kvs/redis-connection.ts'
import { systemClock } from '../../src/util/clock.ts'
import { seededRandom } from '../../src/util/random.ts'
import { LIBRARIES, listeningKeyper } from '../kvs/backends.ts'
import { describeWithRedis, freePort, startRedis } from '../support/redis-oracle.ts'

const mounts = { m: { mode: 'read-write', prefix: 'm:', maxEntries: 10 } } as const

function manyConnections(start: () => Promise<{ port: number; stop(): Promise<void> }>): void {
  let server: { port: number; stop(): Promise<void> }
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server?.stop())

  /** Fifty extensions, connected. */
  async function fifty(each: (kv: ReturnType<typeof createKvExtension>, i: number) => Promise<void>) {
    const options: KvOptions = { url: `redis://127.0.0.1:${server.port}`, mounts, writePolicy: 'immediate' }
    const all = Array.from({ length: 50 }, () => createKvExtension({ ...options, ...LIBRARIES['ioredis 6'] }))
    await Promise.all(all.map((kv) => kv.has('m', 'k')))
    const outcomes = await Promise.allSettled(all.map(each))
    const entries = await all[0].getAll('m')
    await Promise.all(all.map((kv) => kv.dispose()))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason.message)
    return { entries, refused, done: outcomes.length - refused.length }
  }

  it('loses no merge', async () => {
    const { entries, refused, done } = await fifty((kv, i) => kv.merge('m', 'shared', { [`k${i}`]: i }))
    expect(Object.keys(entries['shared'] as object)).toHaveLength(done)
    // Whoever gave up says so; on a machine that is not held up nobody does.
    for (const message of refused) expect(message).toMatch(/^Failed to merge after 10 retries/)
    expect(done).toBeGreaterThan(25)
  })

  it('lets in no more entries than there may be', async () => {
    const { entries, refused } = await fifty((kv, i) => kv.set('m', `k${i}`, i))
    expect(Object.keys(entries)).toHaveLength(10)
    for (const message of refused) expect(message).toBe('store exceeds entry limit (11 > 10)')
  })
}

describe('fifty connections to Keyper', () =>
  manyConnections(async () => {
    const server = await listeningKeyper()
    return { port: server.port, stop: () => server.close() }
  }))
describeWithRedis('fifty connections to Redis', () => manyConnections(() => startRedis()))

it('a merge gives up after ten retries', async () => {
  let transactions = 0
  const restless: RedisConnection = {
    async call([command, ...keys]) {
      if (command === 'MGET') return keys.map(() => null)
      // Null from EXEC: somebody changed a watched key.
      if (command === 'EXEC') return ++transactions < 0 ? [] : null
      return command === 'SCAN' ? ['0', []] : 'OK'
    },
    dedicated: async () => restless,
    subscriber: () => Promise.reject(new Error('nobody listens')),
    close: async () => {},
  }
  const hurried = { ...systemClock, after: (_: number, fn: () => void) => systemClock.after(0, fn) }
  const store = {} as ListableStore
  const backend = new RedisBackend([restless], 1, hurried, seededRandom(1))
  registerSpace(store, { backend, prefix: '', check() {} })
  const kv = createKvExtension({ store, mounts, writePolicy: 'immediate' })
  await expect(kv.merge('m', 'k', { a: 1 })).rejects.toMatchObject({
    code: 'MERGE_CONFLICT',
    message: 'Failed to merge after 10 retries due to concurrent modifications',
  })
  expect(transactions).toBe(11)
  await expect(kv.set('m', 'k', 1)).rejects.toMatchObject({ code: 'WRITE_CONFLICT' })
})

it('a rate limit holds on a server without scripts', async () => {
  const directives = { bind: '127.0.0.1', port: String(await freePort()) }
  const server = await createServer({ directives, renamedCommands: [['EVAL', '']] })
  const url = `redis://127.0.0.1:${server.port}`
  const store = await createRedisStore({ url, poolSize: 4, ...LIBRARIES['redis 6'] })
  const limiter = createRateLimiter({ store, limit: 5, windowMs: 60_000 })
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => limiter.take('crowd')))
  expect(outcomes.filter(({ allowed }) => allowed)).toHaveLength(5)
  expect(server.command('TYPE', 'rate:crowd')).toBe('string')
  await store.close()
  await server.close()
})
