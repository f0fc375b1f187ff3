/** The append-only file in the life of a server: growth, annotations, WAITAOF, roles, flushing, shutting down. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { error } from '../support/harness.ts'
import { FaultyDisk, info, manifest, newFolder, noSpace, part, restart, rewritten, start, text } from './support.ts'

const INCR = 'appendonly.aof.1.incr.aof'

describe('rewriting by itself', () => {
  it('begins when the files have grown enough', async () => {
    const dir = newFolder()
    const server = await start(dir, { 'auto-aof-rewrite-min-size': '10000' })
    for (let i = 0; i < 200; i++) await server.call('SET', 'k', 'x'.repeat(100))
    await server.until(async () => (await info(server, 'aof_rewrites')) === '1')
    await rewritten(server)
    expect(Number(await info(server, 'aof_current_size'))).toBeLessThan(1000)
    expect(server.log.some((line) => /^Starting automatic rewriting of AOF on \d+% growth$/.test(line))).toBe(true)
  })

  it('does not with a percentage of 0', async () => {
    const dir = newFolder()
    const server = await start(dir, { 'auto-aof-rewrite-min-size': '1000', 'auto-aof-rewrite-percentage': '0' })
    for (let i = 0; i < 200; i++) await server.call('SET', 'k', 'x'.repeat(100))
    const ticks = server.server.stats.commands
    await server.until(async () => Number(await info(server, 'aof_current_size')) > 20_000)
    expect(server.server.stats.commands).toBeGreaterThan(ticks)
    expect(await info(server, 'aof_rewrites')).toBe('0')
  })

  it('takes one point in time, whatever is written meanwhile', async () => {
    const dir = newFolder()
    let server = await start(dir)
    await server.run('DEBUG POPULATE 20000')
    await server.run('CONFIG SET appendonly no')
    await server.run('CONFIG SET appendonly yes')
    for (let round = 0; round < 3; round++) {
      await rewritten(server)
      expect(await server.run('BGREWRITEAOF')).toMatch(/started$/)
      const client = await server.client()
      for (let i = 0; i < 100; i++) {
        await client.pipeline([...Array(50)].map((_, j) => ['APPEND', `key:${(i * 50 + j) * 4}`, `${round}`]))
        await client.command('INCR', 'counter')
      }
      await client.pipeline([...Array(100)].map((_, j) => ['DEL', `key:${j * 7 + round}`]))
      if (round === 1) await client.command('SWAPDB', 0, 1)
      if (round === 1) await client.command('MOVE', 'key:9', 0)
    }
    await rewritten(server)
    const digest = await server.run('DEBUG DIGEST')
    expect(await server.run('DEBUG LOADAOF')).toBe('OK')
    expect(await server.run('DEBUG DIGEST')).toBe(digest)
    server = await restart(server, dir)
    expect(await server.run('DEBUG DIGEST')).toBe(digest)
  })

  it('waits for a transaction to end', async () => {
    const dir = newFolder()
    let server = await start(dir)
    await server.run('MULTI')
    await server.run('INCR a')
    await server.run('BGREWRITEAOF')
    await server.run('INCR a')
    await server.run('EXEC')
    await rewritten(server)
    server = await restart(server, dir)
    expect(await server.run('GET a')).toBe('2')
  })

  it('and BGSAVE take turns', async () => {
    const dir = newFolder()
    const server = await start(dir)
    await server.run('DEBUG POPULATE 50000')
    const client = await server.client()
    const replies = await client.pipeline([['BGSAVE'], ['BGREWRITEAOF'], ['BGREWRITEAOF']])
    expect(replies[0]).toBe('Background saving started')
    expect(replies[1]).toBe('Background append only file rewriting scheduled')
    await rewritten(server)
    await server.run('BGREWRITEAOF')
    await server.until(() => server.store.snapshot !== null)
    expect(await client.pipeline([['BGREWRITEAOF'], ['BGSAVE'], ['BGSAVE', 'SCHEDULE'], ['SAVE']])).toEqual([
      error('ERR Background append only file rewriting already in progress'),
      error(
        "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.",
      ),
      'Background saving scheduled',
      'OK',
    ])
    await rewritten(server)
    const digest = await server.run('DEBUG DIGEST')
    expect(await server.run('DEBUG LOADAOF')).toBe('OK')
    expect(await server.run('DEBUG DIGEST')).toBe(digest)
  })

  it('keeps what it replaces while aof-disable-auto-gc says so', async () => {
    const dir = newFolder()
    const server = await start(dir, { 'aof-disable-auto-gc': 'yes' })
    await server.run('SET a 1')
    await server.run('BGREWRITEAOF')
    await rewritten(server)
    const current = 'file appendonly.aof.2.base.rdb seq 2 type b\n'
    const increment = 'file appendonly.aof.2.incr.aof seq 2 type i\n'
    expect(manifest(dir)).toBe(
      `${current}file ${INCR} seq 1 type h\nfile appendonly.aof.1.base.rdb seq 1 type h\n${increment}`,
    )
    expect(existsSync(part(dir, INCR))).toBe(true)
    await server.run('CONFIG SET aof-disable-auto-gc no')
    await server.until(() => manifest(dir) === current + increment)
    expect(existsSync(part(dir, INCR))).toBe(false)
  })

  it('works while the file is off, for the next time it is on', async () => {
    const dir = newFolder()
    let server = await start(dir, { appendonly: 'no' })
    await server.run('SET a 1')
    await server.run('BGREWRITEAOF')
    await rewritten(server)
    expect(manifest(dir)).toBe('file appendonly.aof.1.base.rdb seq 1 type b\n')
    await server.run('SET b 2')
    server = await restart(server, dir)
    expect(await server.run('MGET a b')).toEqual(['1', null])
  })
})

it('marks the time where aof-timestamp-enabled says so', async () => {
  const dir = newFolder()
  let server = await start(dir, { 'aof-timestamp-enabled': 'yes', 'aof-use-rdb-preamble': 'no' })
  await server.run('SET a 1')
  await server.run('SET b 1')
  expect(text(dir, INCR)).toMatch(/^#TS:\d{10}\r\n\*2\r\n\$6\r\nSELECT/)
  await server.run('BGREWRITEAOF')
  await rewritten(server)
  expect(text(dir, 'appendonly.aof.2.base.aof')).toMatch(/^#TS:\d{10}\r\n/)
  server = await restart(server, dir)
  expect(await server.run('DBSIZE')).toBe(2)
})

describe('WAITAOF', () => {
  it('waits for the next fsync', async () => {
    const server = await start(newFolder(), { appendfsync: 'everysec' })
    expect(await server.run('WAITAOF 1 0 0')).toEqual([1, 0])
    await server.run('SET a 1')
    expect(await server.run('WAITAOF 0 0 0')).toEqual([expect.any(Number), 0])
    expect(await server.run('WAITAOF 1 0 0')).toEqual([1, 0])
    await server.run('CONFIG SET appendfsync always')
    await server.run('SET a 2')
    expect(await server.run('WAITAOF 1 0 0')).toEqual([1, 0])
    await server.run('CONFIG SET appendfsync no')
    await server.run('SET a 3')
    expect(await server.run('WAITAOF 1 0 20')).toEqual([0, 0])
    expect(await server.run('WAITAOF 0 1 20')).toEqual([0, 0])
    const waiter = await server.client()
    await waiter.command('SET', 'a', '4')
    const reply = waiter.command('WAITAOF', 1, 0, 0)
    await server.until(() => server.server.blocking.suspended === 1)
    await server.run('CONFIG SET appendonly no')
    expect(await reply).toEqual(error('ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.'))
    expect(await server.run('WAITAOF 1 0 0')).toEqual(
      error('ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.'),
    )
    expect(await server.run('WAITAOF 2 0 0')).toEqual(error('ERR value is out of range, value must between 0 and 1'))
    expect(await server.run('WAITAOF 0 -1 0')).toEqual(error('ERR value is out of range, must be positive'))
  })

  it('counts replicas that have it on their disks; a full copy begins their file anew', async () => {
    const master = await start(newFolder(), { appendonly: 'no', 'repl-diskless-sync-delay': '0' })
    await master.run('SET before 1')
    const dir = newFolder()
    let replica = await start(dir, { appendfsync: 'everysec' })
    await replica.run('SET own 1')
    await replica.run(`REPLICAOF 127.0.0.1 ${master.port}`)
    await master.until(() => master.server.replication.replicas.good === 1)
    await rewritten(replica)
    await master.run('SET after 2')
    expect(await master.run('WAITAOF 0 1 0')).toEqual([0, 1])
    expect(await replica.run('WAITAOF 0 0 0')).toEqual(
      error(
        'ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated.',
      ),
    )
    replica = await restart(replica, dir)
    expect(await replica.run('MGET before after own')).toEqual(['1', '2', null])
  })
})

describe('the rest of the server', () => {
  it('flushes, reloads and swaps without harm to the file', async () => {
    const dir = newFolder()
    let server = await start(dir, { save: '3600 1' })
    await server.run('SET a 1')
    await server.run('FLUSHALL')
    await server.run('SET b 2')
    await server.run('DEBUG RELOAD')
    await server.run('SELECT 2')
    await server.run('SET c 3')
    await server.run('SWAPDB 2 5')
    const digest = await server.run('DEBUG DIGEST')
    server = await restart(server, dir, { save: '3600 1' })
    expect(await server.run('DEBUG DIGEST')).toBe(digest)
    // What a dump of another time brings back is in the file too.
    await server.run('SET d 4')
    await server.run('DEBUG RELOAD NOSAVE')
    const reloaded = await server.run('DEBUG DIGEST')
    expect(reloaded).not.toBe(digest)
    await rewritten(server)
    server = await restart(server, dir)
    expect(await server.run('DEBUG DIGEST')).toBe(reloaded)
  })

  it('writes everything before it shuts down, and does not when it cannot', async () => {
    const dir = newFolder()
    const server = await start(dir, { appendonly: 'no' })
    const disk = new FaultyDisk()
    server.server.persistence.aof.files = disk
    await server.run('CONFIG SET appendonly yes')
    await rewritten(server)
    let ended = false
    server.server.onShutdown = () => {
      ended = true
    }
    disk.writeError = noSpace()
    const writer = await server.client()
    const pending = writer.command('SET', 'a', '1')
    await server.until(async () => (await info(server, 'aof_last_write_status')) === 'err')
    expect(await server.run('SHUTDOWN')).toEqual(error('ERR Errors trying to SHUTDOWN. Check logs.'))
    expect(ended).toBe(false)
    disk.writeError = null
    server.server.shutdown(null, { save: null, now: true, force: false })
    expect(ended).toBe(true)
    expect(await pending).toBe('OK')
    expect(existsSync(part(dir, INCR))).toBe(true)
    expect(text(dir, INCR)).toContain('SET')
  })

  it('sends what expires and what blocked clients take to the file', async () => {
    const dir = newFolder()
    let server = await start(dir)
    await server.run('SET short 1 PX 10')
    const popper = await server.client()
    const popped = popper.command('BLPOP', 'l', 0)
    await server.until(() => server.server.blocking.suspended === 1)
    await server.run('RPUSH l a b')
    expect(await popped).toEqual(['l', 'a'])
    await server.until(async () => (await server.run('DBSIZE')) === 1)
    await server.until(() => text(dir, INCR).includes('DEL'))
    server = await restart(server, dir)
    expect(await server.run('LRANGE l 0 -1')).toEqual(['b'])
    expect(await server.run('DBSIZE')).toBe(1)
  })

  it('keeps the replies of a pipeline in order, with always', async () => {
    const server = await start(newFolder(), { appendfsync: 'always' })
    const client = await server.client()
    for (let round = 0; round < 20; round++) {
      const replies = await client.pipeline(
        [...Array(100)].map((_, i) => (i % 3 === 0 ? ['INCR', 'n'] : ['ECHO', `${round}:${i}`])),
      )
      expect(replies).toEqual([...Array(100)].map((_, i) => (i % 3 === 0 ? round * 34 + i / 3 + 1 : `${round}:${i}`)))
    }
    client.send('*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*1\r\n$4\r\nQUIT\r\n')
    expect(await client.readUntilClosed()).toBe(':681\r\n+OK\r\n')
  })
})
