import { afterEach, expect, it } from 'vitest'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import {
  eventually,
  follow,
  linkIsUp,
  type Node,
  replicationInfo,
  settled,
  startKeyper,
  startRedisNode,
} from './nodes.ts'
import { Workload } from './workload.ts'

const CUTS = 20

describeWithRedis('replication with real servers', () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  async function keyper(directives?: Record<string, string>) {
    const node = await startKeyper(directives)
    stops.push(node.stop)
    return node
  }
  async function redis(directives?: Record<string, string>) {
    const node = await startRedisNode(directives)
    stops.push(node.stop)
    return node
  }
  async function proxy(port: number) {
    const made = await TcpProxy.start(port)
    stops.push(() => made.stop())
    return made
  }

  /** Writes to the master while the links are cut at random moments, some of them in the middle of a dump. */
  async function writeUnderCuts(master: Node, proxies: readonly TcpProxy[], seed: number) {
    const workload = new Workload(seed)
    const client = await master.client()
    for (let cut = 0; cut < CUTS; cut++) {
      await workload.run(client, 300)
      const victim = proxies[cut % proxies.length]
      const before = victim.connections
      if (cut % 3 === 2) victim.cut()
      else victim.cutAfter((cut * 977) % 4000)
      await workload.run(client, 300)
      // Others wait for the link to come back, or all cuts would hit a dead one.
      if (cut % 4 < 2)
        await eventually(
          () => victim.connections,
          (n) => n > before,
        )
    }
  }

  it('Redis follows Keyper, by a streamed dump and by a dump file', async () => {
    for (const streamed of ['yes', 'no']) {
      const master = await keyper({ 'repl-diskless-sync': streamed })
      const client = await master.client()
      const workload = new Workload(streamed.length)
      await workload.run(client, 2000)
      const replica = await redis()
      await follow(replica, master.port)
      // While the dump is on its way.
      await workload.run(client, 500)
      await linkIsUp(replica)
      await workload.run(client, 500)
      const { offset } = await settled(master, replica)
      expect(Number(offset)).toBeGreaterThan(1000)
      expect(await client.command('WAIT', 1, 5000)).toBe(1)
    }
  })

  it('Keyper follows Redis, by every kind of dump and of load', async () => {
    for (const [streamed, load] of [
      ['yes', 'disabled'],
      ['no', 'disabled'],
      ['yes', 'swapdb'],
      ['no', 'on-empty-db'],
    ]) {
      const master = await redis({ 'repl-diskless-sync': streamed })
      const client = await master.client()
      const workload = new Workload(load.length)
      await workload.run(client, 2000)
      const replica = await keyper({ 'repl-diskless-load': load })
      await replica.command('SET', 'old', 'data')
      await follow(replica, master.port)
      await workload.run(client, 500)
      await linkIsUp(replica)
      await workload.run(client, 500)
      await settled(master, replica)
      expect(await replica.command('EXISTS', 'old')).toBe(0)
      expect(await client.command('WAIT', 1, 5000)).toBe(1)
    }
  })

  it('Redis follows Keyper over a link that is cut', async () => {
    const master = await keyper()
    const link = await proxy(master.port)
    const replica = await redis()
    await follow(replica, link.port)
    await linkIsUp(replica)
    await writeUnderCuts(master, [link], 1)
    await settled(master, replica)
    const { syncPartialOk, syncFull } = master.app.server.stats
    expect(syncFull).toBe(1)
    expect(syncPartialOk).toBeGreaterThan(5)
  }, 60_000)

  it('Keyper follows Redis over a link that is cut', async () => {
    const master = await redis()
    const link = await proxy(master.port)
    const replica = await keyper()
    await follow(replica, link.port)
    await linkIsUp(replica)
    await writeUnderCuts(master, [link], 2)
    await settled(master, replica)
    const stats = String(await master.command('INFO', 'stats'))
    expect(stats).toContain('sync_full:1\r\n')
    expect(Number(/sync_partial_ok:(\d+)/.exec(stats)![1])).toBeGreaterThan(5)
  }, 60_000)

  it('a chain of Redis, Keyper and Redis stays equal over links that are cut', async () => {
    const top = await redis()
    const topLink = await proxy(top.port)
    const middle = await keyper()
    await follow(middle, topLink.port)
    await linkIsUp(middle)
    const middleLink = await proxy(middle.port)
    const bottom = await redis()
    await follow(bottom, middleLink.port)
    await linkIsUp(bottom)
    await writeUnderCuts(top, [topLink, middleLink], 3)
    await settled(top, middle, bottom)
    expect(topLink.connections).toBeGreaterThan(5)
    expect(middleLink.connections).toBeGreaterThan(5)
    expect(middle.app.server.stats.syncFull).toBe(1)
    expect(middle.app.server.stats.syncPartialOk).toBeGreaterThan(0)
  }, 60_000)

  it('a chain of Keyper, Redis and Keyper stays equal over links that are cut', async () => {
    const top = await keyper()
    const topLink = await proxy(top.port)
    const middle = await redis()
    await follow(middle, topLink.port)
    await linkIsUp(middle)
    const middleLink = await proxy(middle.port)
    const bottom = await keyper()
    await follow(bottom, middleLink.port)
    await linkIsUp(bottom)
    await writeUnderCuts(top, [topLink, middleLink], 4)
    await settled(top, middle, bottom)
  }, 60_000)

  it('a backlog that is too small makes for full copies, and equal data', async () => {
    const master = await keyper({ 'repl-backlog-size': '16384' })
    const link = await proxy(master.port)
    const replica = await redis()
    await follow(replica, link.port)
    await linkIsUp(replica)
    const client = await master.client()
    const workload = new Workload(5)
    for (let round = 0; round < 3; round++) {
      link.sever()
      await workload.run(client, 2000)
      link.restore()
      await linkIsUp(replica)
      await workload.run(client, 200)
      await settled(master, replica)
    }
    expect(master.app.server.stats.syncFull).toBe(4)
    // Redis, once a master, first asks whether its own history will do.
    expect(master.app.server.stats.syncPartialErr).toBe(4)
  }, 60_000)

  it('roles are exchanged without a full copy', async () => {
    const a = await keyper()
    const b = await redis()
    const c = await keyper()
    await follow(b, a.port)
    await follow(c, a.port)
    await linkIsUp(b)
    await linkIsUp(c)
    const workload = new Workload(6)
    await workload.run(await a.client(), 500)
    await settled(a, b, c)
    const full = a.app.server.stats.syncFull
    // b leads, the others follow it from where they are.
    await b.command('REPLICAOF', 'NO', 'ONE')
    await follow(a, b.port)
    await follow(c, b.port)
    await workload.run(await b.client(), 500)
    await settled(a, b, c)
    expect(String(await b.command('INFO', 'stats'))).toContain('sync_full:0\r\n')
    // And back again.
    await a.command('REPLICAOF', 'NO', 'ONE')
    await follow(b, a.port)
    await follow(c, a.port)
    await workload.run(await a.client(), 500)
    await settled(a, b, c)
    expect(a.app.server.stats.syncFull).toBe(full)
    expect((await replicationInfo(a)).get('master_replid2')).not.toBe('0'.repeat(40))
  }, 60_000)

  it('another history means a full copy', async () => {
    const master = await redis()
    const replica = await keyper({ replicaof: `127.0.0.1 ${master.port}` })
    await linkIsUp(replica)
    const workload = new Workload(8)
    const client = await master.client()
    await workload.run(client, 300)
    await master.command('DEBUG', 'CHANGE-REPL-ID')
    await master.command('CLIENT', 'KILL', 'TYPE', 'replica')
    await eventually(
      () => master.command('INFO', 'stats'),
      (stats) => String(stats).includes('sync_full:2\r'),
    )
    await linkIsUp(replica)
    await workload.run(client, 300)
    await settled(master, replica)
  }, 60_000)

  it('WAIT counts the replicas that have the writes of this client', async () => {
    const master = await keyper()
    const client = await master.client()
    await client.command('SET', 'a', 1)
    expect(await client.command('WAIT', 1, 10)).toBe(0)
    const first = await redis()
    await follow(first, master.port)
    await linkIsUp(first)
    await client.command('SET', 'a', 2)
    expect(await client.command('WAIT', 1, 0)).toBe(1)
    const second = await keyper()
    await follow(second, master.port)
    await linkIsUp(second)
    await client.command('SET', 'a', 3)
    expect(await client.command('WAIT', 2, 0)).toBe(2)
    expect(await client.command('WAIT', 3, 10)).toBe(2)
    for (const replica of [first, second]) expect(await replica.command('GET', 'a')).toBe('3')
    expect(await client.pipeline([['MULTI'], ['SET', 'a', 4], ['WAIT', 2, 0], ['EXEC']])).toMatchObject({
      3: ['OK', expect.any(Number)],
    })
  })

  it('a dump of megabytes passes both ways', async () => {
    const master = await keyper()
    await master.command('DEBUG', 'POPULATE', 100000, 'key', 100)
    const middle = await redis()
    await follow(middle, master.port)
    await linkIsUp(middle)
    const bottom = await keyper()
    await follow(bottom, middle.port)
    await linkIsUp(bottom)
    await new Workload(7).run(await master.client(), 1000)
    await settled(master, middle, bottom)
  }, 60_000)
})
