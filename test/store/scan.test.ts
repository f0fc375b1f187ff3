import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer

beforeAll(async () => {
  server = await startKeyper({ mirror: false })
})
afterAll(() => server.close())

/** Walks with SCAN, HSCAN, SSCAN or ZSCAN, calling `between` after every step. */
async function walk(command: string[], count: number, between: () => Promise<void>): Promise<string[]> {
  const found: string[] = []
  let cursor = '0'
  do {
    const [next, page] = (await server.call(...command, cursor, 'COUNT', count)) as [string, string[]]
    found.push(...page)
    cursor = next
    await between()
  } while (cursor !== '0')
  return found
}

const KINDS = {
  keys: { scan: ['SCAN'], add: (m: string) => ['SET', m, '1'], remove: (m: string) => ['DEL', m], width: 1 },
  hash: {
    scan: ['HSCAN', 'h'],
    add: (m: string) => ['HSET', 'h', m, '1'],
    remove: (m: string) => ['HDEL', 'h', m],
    width: 2,
  },
  set: {
    scan: ['SSCAN', 's'],
    add: (m: string) => ['SADD', 's', m],
    remove: (m: string) => ['SREM', 's', m],
    width: 1,
  },
  zset: {
    scan: ['ZSCAN', 'z'],
    add: (m: string) => ['ZADD', 'z', '1', m],
    remove: (m: string) => ['ZREM', 'z', m],
    width: 2,
  },
}

for (const [kind, { scan, add, remove, width }] of Object.entries(KINDS)) {
  it(`a walk over ${kind} returns everything that was there throughout, whatever comes and goes`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 900 }),
        fc.integer({ min: 1, max: 50 }),
        fc.infiniteStream(fc.nat(2000)),
        async (size, count, numbers) => {
          await server.run('FLUSHALL')
          const client = await server.client()
          await client.pipeline(Array.from({ length: size }, (_, i) => add(`stays${i}`)))
          await client.pipeline(Array.from({ length: 300 }, (_, i) => add(`goes${i}`)))
          const found = await walk(scan, count, async () => {
            const n = numbers.next().value as number
            await client.pipeline([
              add(`new${n}`),
              remove(`goes${n % 300}`),
              remove(`new${n >> 1}`),
              add(`goes${n % 7}`),
            ])
          })
          const seen = new Set(found.filter((_, i) => i % width === 0))
          for (let i = 0; i < size; i++) expect(seen.has(`stays${i}`), `stays${i}`).toBe(true)
          await client.close()
        },
      ),
      { numRuns: 15 },
    )
  })
}

it('a walk over what does not change returns everything once', async () => {
  await server.run('FLUSHALL')
  const client = await server.client()
  await client.pipeline(Array.from({ length: 1000 }, (_, i) => ['SET', `key${i}`, '1']))
  const found = await walk(['SCAN'], 7, async () => {})
  expect(found).toHaveLength(1000)
  expect(new Set(found).size).toBe(1000)
})
