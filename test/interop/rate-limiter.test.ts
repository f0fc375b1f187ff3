/** rate-limiter-flexible over both client families: its counters are one script. */
import { Redis } from 'ioredis'
import {
  BurstyRateLimiter,
  type IRateLimiterRedisOptions,
  RateLimiterQueue,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
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

describe.each(Object.keys(CLIENTS) as (keyof typeof CLIENTS)[])('rate-limiter-flexible over %s', (name) => {
  let server: TestServer
  let storeClient: unknown
  let close = () => {}

  beforeAll(async () => {
    server = await startKeyper()
    ;({ client: storeClient, close } = await CLIENTS[name](server.port))
  })
  afterEach(() => server.reset())
  afterAll(async () => {
    close()
    await server?.close()
  })

  const limiter = (options: Partial<IRateLimiterRedisOptions>) =>
    new RateLimiterRedis({ storeClient, useRedisPackage: name === 'node-redis', points: 5, duration: 10, ...options })

  it('counts points until the window ends', async () => {
    const limit = limiter({ keyPrefix: 'login' })
    for (let i = 1; i <= 5; i++) {
      const { consumedPoints, remainingPoints, isFirstInDuration } = await limit.consume('joe')
      expect([consumedPoints, remainingPoints, isFirstInDuration]).toEqual([i, 5 - i, i === 1])
    }
    const refused: RateLimiterRes = await limit.consume('joe').catch((result) => result)
    expect(refused).toBeInstanceOf(RateLimiterRes)
    expect([refused.msBeforeNext, refused.consumedPoints, refused.remainingPoints]).toEqual([10_000, 6, 0])
    server.advance(4000)
    expect((await limit.get('joe'))!.msBeforeNext).toBe(6000)
    expect(await limit.get('ann')).toBeNull()
    server.advance(6000)
    expect((await limit.consume('joe', 2)).remainingPoints).toBe(3)
    expect((await limit.reward('joe')).consumedPoints).toBe(1)
    expect((await limit.penalty('joe', 3)).consumedPoints).toBe(4)
    expect(await limit.delete('joe')).toBe(true)
  })

  it('lets exactly so many of a crowd through', async () => {
    const limit = limiter({ keyPrefix: 'crowd', points: 30 })
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => limit.consume('all')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(30)
  })

  it('blocks for longer than the window, and bursts', async () => {
    const strict = limiter({ keyPrefix: 'strict', points: 1, duration: 1, blockDuration: 60 })
    await strict.consume('joe')
    const refused: RateLimiterRes = await strict.consume('joe').catch((result) => result)
    expect(refused.msBeforeNext).toBe(60_000)
    expect(await server.run('PTTL strict:joe')).toBe(60_000)
    await strict.block('ann', 5)
    expect(await server.run('PTTL strict:ann')).toBe(5000)
    const bursty = new BurstyRateLimiter(
      limiter({ keyPrefix: 'steady', points: 1, duration: 1 }),
      limiter({ keyPrefix: 'burst', points: 2, duration: 10 }),
    )
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => bursty.consume('joe')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  it('queues what it has to hold back', async () => {
    const queue = new RateLimiterQueue(limiter({ keyPrefix: 'queue', points: 3, duration: 60 }), { maxQueueSize: 1 })
    expect(await Promise.all([1, 2, 3].map(() => queue.removeTokens(1, 'x')))).toEqual([2, 1, 0])
    expect(await queue.getTokensRemaining('x')).toBe(0)
  })
})
