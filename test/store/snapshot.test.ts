import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/util/random.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function start(options: Parameters<typeof startKeyper>[0] = {}): Promise<TestServer> {
  const server = await startKeyper({ mirror: false, clock: 'system', ...options })
  open.push(server)
  return server
}

describe('a dump written in the background', () => {
  it('holds the data of the moment it was begun, whatever is written meanwhile', async () => {
    const server = await start()
    const client = await server.client()
    const random = seededRandom(1)
    for (let i = 0; i < 20; i++) {
      const batch: (string | number)[][] = []
      for (let k = 0; k < 2000; k++) {
        const n = i * 2000 + k
        batch.push(['SET', `s${n}`, random.hex(10)])
        if (n % 10 === 0) batch.push(['RPUSH', `l${n}`, 1, 2, 3], ['HSET', `h${n}`, 'f', n], ['SADD', `t${n}`, n, 'x'])
        if (n % 10 === 5)
          batch.push(['ZADD', `z${n}`, n, 'm'], ['XADD', `x${n}`, '1-1', 'f', 'v'], ['SETEX', `e${n}`, 1000, n])
      }
      await client.pipeline(batch)
    }
    const digest = await server.run('DEBUG DIGEST')
    expect(await server.run('BGSAVE')).toBe('Background saving started')
    let writes = 0
    while (server.store.snapshot !== null) {
      const batch: (string | number)[][] = []
      for (let k = 0; k < 50; k++) {
        const n = random.int(40_000)
        batch.push(
          ['APPEND', `s${n}`, 'y'],
          ['DEL', `s${random.int(40_000)}`],
          ['RPUSH', `l${n - (n % 10)}`, 4],
          ['HSET', `h${n - (n % 10)}`, 'g', 1],
          ['SREM', `t${n - (n % 10)}`, 'x'],
          ['ZINCRBY', `z${n}`, 1, 'm'],
          ['XADD', `x${n}`, '*', 'f', 'w'],
          ['PERSIST', `e${n}`],
          ['RENAME', `s${random.int(40_000)}`, `s${n}`],
          ['SET', `new${n}`, 1],
        )
      }
      await client.pipeline(batch)
      writes += batch.length
    }
    expect(writes).toBeGreaterThan(0)
    await server.until(() => !server.server.persistence.backgroundSaving)
    expect(await server.run('DEBUG DIGEST')).not.toBe(digest)
    const loaded = await start({ dir: server.dir })
    expect(await loaded.run('DEBUG DIGEST')).toBe(digest)
  })

  it('survives FLUSHALL and SWAPDB while it is written', async () => {
    const server = await start()
    await server.run('DEBUG POPULATE 30000 key 50')
    await server.run('SELECT 1')
    await server.run('SET one 1')
    await server.run('SELECT 0')
    const digest = await server.run('DEBUG DIGEST')
    const client = await server.client()
    await client.pipeline([
      ['BGSAVE'],
      ['SWAPDB', 0, 1],
      ['SET', 'other', 1],
      ['SELECT', 1],
      ['FLUSHDB'],
      ['SET', 'a', 1],
    ])
    await server.until(() => !server.server.persistence.backgroundSaving)
    const loaded = await start({ dir: server.dir })
    expect(await loaded.run('DEBUG DIGEST')).toBe(digest)
  })
})
