/** Disks that are full, broken or slow: nothing is acknowledged that is not safe, and the server recovers. */
import { describe, expect, it } from 'vitest'
import { error, type TestServer } from '../support/harness.ts'
import { FaultyDisk, info, ioError, manifest, newFolder, noSpace, restart, rewritten, start } from './support.ts'

async function withDisk(
  config: Record<string, string> = {},
): Promise<{ server: TestServer; disk: FaultyDisk; dir: string }> {
  const dir = newFolder()
  const server = await start(dir, { appendonly: 'no', ...config })
  const disk = new FaultyDisk()
  server.server.persistence.aof.files = disk
  expect(await server.run('CONFIG SET appendonly yes')).toBe('OK')
  await rewritten(server)
  return { server, disk, dir }
}

const misconf = (reason: string) => error(`MISCONF Errors writing to the AOF file: ${reason}`)

/** Has a promise settled after some turns of the event loop? */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true
  void promise.then(() => {
    pending = false
  })
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
  return pending
}

describe('a full disk', () => {
  for (const appendfsync of ['always', 'everysec', 'no']) {
    it(`stops writes, not reads, until there is room again (${appendfsync})`, async () => {
      const { server, disk, dir } = await withDisk({ appendfsync })
      expect(await server.run('SET a 1')).toBe('OK')
      disk.writeError = noSpace()
      disk.takesBefore = 9
      const writer = await server.client()
      const unacknowledged = writer.command('SET', 'b', '2')
      await server.until(async () => (await info(server, 'aof_last_write_status')) === 'err')
      expect(await server.run('SET c 3')).toEqual(misconf('No space left on device'))
      expect(await server.run('GET a')).toBe('1')
      expect(await isPending(unacknowledged)).toBe(true)
      disk.writeError = null
      expect(await unacknowledged).toBe('OK')
      expect(await info(server, 'aof_last_write_status')).toBe('ok')
      expect(await server.run('SET d 4')).toBe('OK')
      const again = await restart(server, dir)
      expect(await again.run('MGET a b c d')).toEqual(['1', '2', null, '4'])
    })
  }

  it('leaves whole commands only', async () => {
    const { server, disk, dir } = await withDisk()
    disk.writeError = noSpace()
    disk.takesBefore = 20
    const writer = await server.client()
    const pending = writer.command('SET', 'key', 'x'.repeat(100))
    pending.catch(() => {})
    await server.until(async () => (await info(server, 'aof_last_write_status')) === 'err')
    await server.close()
    const again = await start(dir, { 'aof-load-truncated': 'no' })
    expect(await again.run('DBSIZE')).toBe(0)
  })

  it('makes a rewrite fail, and the old files go on', async () => {
    const { server, disk, dir } = await withDisk()
    await server.run('SET a 1')
    await server.until(async () => (await info(server, 'aof_buffer_length')) === '0')
    disk.replaceError = noSpace()
    expect(await server.run('BGREWRITEAOF')).toMatch(/started$/)
    await rewritten(server)
    expect(await info(server, 'aof_last_bgrewrite_status')).toBe('err')
    expect(await info(server, 'aof_rewrites_consecutive_failures')).toBe('1')
    await server.run('SET b 2')
    disk.replaceError = null
    disk.createError = noSpace()
    expect(await server.run('BGREWRITEAOF')).toEqual(
      error("ERR Can't execute an AOF background rewriting. Please check the server logs for more information."),
    )
    disk.createError = null
    await server.run('SET c 3')
    let again = await restart(server, dir)
    expect(await again.run('MGET a b c')).toEqual(['1', '2', '3'])
    await again.run('BGREWRITEAOF')
    await rewritten(again)
    again = await restart(again, dir)
    expect(await again.run('MGET a b c')).toEqual(['1', '2', '3'])
    await again.until(() => manifest(dir).split('\n').length === 3)
  })

  it('keeps the file from being turned on', async () => {
    const dir = newFolder()
    const server = await start(dir, { appendonly: 'no' })
    const disk = new FaultyDisk()
    server.server.persistence.aof.files = disk
    disk.createError = noSpace()
    expect(await server.run('CONFIG SET appendonly yes')).toEqual(
      error(
        "ERR CONFIG SET failed (possibly related to argument 'appendonly') - Unable to turn on AOF. Check server logs.",
      ),
    )
    expect(await info(server, 'aof_enabled')).toBe('0')
    expect(await server.run('CONFIG GET appendonly')).toEqual(['appendonly', 'no'])
    expect(await server.run('SET a 1')).toBe('OK')
  })
})

describe('fsync', () => {
  it('comes before every acknowledgement with always, and serves all who wrote meanwhile', async () => {
    const { server, disk } = await withDisk({ appendfsync: 'always' })
    await server.run('SET a 1')
    const before = disk.syncs
    disk.holdSyncs()
    const clients = await Promise.all([...Array(10)].map(() => server.client()))
    const first = clients[0].command('SET', 'k0', 'v')
    expect(await isPending(first)).toBe(true)
    const others = clients.slice(1).map((client, i) => client.command('SET', `k${i + 1}`, 'v'))
    // Nobody may see what is not safe either.
    const reader = await server.client()
    const read = reader.command('GET', 'k0')
    expect(await isPending(Promise.race([first, read, ...others]))).toBe(true)
    disk.releaseSyncs()
    expect(await Promise.all([first, ...others])).toEqual(Array(10).fill('OK'))
    expect(await read).toBe('v')
    expect(disk.syncs - before).toBe(2)
  })

  it('holds nothing back with everysec, and happens once a second', async () => {
    const { server, disk } = await withDisk({ appendfsync: 'everysec' })
    disk.holdSyncs()
    for (let i = 0; i < 100; i++) expect(await server.run(`SET k ${i}`)).toBe('OK')
    disk.releaseSyncs()
    const before = disk.syncs
    await server.run('SET k end')
    await server.until(() => disk.syncs > before)
  })

  it('that fails casts doubt on the file: writes stop until the data is in another one', async () => {
    for (const appendfsync of ['always', 'everysec']) {
      const { server, disk, dir } = await withDisk({ appendfsync })
      await server.run('SET a 1')
      disk.syncError = ioError()
      const writer = await server.client()
      const reply = writer.command('SET', 'b', '2')
      await server.until(async () => (await info(server, 'aof_last_write_status')) === 'err')
      expect(await server.run('SET c 3')).toEqual(misconf('I/o error'))
      expect(await server.run('GET a')).toBe('1')
      const rewrites = Number(await info(server, 'aof_rewrites'))
      if (appendfsync === 'always') expect(await isPending(reply)).toBe(true)
      disk.syncError = null
      expect(await reply).toBe('OK')
      await server.until(async () => (await info(server, 'aof_last_write_status')) === 'ok')
      expect(Number(await info(server, 'aof_rewrites'))).toBe(rewrites + 1)
      expect(await server.run('SET d 4')).toBe('OK')
      const again = await restart(server, dir)
      expect(await again.run('MGET a b c d')).toEqual(['1', '2', null, '4'])
    }
  })
})
