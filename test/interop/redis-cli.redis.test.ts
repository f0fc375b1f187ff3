/** redis-cli against Keyper: its output formats, and the modes that use a server in their own way. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { error, startKeyper, type TestServer } from '../support/harness.ts'
import { encodeRequest } from '../support/raw-client.ts'
import { describeWithTool, runTool, startTool } from './tools.ts'

describeWithTool('redis-cli', 'redis-cli', () => {
  let server: TestServer
  let dir: string
  const at = () => ['-h', '127.0.0.1', '-p', String(server.port)]
  /** What redis-cli prints for a command; fails on a complaint. */
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runTool('redis-cli', [...at(), ...args])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return stdout
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'keyper-cli-'))
    server = await startKeyper({ clock: 'system', config: { 'repl-diskless-sync-delay': '0' } })
  })
  afterEach(() => server.reset())
  afterAll(async () => {
    await server?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const fill = async () => {
    await server.run('MSET a 1 b two "key 3" "\\xff\\x00\\n"')
    await server.run('RPUSH list a b c d e')
    await server.run('SADD set x y z')
    await server.run('HSET hash f 1 g 2')
    await server.run('ZADD zset 1 a 2.5 b')
    await server.run('XADD stream 1-1 f v')
  }

  it('prints replies plainly, for people, as CSV and as JSON', async () => {
    await fill()
    expect(await cli('PING')).toBe('PONG\n')
    expect(await cli('GET', 'a')).toBe('1\n')
    expect(await cli('--no-raw', 'LRANGE', 'list', '0', '1')).toBe('1) "a"\n2) "b"\n')
    expect(await cli('--no-raw', 'GET', 'key 3')).toBe('"\\xff\\x00\\n"\n')
    expect(await cli('--no-raw', 'GET', 'none')).toBe('(nil)\n')
    expect(await cli('--no-raw', 'STRLEN', 'b')).toBe('(integer) 3\n')
    expect(await cli('--csv', 'LRANGE', 'list', '0', '1')).toBe('"a","b"\n')
    expect(await cli('-3', '--no-raw', 'HGETALL', 'hash')).toBe('1# "f" => "1"\n2# "g" => "2"\n')
    expect(await cli('-3', '--no-raw', 'ZSCORE', 'zset', 'b')).toBe('(double) 2.5\n')
    expect(await cli('-3', '--no-raw', 'SMEMBERS', 'set')).toMatch(/^1~ "[xyz]"\n2~ "[xyz]"\n3~ "[xyz]"\n$/)
    expect(JSON.parse(await cli('--json', 'HGETALL', 'hash'))).toEqual({ f: '1', g: '2' })
    expect(JSON.parse(await cli('--json', 'ZRANGE', 'zset', '0', '-1', 'WITHSCORES'))).toEqual([
      ['a', 1],
      ['b', 2.5],
    ])
    expect(JSON.parse(await cli('--json', 'XRANGE', 'stream', '-', '+'))).toEqual([['1-1', ['f', 'v']]])
    expect(await cli('INFO', 'server')).toContain('redis_version:7.2')
  })

  it('takes commands from its input, repeats, selects, and tells errors', async () => {
    const lines = 'SET k v\nINCR n\nMULTI\nINCR n\nGET k\nEXEC\nNOSUCH\n'
    const { stdout } = await runTool('redis-cli', at(), lines)
    expect(stdout).toBe("OK\n1\nOK\nQUEUED\nQUEUED\n2\nv\nERR unknown command 'NOSUCH', with args beginning with: \n\n")
    expect(await cli('-r', '3', 'INCR', 'n')).toBe('3\n4\n5\n')
    expect(await cli('-n', '3', 'SET', 'k', 'three')).toBe('OK\n')
    expect(await cli('-n', '3', 'GET', 'k')).toBe('three\n')
    expect(await cli('GET', 'k')).toBe('v\n')
    const failed = await runTool('redis-cli', [...at(), '-e', 'INCR', 'k'])
    expect(failed.code).toBe(1)
    expect(failed.stdout + failed.stderr).toContain('ERR value is not an integer or out of range')
    const piped = await runTool('redis-cli', [...at(), '-x', 'SET', 'bytes'], '\xff\x00\xfe')
    expect(piped.stdout).toBe('OK\n')
    expect(await server.run('GET bytes')).toBe('\xff\x00\xfe')
  })

  it('loads masses of data with --pipe', async () => {
    const requests = Array.from({ length: 20_000 }, (_, i) => encodeRequest(['SET', `key:${i}`, `value ${i}`]))
    const good = await runTool('redis-cli', [...at(), '--pipe'], Buffer.concat(requests))
    expect(good.stdout + good.stderr).toContain('errors: 0, replies: 20000')
    expect(good.code).toBe(0)
    expect(await server.run('DBSIZE')).toBe(20_000)
    const bad = Buffer.concat([encodeRequest(['INCR', 'key:1']), encodeRequest(['SET', 'fine', 1])])
    const partly = await runTool('redis-cli', [...at(), '--pipe'], bad)
    expect(partly.stdout + partly.stderr).toContain('errors: 1, replies: 2')
  })

  it('fetches a dump with --rdb that loads elsewhere', async () => {
    await fill()
    await server.run('SET volatile v EX 1000')
    const file = join(dir, 'fetched.rdb')
    const { code, stdout, stderr } = await runTool('redis-cli', [...at(), '--rdb', file])
    expect({ code, output: stdout + stderr }).toEqual({ code: 0, output: expect.stringContaining('Transfer finished') })
    expect(readFileSync(file).latin1Slice(0, 5)).toBe('REDIS')
    const elsewhere = mkdtempSync(join(dir, 'elsewhere-'))
    copyFileSync(file, join(elsewhere, 'dump.rdb'))
    const second = await startKeyper({ clock: 'system', dir: elsewhere, mirror: false })
    try {
      expect(await second.run('DEBUG DIGEST')).toBe(await server.run('DEBUG DIGEST'))
    } finally {
      await second.close()
    }
  })

  it('fetches only the functions with --functions-rdb', async () => {
    await fill()
    const file = join(dir, 'functions.rdb')
    const { code, stdout, stderr } = await runTool('redis-cli', [...at(), '--functions-rdb', file])
    expect({ code, output: stdout + stderr }).toEqual({ code: 0, output: expect.stringContaining('Transfer finished') })
    const bytes = readFileSync(file).latin1Slice()
    expect(bytes.slice(0, 5)).toBe('REDIS')
    expect(bytes).not.toContain('zset')
    const client = await server.client()
    expect(await client.command('REPLCONF', 'rdb-filter-only', 'keys')).toEqual(
      error('ERR Unsupported rdb-filter-only option: keys'),
    )
    await client.close()
  })

  it('lists keys with --scan', async () => {
    await fill()
    for (let i = 0; i < 500; i++) await server.call('SET', `many:${i}`, i)
    const all = (await cli('--scan')).trim().split('\n')
    expect(new Set(all).size).toBe(508)
    expect((await cli('--scan', '--pattern', 'many:*')).trim().split('\n')).toHaveLength(500)
    expect(await cli('--scan', '--pattern', 'key *', '--quoted-pattern', '"key *"')).toContain('key 3')
  })

  it('finds big keys', async () => {
    await fill()
    const report = await cli('--bigkeys')
    expect(report).toContain('Sampled 8 keys in the keyspace!')
    expect(report).toMatch(/Biggest +list found '\\?"list\\?"' has 5 items/)
    expect(report).toMatch(/Biggest +set found '\\?"set\\?"' has 3 members/)
    expect(report).toMatch(/Biggest +stream found '\\?"stream\\?"' has 1 entries/)
  })

  it('streams changes with --replica', async () => {
    await server.run('SET before 1')
    const replica = startTool('redis-cli', [...at(), '--replica'])
    await server.until(() => replica.output().includes('SYNC done'), 'the synchronisation')
    // redis-cli itself drops the first SELECT.
    await server.run('SET after "a b"')
    await server.run('SPOP none')
    await server.run('SELECT 3')
    await server.run('RPUSH l x y')
    await server.until(() => replica.output().includes('"RPUSH","l","x","y"'), 'the stream')
    expect(replica.output()).toContain('"SET","after","a b"\n"SELECT","3"\n"RPUSH","l","x","y"\n')
    expect(replica.output()).not.toMatch(/before|error/i)
    replica.child.kill()
    await replica.ended
    await server.until(() => server.server.sessions.size === 1, 'the session to end')
  })

  it('shows statistics with --stat', async () => {
    const stat = startTool('redis-cli', [...at(), '--stat', '-i', '0.01'])
    await server.until(() => stat.output().split('\n').length > 5, 'the statistics')
    expect(stat.output()).toMatch(/keys +mem +clients +blocked +requests +connections/)
    expect(stat.output()).toMatch(/\n\d+ +\d+\.\d+[KM] +\d+ +0 +\d+ /)
    stat.child.kill()
    await stat.ended
  })
})
