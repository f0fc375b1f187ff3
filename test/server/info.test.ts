import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer

beforeEach(async () => {
  server = await startKeyper({ mirror: false })
})
afterEach(() => server.close())

async function info(section = ''): Promise<Map<string, string>> {
  const text = String(await server.run(`INFO ${section}`))
  return new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}

describe('INFO', () => {
  it('has the sections clients look for, alone and together', async () => {
    const text = String(await server.run('INFO'))
    for (const name of [
      'Server',
      'Clients',
      'Memory',
      'Persistence',
      'Stats',
      'Replication',
      'CPU',
      'Errorstats',
      'Cluster',
      'Keyspace',
    ])
      expect(text).toContain(`# ${name}\r\n`)
    expect(text).not.toContain('# Commandstats')
    expect(String(await server.run('INFO commandstats'))).toContain('# Commandstats\r\n')
    const two = String(await server.run('INFO clients server'))
    expect(
      two
        .match(/^# .*/gm)
        ?.map((head) => head.trim())
        .sort(),
    ).toEqual(['# Clients', '# Server'])
    expect(String(await server.run('INFO nothing'))).toBe('')
  })

  it('server: version, port, time up', async () => {
    server.advance(90_000)
    const fields = await info('server')
    expect(fields.get('redis_version')).toBe('7.2.4')
    expect(fields.get('redis_mode')).toBe('standalone')
    expect(fields.get('tcp_port')).toBe(String(server.port))
    expect(fields.get('uptime_in_seconds')).toBe('90')
    expect(fields.get('run_id')).toMatch(/^[0-9a-f]{40}$/)
    expect(fields.get('process_id')).toBe(String(process.pid))
  })

  it('keyspace: keys and deadlines per database', async () => {
    await server.run('SET a 1')
    await server.run('SET b 1 PX 5000')
    await server.run('SELECT 2')
    await server.run('SET c 1')
    const fields = await info('keyspace')
    expect(fields.get('db0')).toBe('keys=2,expires=1,avg_ttl=5000')
    expect(fields.get('db2')).toBe('keys=1,expires=0,avg_ttl=0')
    expect(fields.has('db1')).toBe(false)
  })

  it('stats: commands, hits, misses, expired keys; RESETSTAT begins anew', async () => {
    await server.run('CONFIG RESETSTAT')
    await server.run('SET a 1 PX 10')
    await server.run('GET a')
    await server.run('GET b')
    server.advance(20)
    await server.run('GET a')
    let fields = await info('stats')
    expect(fields.get('keyspace_hits')).toBe('1')
    expect(fields.get('keyspace_misses')).toBe('2')
    expect(fields.get('expired_keys')).toBe('1')
    expect(Number(fields.get('total_commands_processed'))).toBeGreaterThanOrEqual(4)
    await server.run('CONFIG RESETSTAT')
    fields = await info('stats')
    expect(fields.get('keyspace_hits')).toBe('0')
    expect(fields.get('expired_keys')).toBe('0')
  })

  it('commandstats and errorstats count calls, refusals and failures', async () => {
    await server.run('CONFIG RESETSTAT')
    await server.run('SET a x')
    await server.run('INCR a')
    await server.run('INCR')
    await server.run('FOO')
    const commands = await info('commandstats')
    expect(commands.get('cmdstat_set')).toMatch(
      /^calls=1,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=0,failed_calls=0$/,
    )
    expect(commands.get('cmdstat_incr')).toMatch(/^calls=1,.*rejected_calls=1,failed_calls=1$/)
    expect((await info('errorstats')).get('errorstat_ERR')).toBe('count=3')
  })

  it('persistence: changes since the last save, and when that was', async () => {
    await server.run('SET a 1')
    await server.run('SET a 2')
    expect((await info('persistence')).get('rdb_changes_since_last_save')).toBe('2')
    server.advance(3000)
    await server.run('SAVE')
    const fields = await info('persistence')
    expect(fields.get('rdb_changes_since_last_save')).toBe('0')
    expect(fields.get('rdb_last_save_time')).toBe(String(Math.floor(server.clock.now() / 1000)))
    expect(fields.get('rdb_last_bgsave_status')).toBe('ok')
    expect(await server.run('LASTSAVE')).toBe(Math.floor(server.clock.now() / 1000))
  })

  it('clients: how many, and how many wait', async () => {
    const waiting = await server.client()
    const popped = waiting.command('BLPOP', 'l', 10)
    await server.until(() => server.server.blocking.suspended === 1)
    const fields = await info('clients')
    expect(fields.get('connected_clients')).toBe('2')
    expect(fields.get('blocked_clients')).toBe('1')
    expect(fields.get('clients_in_timeout_table')).toBe('1')
    server.advance(10_001)
    expect(await popped).toBe(null)
  })
})
