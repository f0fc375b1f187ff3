import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'

let server: TestServer
let client: RawClient

beforeEach(async () => {
  server = await startKeyper({ mirror: false })
  client = await server.client(3)
})
afterEach(() => server.close())

const nextInvalidated = async (from = client) => (await from.nextPush()).items
const info = async (name: string) => new RegExp(`^${name}:(.*)\r$`, 'm').exec(String(await server.run('INFO')))?.[1]
const request = (...words: string[]) => `*${words.length}\r\n${words.map((w) => `$${w.length}\r\n${w}\r\n`).join('')}`

describe('client tracking', () => {
  it('costs and remembers nothing without clients that track', async () => {
    await server.run('GET a')
    expect(server.store.observing).toBe(false)
    await client.command('CLIENT', 'TRACKING', 'ON')
    await client.command('GET', 'a')
    expect(await info('tracking_clients')).toBe('1')
    expect(await info('tracking_total_keys')).toBe('1')
    await client.close()
    await server.until(async () => (await info('tracking_clients')) === '0')
    expect(await info('tracking_total_keys')).toBe('0')
    expect(server.store.observing).toBe(false)
  })

  it('tells of a key once, whatever the database, until it is read again', async () => {
    await client.command('CLIENT', 'TRACKING', 'ON')
    await client.command('MGET', 'a', 'b')
    await server.run('SELECT 3')
    await server.run('SET a 1')
    await server.run('SET a 2')
    await server.run('SET b 2')
    expect(await nextInvalidated()).toEqual(['invalidate', ['a']])
    expect(await nextInvalidated()).toEqual(['invalidate', ['b']])
    expect(await info('tracking_total_items')).toBe('0')
  })

  it('tells of keys whose time is up, though nobody looks', async () => {
    await client.command('CLIENT', 'TRACKING', 'ON', 'NOLOOP')
    await client.command('PSETEX', 'a', 100, 'x')
    await client.command('GET', 'a')
    server.advance(100)
    expect(await nextInvalidated()).toEqual(['invalidate', ['a']])
  })

  it('puts messages to the client itself behind its reply, and behind that of EXEC', async () => {
    const listener = await server.client(3)
    const words = [
      ['CLIENT', 'TRACKING', 'ON'],
      ['GET', 'a'],
      ['MULTI'],
      ['SET', 'a', '1'],
      ['GET', 'a'],
      ['FLUSHDB'],
      ['EXEC'],
      ['QUIT'],
    ]
    listener.send(words.map((w) => request(...w)).join(''))
    expect(await listener.readUntilClosed()).toBe(
      '+OK\r\n_\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n$1\r\n1\r\n+OK\r\n' +
        '>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n>2\r\n$10\r\ninvalidate\r\n_\r\n+OK\r\n',
    )
  })

  it('gathers the keys of a broadcast by prefix, for a batch of requests', async () => {
    await client.command('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'u:', 'PREFIX', 'v:')
    const writer = await server.client()
    await writer.pipeline([
      ['MSET', 'v:1', 'x', 'u:2', 'x', 'w', 'x'],
      ['SET', 'u:1', 'x'],
      ['SET', 'u:2', 'y'],
    ])
    expect(await nextInvalidated()).toEqual(['invalidate', ['u:1', 'u:2']])
    expect(await nextInvalidated()).toEqual(['invalidate', ['v:1']])
  })

  it('keeps one’s own changes to oneself with NOLOOP', async () => {
    await client.command('CLIENT', 'TRACKING', 'ON', 'BCAST', 'NOLOOP')
    await client.command('MSET', 'a', 1, 'b', 2)
    await server.run('SET c 1')
    expect(await nextInvalidated()).toEqual(['invalidate', ['c']])
  })

  it('tells FLUSHALL once, and again the next time', async () => {
    await client.command('CLIENT', 'TRACKING', 'ON')
    await server.run('FLUSHALL')
    await server.run('FLUSHALL')
    await server.run('SET a 1')
    await client.command('GET', 'a')
    await server.run('DEL a')
    expect(await nextInvalidated()).toEqual(['invalidate', null])
    expect(await nextInvalidated()).toEqual(['invalidate', null])
    expect(await nextInvalidated()).toEqual(['invalidate', ['a']])
  })

  it('gives up random keys beyond tracking-table-max-keys', async () => {
    await server.run('CONFIG SET tracking-table-max-keys 10')
    await client.command('CLIENT', 'TRACKING', 'ON')
    for (let i = 0; i < 30; i++) await client.command('GET', i)
    expect(await info('tracking_total_keys')).toBe('10')
    await server.run('CONFIG SET tracking-table-max-keys 4')
    expect(await info('tracking_total_keys')).toBe('4')
    const gone = new Set<unknown>()
    for (let i = 0; i < 26; i++) gone.add(String((await nextInvalidated())[1]))
    expect(gone.size).toBe(26)
    await server.run('CONFIG SET tracking-table-max-keys 0')
    for (let i = 0; i < 30; i++) await client.command('GET', i)
    expect(await info('tracking_total_keys')).toBe('30')
  })

  it('shows in CLIENT LIST and ends with RESET', async () => {
    const other = await server.client()
    const id = await other.command('CLIENT', 'ID')
    await client.command('CLIENT', 'TRACKING', 'ON', 'BCAST', 'REDIRECT', String(id))
    const own = await client.command('CLIENT', 'ID')
    const line = async () => String(await server.run(`CLIENT LIST ID ${own}`))
    expect(await line()).toMatch(new RegExp(` flags=tB .* redir=${id} `))
    await other.close()
    await server.until(() => server.server.sessions.get(Number(id)) === undefined)
    await client.command('SET', 'a', '1')
    expect(await nextInvalidated()).toEqual(['tracking-redir-broken', id])
    expect(await line()).toMatch(/ flags=tRB /)
    await client.command('RESET')
    expect(await line()).toMatch(/ flags=N .* redir=-1 /)
    expect(await info('tracking_total_prefixes')).toBe('0')
  })
})
