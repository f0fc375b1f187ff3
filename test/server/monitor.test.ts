import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeWithRedis, startRedis } from '../support/redis-oracle.ts'

/** What a monitor is shown for these requests, times and ports left out. */
async function shown(server: { client(): Promise<RawClient> }, requests: readonly (readonly string[])[]) {
  const monitor = await server.client()
  expect(await monitor.command('MONITOR')).toBe('OK')
  const client = await server.client()
  for (const request of requests) await client.command(...request)
  await client.command('RESET')
  await client.command('ECHO', 'the end')
  const lines: string[] = []
  for (;;) {
    const line = String(await monitor.nextReply())
    if (line.includes('the end')) break
    const parts = /^(\d+)\.(\d{6}) \[(\d+) (\S+)\] (.*)$/s.exec(line)
    expect(parts, line).not.toBe(null)
    expect(parts![4]).toMatch(/^127\.0\.0\.1:\d+$/)
    lines.push(`[${parts![3]}] ${parts![5]}`)
  }
  await monitor.close()
  await client.close()
  return lines
}

const REQUESTS: readonly (readonly string[])[] = [
  ['PING'],
  ['set', 'a', '1'],
  ['GET', 'a'],
  ['SET', 'a "b" \\', '\x00\x01\x07\b\t\n\r\x1f ~\x7f\x80\xff'],
  ['GET', ''],
  ['SELECT', '9'],
  ['GET', 'a'],
  ['SELECT', '0'],
  ['LPUSH', 'a', 'wrong type'],
  ['NOPE', 'x'],
  ['GET'],
  ['CONFIG', 'SET', 'requirepass', ''],
  ['CONFIG', 'GET', 'port'],
  ['CLIENT', 'ID'],
  ['CLIENT', 'LIST'],
  ['CLIENT', 'SETNAME', 'me'],
  ['DEBUG', 'SLEEP', '0'],
  ['COMMAND', 'COUNT'],
  ['AUTH', 'secret'],
  ['AUTH', 'user', 'secret'],
  ['HELLO', '2', 'AUTH', 'user', 'secret'],
  ['HELLO', '2', 'SETNAME', 'auth', 'AUTH', 'default', 'secret'],
  ['MULTI'],
  ['SET', 'b', '1'],
  ['GET', 'b'],
  ['CONFIG', 'GET', 'port'],
  ['EXEC'],
  ['MULTI'],
  ['SET', 'b'],
  ['EXEC'],
  ['MULTI'],
  ['SET', 'b', '2'],
  ['DISCARD'],
  ['WATCH', 'b'],
  ['UNWATCH'],
  ['INFO', 'server'],
  ['PUBLISH', 'c', 'x'],
  ['PUBSUB', 'CHANNELS'],
  ['WAIT', '0', '0'],
  ['LASTSAVE'],
  ['TIME'],
  ['DBSIZE'],
  ['FLUSHALL'],
  ['ROLE'],
  ['REPLICAOF', 'NO', 'ONE'],
]

describeWithRedis('MONITOR', () => {
  it('shows what redis-server shows', async () => {
    const redis = await startRedis({ config: { 'enable-debug-command': 'yes' } })
    const server = await startKeyper({ clock: 'system' })
    try {
      expect(await shown(server, REQUESTS)).toEqual(await shown(redis, REQUESTS))
    } finally {
      await redis.stop()
      await server.close()
    }
  })
})

describe('MONITOR', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startKeyper()
  })
  afterEach(() => server.close())

  it('gives the time in seconds and microseconds', async () => {
    const monitor = await server.client()
    await monitor.command('MONITOR')
    await server.run('PING')
    const now = server.clock.now()
    const line = String(await monitor.nextReply())
    expect(line.split(' ')[0]).toBe(`${Math.floor(now / 1000)}.${String((now % 1000) * 1000).padStart(6, '0')}`)
  })

  it('marks the client with O, and RESET ends it', async () => {
    const monitor = await server.client()
    await monitor.command('MONITOR')
    expect(String(await server.run('CLIENT LIST'))).toContain('flags=O ')
    expect(await monitor.command('RESET')).toBe('RESET')
    expect(server.server.monitors.active).toBe(false)
    expect(await monitor.command('SET', 'a', '1')).toBe('OK')
  })

  it('ends with the connection', async () => {
    const monitor = await server.client()
    await monitor.command('MONITOR')
    expect(server.server.monitors.active).toBe(true)
    await monitor.close()
    await server.until(() => !server.server.monitors.active)
  })

  it('knows the secret words of commands', async () => {
    const hidden = (...argv: string[]) => {
      const container = server.server.table.get(argv[0])!
      return (container.subcommands?.get(argv[1]) ?? container).secret!(argv)
    }
    expect(hidden('AUTH', 'a')).toEqual([1])
    expect(hidden('AUTH', 'user', 'a')).toEqual([1, 2])
    expect(hidden('HELLO', '3', 'SETNAME', 'auth', 'auth', 'user', 'a')).toEqual([5, 6])
    expect(hidden('HELLO')).toEqual([])
    expect(hidden('CONFIG', 'SET', 'port', '1', 'RequirePass', 'a', 'masterauth', 'b')).toEqual([5, 7])
  })

  it('shows EXEC when a transaction is refused', async () => {
    const monitor = await server.client()
    await monitor.command('MONITOR')
    const client = await server.client()
    await client.pipeline([['MULTI'], ['SET', 'a', '1'], ['EXEC', 'x']])
    expect(String(await monitor.nextReply())).toMatch(/"MULTI"$/)
    expect(String(await monitor.nextReply())).toMatch(/"EXEC"/)
  })
})
