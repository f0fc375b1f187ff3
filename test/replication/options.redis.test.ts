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

async function raw(node: Node, ...argv: (string | number)[]): Promise<string> {
  return (await node.client()).raw(...argv)
}

describeWithRedis('replication options, with real servers', () => {
  it('masterauth and masteruser let a replica in', async () => {
    const secured = { requirepass: 'secret', masterauth: 'secret' }
    const real = await redis(secured)
    await real.command('AUTH', 'secret')
    const ours = await keyper({ masterauth: 'secret' })
    await follow(ours, real.port)
    await linkIsUp(ours)
    await real.command('SET', 'a', 1)
    await settled(real, ours)

    const master = await keyper(secured)
    await master.command('AUTH', 'secret')
    const named = await redis({ masterauth: 'secret', masteruser: 'default' })
    await follow(named, master.port)
    await linkIsUp(named)
    await master.command('SET', 'a', 2)
    await settled(master, named)
  })

  it('a wrong masterauth is logged, keeps the old data, and goes on trying', async () => {
    const master = await redis({ requirepass: 'secret' })
    const replica = await keyper({ masterauth: 'wrong' })
    await replica.command('SET', 'kept', 1)
    await follow(replica, master.port)
    await eventually(
      () => replica.log.filter((line) => /AUTH/.test(line)).length,
      (lines) => lines > 0,
    )
    expect(await replica.command('GET', 'kept')).toBe('1')
    await replica.command('CONFIG', 'SET', 'masterauth', 'secret')
    await linkIsUp(replica)
    expect(await replica.command('GET', 'kept')).toBe(null)
  })

  it('min-replicas-to-write refuses writes until enough replicas are near', async () => {
    const master = await keyper({ 'min-replicas-to-write': '1', 'min-replicas-max-lag': '10' })
    expect(await raw(master, 'SET', 'a', 1)).toBe('-NOREPLICAS Not enough good replicas to write.\r\n')
    expect(await master.command('GET', 'a')).toBe(null)
    const replica = await redis()
    await follow(replica, master.port)
    await linkIsUp(replica)
    await eventually(
      () => raw(master, 'SET', 'a', 1),
      (reply) => reply === '+OK\r\n',
    )
    await replica.stop()
    stops.splice(stops.indexOf(replica.stop), 1)
    await eventually(
      () => raw(master, 'SET', 'a', 2),
      (reply) => reply.startsWith('-NOREPLICAS'),
    )
    await master.command('CONFIG', 'SET', 'min-replicas-to-write', 0)
    expect(await master.command('SET', 'a', 3)).toBe('OK')
  })

  it('replica-announce-ip and -port are what the master shows, as Redis does', async () => {
    const announced = { 'replica-announce-ip': '10.1.2.3', 'replica-announce-port': '4567' }
    for (const [master, replica] of [
      [await redis(), await keyper(announced)],
      [await keyper(), await redis(announced)],
    ]) {
      await follow(replica, master.port)
      await linkIsUp(replica)
      await eventually(
        () => replicationInfo(master),
        (info) => /^ip=10\.1\.2\.3,port=4567,state=online,/.test(info.get('slave0')!),
      )
      expect(await master.command('ROLE')).toMatchObject([
        'master',
        expect.any(Number),
        [['10.1.2.3', '4567', expect.any(String)]],
      ])
    }
  })

  it('replica-serve-stale-data no refuses reads while the link is down', async () => {
    const master = await redis()
    const link = await TcpProxy.start(master.port)
    stops.push(() => link.stop())
    const replica = await keyper({ 'replica-serve-stale-data': 'no' })
    await follow(replica, link.port)
    await linkIsUp(replica)
    expect(await replica.command('GET', 'a')).toBe(null)
    link.sever()
    await eventually(
      () => raw(replica, 'GET', 'a'),
      (reply) => reply === "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n",
    )
    expect(await raw(replica, 'PING')).toMatch(/^-MASTERDOWN/)
    expect(await raw(replica, 'INFO', 'replication')).toMatch(/^\$/)
    link.restore()
    await linkIsUp(replica)
    expect(await replica.command('GET', 'a')).toBe(null)
  })

  it('replica-read-only no lets clients write, unseen by the master and by further replicas', async () => {
    const master = await redis()
    const replica = await keyper({ 'replica-read-only': 'no' })
    await follow(replica, master.port)
    await linkIsUp(replica)
    const further = await redis()
    await follow(further, replica.port)
    await linkIsUp(further)
    expect(await replica.command('SET', 'own', 1)).toBe('OK')
    await master.command('SET', 'shared', 1)
    await eventually(
      () => further.command('GET', 'shared'),
      (value) => value === '1',
    )
    expect(await further.command('GET', 'own')).toBe(null)
    expect(await master.command('GET', 'own')).toBe(null)
  })

  it('a replica neither expires nor evicts by itself, but answers as if it had', async () => {
    const master = await redis()
    const replica = await keyper()
    await follow(replica, master.port)
    await linkIsUp(replica)
    await master.command('DEBUG', 'SET-ACTIVE-EXPIRE', 0)
    await master.command('SET', 'a', 1, 'PX', 30)
    await eventually(
      () => replica.command('DBSIZE'),
      (size) => size === 1,
    )
    await eventually(
      () => replica.command('GET', 'a'),
      (value) => value === null,
    )
    expect(await replica.command('DBSIZE')).toBe(1)
    expect(await master.command('GET', 'a')).toBe(null)
    await eventually(
      () => replica.command('DBSIZE'),
      (size) => size === 0,
    )
  })

  it('ROLE and INFO of a replica have the fields that tools read', async () => {
    const master = await redis()
    const real = await redis()
    const ours = await keyper()
    for (const replica of [real, ours]) {
      await follow(replica, master.port)
      await linkIsUp(replica)
    }
    await master.command('SET', 'a', 1)
    await settled(master, real, ours)
    const [theirRole, ourRole] = await Promise.all([real.command('ROLE'), ours.command('ROLE')])
    expect((ourRole as unknown[]).slice(0, 4)).toEqual((theirRole as unknown[]).slice(0, 4))
    const theirs = [...(await replicationInfo(real)).keys()]
    const own = new Set((await replicationInfo(ours)).keys())
    expect(theirs.filter((name) => !own.has(name))).toEqual([])
  })
})
