/** The append-only file in this process: what is written, and that it comes back. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bulk, info, manifest, newFolder, part, restart, rewritten, start, text } from './support.ts'

describe('what is appended', () => {
  for (const appendfsync of ['always', 'everysec', 'no']) {
    it(`comes back after a restart (${appendfsync})`, async () => {
      const dir = newFolder()
      let server = await start(dir, { appendfsync })
      await server.run('SET a 1')
      await server.run('SELECT 3')
      await server.run('RPUSH l x y')
      await server.run('MULTI')
      await server.run('SET b 2')
      await server.run('INCR a')
      await server.run('EXEC')
      const digest = await server.run('DEBUG DIGEST')
      expect(manifest(dir)).toBe(
        'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n',
      )
      expect(text(dir, 'appendonly.aof.1.incr.aof')).toBe(
        bulk('SELECT', '0') +
          bulk('SET', 'a', '1') +
          bulk('SELECT', '3') +
          bulk('RPUSH', 'l', 'x', 'y') +
          bulk('MULTI') +
          bulk('SET', 'b', '2') +
          bulk('INCR', 'a') +
          bulk('EXEC'),
      )
      server = await restart(server, dir)
      expect(await server.run('DEBUG DIGEST')).toBe(digest)
      // The same increment goes on.
      await server.run('SET c 3')
      server = await restart(server, dir)
      expect(await server.run('GET c')).toBe('3')
      expect(await info(server, 'aof_enabled')).toBe('1')
      expect(manifest(dir)).toContain('appendonly.aof.1.incr.aof seq 1 type i')
    })
  }

  it('is loaded by DEBUG LOADAOF', async () => {
    const dir = newFolder()
    const server = await start(dir)
    await server.run('SET a 1')
    await server.run('PEXPIRE a 100000000')
    const digest = await server.run('DEBUG DIGEST')
    expect(await server.run('DEBUG LOADAOF')).toBe('OK')
    expect(await server.run('DEBUG DIGEST')).toBe(digest)
    expect(await server.run('GET a')).toBe('1')
    const before = text(dir, 'appendonly.aof.1.incr.aof')
    await server.run('SET b 1')
    expect(text(dir, 'appendonly.aof.1.incr.aof')).toBe(before + bulk('SET', 'b', '1'))
  })
})

describe('rewriting', () => {
  for (const preamble of ['yes', 'no']) {
    it(`replaces all files (aof-use-rdb-preamble ${preamble})`, async () => {
      const dir = newFolder()
      let server = await start(dir, { 'aof-use-rdb-preamble': preamble })
      for (let i = 0; i < 200; i++) await server.call('SET', `key:${i}`, String(i))
      await server.run('RPUSH l a b c')
      await server.run('SADD s 1 2 3 x')
      await server.run('HSET h f v g w')
      await server.run('ZADD z 1.5 a inf b')
      await server.run('XADD st 1-1 f v')
      await server.run('XGROUP CREATE st g 0')
      await server.run('XREADGROUP GROUP g c COUNT 1 STREAMS st >')
      await server.run('APPEND app xyz')
      await server.run('APPEND app \\xff')
      expect(await server.run('BGREWRITEAOF')).toBe('Background append only file rewriting started')
      await server.run('SET during 1')
      await rewritten(server)
      expect(await info(server, 'aof_last_bgrewrite_status')).toBe('ok')
      await server.run('SET after 1')
      const digest = await server.run('DEBUG DIGEST')
      const extension = preamble === 'yes' ? 'rdb' : 'aof'
      await server.until(() => !existsSync(part(dir, 'appendonly.aof.1.incr.aof')))
      await server.until(() => !manifest(dir).includes('type h'))
      expect(manifest(dir)).toBe(
        `file appendonly.aof.2.base.${extension} seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n`,
      )
      expect(readdirSync(join(dir, 'appendonlydir')).sort()).toEqual([
        `appendonly.aof.2.base.${extension}`,
        'appendonly.aof.2.incr.aof',
        'appendonly.aof.manifest',
      ])
      server = await restart(server, dir)
      expect(await server.run('DEBUG DIGEST')).toBe(digest)
    })
  }

  it('begins when the file is turned on, which may happen at run time', async () => {
    const dir = newFolder()
    let server = await start(dir, { appendonly: 'no' })
    await server.run('SET a 1')
    expect(await server.run('CONFIG SET appendonly yes')).toBe('OK')
    expect(await info(server, 'aof_enabled')).toBe('1')
    await server.run('SET b 2')
    await rewritten(server)
    await server.run('SET c 3')
    server = await restart(server, dir)
    expect(await server.run('MGET a b c')).toEqual(['1', '2', '3'])
    expect(await server.run('CONFIG SET appendonly no')).toBe('OK')
    await server.run('SET d 4')
    expect(await info(server, 'aof_enabled')).toBe('0')
    server = await restart(server, dir)
    expect(await server.run('MGET c d')).toEqual(['3', null])
  })
})

it('takes over a single file of old', async () => {
  const dir = newFolder()
  writeFileSync(join(dir, 'appendonly.aof'), bulk('SELECT', '0') + bulk('SET', 'old', 'yes'))
  let server = await start(dir)
  expect(await server.run('GET old')).toBe('yes')
  expect(existsSync(join(dir, 'appendonly.aof'))).toBe(false)
  await server.run('SET new yes')
  server = await restart(server, dir)
  expect(await server.run('MGET old new')).toEqual(['yes', 'yes'])
})
