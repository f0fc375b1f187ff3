import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer

beforeAll(async () => {
  server = await startKeyper({ mirror: false })
})
afterAll(() => server.close())

describe('MEMORY', () => {
  it('STATS adds up', async () => {
    await server.run('DEBUG POPULATE 100')
    await server.run('SETEX a 100 b')
    const client = await server.client(3)
    const stats = (await client.command('MEMORY', 'STATS')) as unknown as Map<string, number>
    const at = (name: string) => stats.get(name)!
    expect(stats.size).toBe(28)
    expect(at('keys.count')).toBe(101)
    expect(at('peak.allocated')).toBeGreaterThanOrEqual(at('total.allocated'))
    expect(at('overhead.total') + at('dataset.bytes')).toBe(at('total.allocated'))
    expect(stats.get('db.0')).toBeInstanceOf(Map)
    expect((stats.get('db.0') as unknown as Map<string, number>).get('overhead.hashtable.expires')).toBeGreaterThan(0)
    expect(at('clients.normal')).toBeGreaterThan(0)
  })

  it('DOCTOR, MALLOC-STATS and PURGE answer', async () => {
    expect(await server.run('MEMORY DOCTOR')).toMatch(/\n$/)
    expect(await server.run('MEMORY MALLOC-STATS')).toContain('old_space')
    expect(await server.run('MEMORY PURGE')).toBe('OK')
  })
})

describe('LOLWUT', () => {
  it('draws, and ends with the version', async () => {
    for (const line of ['LOLWUT', 'LOLWUT VERSION 5', 'LOLWUT version 6 30 10 5', 'LOLWUT x']) {
      expect(await server.run(line)).toMatch(/\nRedis ver\. 7\.2\.4\n$/)
    }
    const picture = String(await server.run('LOLWUT 90 40 10')).split('\n')
    expect(picture.slice(0, 10).some((line) => line.includes(':') || line.includes('.'))).toBe(true)
    expect(picture[11]).toContain('Rule 90, 20 generations')
    expect(String(await server.run('LOLWUT 999 99999 99999')).length).toBeLessThan(110_000)
  })
})
