import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { error, startKeyper, type TestServer } from '../support/harness.ts'
import { describeWithRedis, startRedis } from '../support/redis-oracle.ts'

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function keyper(config: Record<string, string> = {}): Promise<TestServer> {
  const server = await startKeyper({ clock: 'system', config })
  stops.push(() => server.close())
  return server
}

describe('MIGRATE', () => {
  it('moves a key with its deadline, and deletes it here', async () => {
    const source = await keyper()
    const target = await keyper()
    await source.run('HSET h a 1 b 2')
    await source.run('PEXPIRE h 100000')
    expect(await source.run(`MIGRATE 127.0.0.1 ${target.port} h 3 5000`)).toBe('OK')
    expect(await source.run('EXISTS h')).toBe(0)
    await target.run('SELECT 3')
    expect(await target.run('HGETALL h')).toEqual(['a', '1', 'b', '2'])
    expect(Number(await target.run('PTTL h'))).toBeGreaterThan(90_000)
    expect(String(await source.run('INFO stats'))).toContain('migrate_cached_sockets:1\r\n')
  })

  it('moves many, leaves out those that are not there, copies and replaces', async () => {
    const source = await keyper()
    const target = await keyper()
    await source.run('MSET a 1 b 2 c 3')
    await target.run('SET b other')
    expect(await source.call('MIGRATE', '127.0.0.1', target.port, '', 0, 5000, 'COPY', 'KEYS', 'a', 'none', 'c')).toBe(
      'OK',
    )
    expect(await source.run('EXISTS a b c')).toBe(3)
    expect(await target.run('MGET a b c')).toEqual(['1', 'other', '3'])
    expect(await source.call('MIGRATE', '127.0.0.1', target.port, 'b', 0, 5000)).toEqual(
      error('ERR Target instance replied with error: BUSYKEY Target key name already exists.'),
    )
    expect(await source.run('EXISTS b')).toBe(1)
    expect(await source.call('MIGRATE', '127.0.0.1', target.port, 'b', 0, 5000, 'REPLACE')).toBe('OK')
    expect(await target.run('GET b')).toBe('2')
    expect(await source.run(`MIGRATE 127.0.0.1 ${target.port} b 0 5000`)).toBe('NOKEY')
  })

  it('logs in with AUTH and AUTH2', async () => {
    const source = await keyper()
    const target = await keyper({ requirepass: 'secret' })
    const seen = await target.client()
    await seen.command('AUTH', 'secret')
    await source.run('MSET a 1 b 2')
    expect(String((await source.call('MIGRATE', '127.0.0.1', target.port, 'a', 0, 5000)) as object)).toBeTruthy()
    expect(await source.run('EXISTS a')).toBe(1)
    expect(await source.call('MIGRATE', '127.0.0.1', target.port, 'a', 0, 5000, 'AUTH', 'secret')).toBe('OK')
    expect(await source.call('MIGRATE', '127.0.0.1', target.port, 'b', 0, 5000, 'AUTH2', 'default', 'secret')).toBe(
      'OK',
    )
    expect(await seen.command('MGET', 'a', 'b')).toEqual(['1', '2'])
    target.server.config.requirepass = ''
  })

  it('gives up after its time, holding others until then, and keeps the key', async () => {
    const silent: Server = createServer((socket) => stops.push(async () => socket.destroy()))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    stops.push(async () => silent.close())
    const { port } = silent.address() as { port: number }
    const source = await keyper()
    await source.run('SET a 1')
    const other = await source.client()
    const migrated = source.call('MIGRATE', '127.0.0.1', port, 'a', 0, 200)
    await source.until(() => source.server.blocking.suspended === 1)
    const read = other.command('GET', 'a')
    expect(await migrated).toEqual(error('IOERR error or timeout reading to target instance'))
    expect(await read).toBe('1')
  })

  it('says when nobody listens there, and when it cannot wait', async () => {
    const source = await keyper()
    await source.run('SET a 1')
    expect(await source.run('MIGRATE 127.0.0.1 1 a 0 1000')).toEqual(
      error('IOERR error or timeout writing to target instance'),
    )
    await source.run('MULTI')
    await source.run('MIGRATE 127.0.0.1 1 a 0 1000')
    expect(await source.run('EXEC')).toEqual([
      error('ERR MIGRATE waits for another server, which it cannot do in a transaction or a script'),
    ])
  })
})

describeWithRedis('MIGRATE with real servers', () => {
  it('moves keys to redis-server and back', async () => {
    const ours = await keyper()
    const real = await startRedis({ config: { 'enable-debug-command': 'yes' } })
    stops.push(() => real.stop())
    const theirs = await real.client()
    await ours.run('RPUSH l 1 2 3')
    await ours.run('ZADD z 1 a 2 b')
    const digest = await ours.run('DEBUG DIGEST')
    expect(await ours.call('MIGRATE', '127.0.0.1', real.port, '', 0, 5000, 'KEYS', 'l', 'z')).toBe('OK')
    expect(await theirs.command('DEBUG', 'DIGEST')).toBe(digest)
    expect(await theirs.command('MIGRATE', '127.0.0.1', ours.port, '', 0, 5000, 'KEYS', 'l', 'z')).toBe('OK')
    expect(await ours.run('DEBUG DIGEST')).toBe(digest)
    await theirs.close()
  })
})
