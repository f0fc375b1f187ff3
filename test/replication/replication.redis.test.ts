/** Replication with the real redis-server, in both directions and chained. */
import { afterEach, expect, it } from 'vitest'
import { seededRandom } from '../../src/util/random.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeWithRedis, type RedisProcess, startRedis } from '../support/redis-oracle.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`timed out waiting for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const open: { close?: () => Promise<void>; stop?: () => Promise<void> }[] = []
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await (it.close?.() ?? it.stop?.())
})

async function keyper(config: Record<string, string> = {}): Promise<TestServer> {
  const server = await startKeyper({
    clock: 'system',
    mirror: false,
    config: { 'repl-diskless-sync-delay': '0', ...config },
  })
  open.push({ close: () => server.close({ verify: false }) })
  return server
}

async function redis(config: Record<string, string | number> = {}): Promise<RedisProcess> {
  const server = await startRedis({
    config: { 'enable-debug-command': 'yes', 'repl-diskless-sync-delay': 0, ...config },
  })
  open.push(server)
  return server
}

async function proxy(port: number): Promise<TcpProxy> {
  const p = await TcpProxy.start(port)
  open.push(p)
  return p
}

async function info(client: RawClient, field: string): Promise<string> {
  const text = String(await client.command('INFO', 'replication'))
  return new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? ''
}

const linked = async (replica: RawClient) => (await info(replica, 'master_link_status')) === 'up'

async function atRest(master: RawClient, replicas: readonly RawClient[]): Promise<void> {
  for (const replica of replicas) {
    await until(async () => {
      if (!(await linked(replica))) return false
      return (await info(replica, 'slave_repl_offset')) === (await info(master, 'master_repl_offset'))
    }, 'equal offsets')
  }
}

async function sameData(clients: readonly RawClient[]): Promise<void> {
  const digests = await Promise.all(clients.map((c) => c.command('DEBUG', 'DIGEST')))
  expect(new Set(digests).size, digests.join(' ')).toBe(1)
}

/** A mixed load: what is random or depends on the time must reach replicas as what came of it. */
async function load(client: RawClient, rounds: number, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const key = (type: string) => `${type}:${random.int(20)}`
  for (let i = 0; i < rounds; i++) {
    const batch: (string | number)[][] = []
    for (let k = 0; k < 10; k++) {
      const n = random.int(1000)
      switch (random.int(16)) {
        case 0:
          batch.push(['SET', key('s'), n])
          break
        case 1:
          batch.push(['SETEX', key('s'), 100 + n, n])
          break
        case 2:
          batch.push(['SADD', key('set'), n, n + 1, `m${n}`])
          break
        case 3:
          batch.push(['SPOP', key('set')])
          break
        case 4:
          batch.push(['SPOP', key('set'), 2])
          break
        case 5:
          batch.push(['INCRBYFLOAT', key('f'), n / 7])
          break
        case 6:
          batch.push(['XADD', key('x'), 'MAXLEN', '~', 50, '*', 'f', n])
          break
        case 7:
          batch.push(['MULTI'], ['INCR', key('c')], ['LPUSH', key('l'), n], ['EXEC'])
          break
        case 8:
          batch.push(['LPUSH', key('l'), n, n], ['RPOP', key('l')])
          break
        case 9:
          batch.push(['ZADD', key('z'), n / 3, `m${n % 50}`], ['ZPOPMIN', key('z')])
          break
        case 10:
          batch.push(['HINCRBYFLOAT', key('h'), 'f', n / 11])
          break
        case 11:
          batch.push(['PEXPIRE', key('s'), 1 + random.int(50)])
          break
        case 12:
          batch.push(['SELECT', random.int(3)])
          break
        case 13:
          batch.push(['GETEX', key('s'), 'EX', 100])
          break
        case 14:
          batch.push(['LMOVE', key('l'), key('l'), 'LEFT', 'RIGHT'])
          break
        default:
          batch.push(['DEL', key('s')], ['RENAME', key('l'), key('l')])
      }
    }
    await client.pipeline(batch)
  }
}

describeWithRedis('redis-server as a replica of Keyper', () => {
  it('gets a full copy and the stream', async () => {
    const master = await keyper()
    const writer = await master.client()
    await load(writer, 30, 1)
    const replica = await redis()
    const reader = await replica.client()
    await reader.command('REPLICAOF', '127.0.0.1', master.port)
    await until(() => linked(reader), 'the link')
    await load(writer, 60, 2)
    await atRest(writer, [reader])
    await sameData([writer, reader])
    expect(await writer.command('WAIT', 1, 5000)).toBe(1)
  })

  it('gets the copy as a file where it is told to', async () => {
    const master = await keyper({ 'repl-diskless-sync': 'no' })
    const writer = await master.client()
    await load(writer, 30, 3)
    const reader = await (await redis()).client()
    await reader.command('REPLICAOF', '127.0.0.1', master.port)
    await until(() => linked(reader), 'the link')
    await load(writer, 20, 4)
    await atRest(writer, [reader])
    await sameData([writer, reader])
  })

  it('goes on after the link was cut twenty times, without another full copy', async () => {
    const master = await keyper()
    const link = await proxy(master.port)
    const writer = await master.client()
    const reader = await (await redis()).client()
    await reader.command('REPLICAOF', '127.0.0.1', link.port)
    await until(() => linked(reader), 'the link')
    const random = seededRandom(5)
    for (let i = 0; i < 20; i++) {
      const writing = load(writer, 5 + random.int(10), 100 + i)
      link.cut()
      await writing
      await until(() => master.server.stats.syncPartialOk > i, `partial copy ${i + 1}`)
      await until(() => linked(reader), 'the link')
    }
    await atRest(writer, [reader])
    await sameData([writer, reader])
    expect(master.server.stats.syncFull).toBe(1)
    expect(master.server.stats.syncPartialOk).toBe(20)
  }, 120_000)
})

describeWithRedis('Keyper as a replica of redis-server', () => {
  for (const diskless of ['yes', 'no']) {
    it(`gets a full copy (diskless ${diskless}) and the stream`, async () => {
      const master = await redis({ 'repl-diskless-sync': diskless })
      const writer = await master.client()
      await load(writer, 30, 6)
      const replica = await keyper({ replicaof: `127.0.0.1 ${master.port}` })
      const reader = await replica.client()
      await until(() => linked(reader), 'the link')
      await load(writer, 60, 7)
      await atRest(writer, [reader])
      await sameData([writer, reader])
      expect(await writer.command('WAIT', 1, 5000)).toBe(1)
      expect(String(await reader.raw('SET', 'a', 'b'))).toMatch(/^-READONLY/)
    })
  }

  it('goes on after the link was cut twenty times, without another full copy', async () => {
    const master = await redis()
    const link = await proxy(master.port)
    const writer = await master.client()
    const replica = await keyper({ replicaof: `127.0.0.1 ${link.port}` })
    const reader = await replica.client()
    await until(() => linked(reader), 'the link')
    const random = seededRandom(8)
    for (let i = 0; i < 20; i++) {
      const writing = load(writer, 5 + random.int(10), 200 + i)
      link.cut()
      await writing
      await until(() => linked(reader), 'the link')
    }
    await atRest(writer, [reader])
    await sameData([writer, reader])
    const stats = String(await writer.command('INFO', 'stats'))
    expect(stats).toMatch(/sync_full:1\r/)
  }, 120_000)

  it('starts over with a full copy when the history is another', async () => {
    const master = await redis()
    const writer = await master.client()
    const replica = await keyper({ replicaof: `127.0.0.1 ${master.port}` })
    const reader = await replica.client()
    await until(() => linked(reader), 'the link')
    await load(writer, 20, 9)
    await writer.command('DEBUG', 'CHANGE-REPL-ID')
    await writer.command('CLIENT', 'KILL', 'TYPE', 'replica')
    await until(async () => String(await writer.command('INFO', 'stats')).includes('sync_full:2\r'), 'a full copy')
    await until(() => linked(reader), 'the link')
    await load(writer, 20, 10)
    await atRest(writer, [reader])
    await sameData([writer, reader])
  }, 60_000)
})

describeWithRedis('a chain redis-server -> Keyper -> redis-server', () => {
  it('holds the same data all along, also after its links were cut', async () => {
    const top = await redis()
    const writer = await top.client()
    await load(writer, 20, 11)
    const topLink = await proxy(top.port)
    const middle = await keyper({ replicaof: `127.0.0.1 ${topLink.port}` })
    const middleClient = await middle.client()
    await until(() => linked(middleClient), 'the upper link')
    const bottomLink = await proxy(middle.port)
    const bottom = await (await redis()).client()
    await bottom.command('REPLICAOF', '127.0.0.1', bottomLink.port)
    await until(() => linked(bottom), 'the lower link')
    const random = seededRandom(12)
    for (let i = 0; i < 6; i++) {
      const writing = load(writer, 5 + random.int(10), 300 + i)
      if (random.int(2) === 0) topLink.cut()
      else bottomLink.cut()
      await writing
      await until(async () => (await linked(middleClient)) && (await linked(bottom)), 'both links')
    }
    await atRest(writer, [middleClient, bottom])
    await sameData([writer, middleClient, bottom])
    expect(await info(bottom, 'master_replid')).toBe(await info(writer, 'master_replid'))
  }, 120_000)

  it('goes on under a promoted Keyper without a full copy', async () => {
    const top = await redis()
    const writer = await top.client()
    const middle = await keyper({ replicaof: `127.0.0.1 ${top.port}` })
    const middleClient = await middle.client()
    await until(() => linked(middleClient), 'the upper link')
    const bottom = await (await redis()).client()
    await bottom.command('REPLICAOF', '127.0.0.1', middle.port)
    await until(() => linked(bottom), 'the lower link')
    await load(writer, 10, 13)
    await atRest(writer, [middleClient, bottom])
    expect(await middleClient.command('REPLICAOF', 'NO', 'ONE')).toBe('OK')
    await load(middleClient, 10, 14)
    await atRest(middleClient, [bottom])
    await sameData([middleClient, bottom])
    // The old master becomes a replica of the new one.
    await writer.command('REPLICAOF', '127.0.0.1', middle.port)
    await until(() => linked(writer), 'the old master')
    await atRest(middleClient, [bottom, writer])
    await sameData([middleClient, bottom, writer])
    expect(middle.server.stats.syncPartialOk).toBeGreaterThanOrEqual(1)
  }, 60_000)
})
