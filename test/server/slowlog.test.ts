import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import { ReplyErrorValue } from '../support/resp-decoder.ts'

type Entry = [id: number, time: number, us: number, argv: string[], peer: string, name: string]

let server: TestServer

beforeEach(async () => {
  // By a clock that stands still everything takes no time at all: 0 keeps every command.
  server = await startKeyper({ mirror: false, config: { 'slowlog-log-slower-than': '0', 'slowlog-max-len': '10' } })
})
afterEach(() => server.close())

const entries = async (count = -1) => (await server.run(`SLOWLOG GET ${count}`)) as Entry[]
const commands = async () => (await entries()).map(([, , , argv]) => argv.join(' '))

describe('the slow log', () => {
  it('keeps what ran, with when, for how long and for whom, newest first', async () => {
    const client = await server.client()
    await client.command('CLIENT', 'SETNAME', 'worker')
    await client.command('SLOWLOG', 'RESET')
    server.advance(5000)
    await client.command('GET', 'a')
    await client.command('SET', 'a', 'b')
    const [set, get] = await entries(2)
    expect(get[3]).toEqual(['GET', 'a'])
    expect(set[0]).toBe(get[0] + 1)
    expect(set.slice(1, 4)).toEqual([Math.floor(server.clock.now() / 1000), 0, ['SET', 'a', 'b']])
    expect(set[4]).toBe(`127.0.0.1:${client.socket.localPort}`)
    expect(set[5]).toBe('worker')
  })

  it('keeps as many as slowlog-max-len says, and counts ids on after a reset', async () => {
    for (let i = 0; i < 20; i++) await server.run(`GET ${i}`)
    expect(await server.run('SLOWLOG LEN')).toBe(10)
    expect(await entries(3)).toHaveLength(3)
    await server.run('CONFIG SET slowlog-max-len 2')
    expect(await commands()).toEqual(['CONFIG SET slowlog-max-len 2', 'SLOWLOG GET 3'])
    const [[id]] = await entries(1)
    await server.run('SLOWLOG RESET')
    expect((await entries(1))[0][0]).toBeGreaterThan(id)
  })

  it('is off below zero and with no room', async () => {
    await server.run('CONFIG SET slowlog-log-slower-than -1')
    await server.run('SLOWLOG RESET')
    await server.run('GET a')
    expect(await commands()).toEqual([])
    await server.run('CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 0')
    await server.run('GET a')
    expect(await commands()).toEqual([])
  })

  it('cuts long words and many words', async () => {
    const words = Array.from({ length: 40 }, (_, i) => `e${i}`)
    await server.call('SADD', 's', ...words)
    await server.call('SET', 'k', 'x'.repeat(129))
    const [[, , , set], [, , , sadd]] = await entries(2)
    expect(set[2]).toBe(`${'x'.repeat(128)}... (1 more bytes)`)
    expect(sadd).toHaveLength(32)
    expect(sadd.slice(30)).toEqual(['e28', '... (11 more arguments)'])
  })

  it('shows no passwords', async () => {
    await server.run('CONFIG SET masteruser admin masterauth secret dir /tmp')
    await server.run('AUTH secret')
    await server.run('HELLO 2 AUTH someone secret')
    expect(await commands()).toEqual([
      'HELLO 2 AUTH (redacted) (redacted)',
      'AUTH (redacted)',
      'CONFIG SET masteruser (redacted) masterauth (redacted) dir /tmp',
    ])
  })

  it('keeps the commands of a transaction, not EXEC', async () => {
    await server.run('SLOWLOG RESET')
    for (const line of ['MULTI', 'SET a 1', 'INCR a', 'EXEC']) await server.run(line)
    expect(await commands()).toEqual(['INCR a', 'SET a 1', 'MULTI', 'SLOWLOG RESET'])
  })

  it('keeps a command that waits once it is done, and counts it then', async () => {
    const client = await server.client()
    const id = await client.command('CLIENT', 'ID')
    await server.run('CONFIG RESETSTAT')
    const popped = client.command('BLPOP', 'l', 0)
    await server.until(() => server.server.blocking.suspended === 1)
    expect(await commands()).not.toContain('BLPOP l 0')
    expect(await server.run('INFO commandstats')).not.toContain('cmdstat_blpop')
    await server.run('RPUSH l a')
    await popped
    expect(await commands()).toContain('BLPOP l 0')
    expect(await server.run('INFO commandstats')).toMatch(/cmdstat_blpop:calls=1,.*failed_calls=0/)
    const timedOut = client.command('BLPOP', 'l', 1)
    await server.until(() => server.server.blocking.suspended === 1)
    server.advance(1000)
    expect(await timedOut).toBe(null)
    const unblocked = client.command('BLPOP', 'l', 0)
    await server.until(() => server.server.blocking.suspended === 1)
    await server.run(`CLIENT UNBLOCK ${id} ERROR`)
    expect(await unblocked).toBeInstanceOf(ReplyErrorValue)
    expect(await server.run('INFO commandstats')).toMatch(/cmdstat_blpop:calls=3,.*failed_calls=1/)
  })

  it('does not keep what the append-only file or a refused command says', async () => {
    await server.run('SLOWLOG RESET')
    await server.run('GET')
    await server.run('NOSUCH')
    expect(await commands()).toEqual(['SLOWLOG RESET'])
  })
})
