import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer

beforeEach(async () => {
  server = await startKeyper({ mirror: false })
})
afterEach(() => server.close())

const lines = (list: unknown) => String(list).trimEnd().split('\n')
const field = (line: string, name: string) => new RegExp(`(?:^| )${name}=(\\S*)`).exec(line)?.[1]

describe('CLIENT LIST and INFO', () => {
  it('show one line a client, whose fields are true', async () => {
    const other = await server.client(3)
    await other.command('CLIENT', 'SETNAME', 'other')
    await other.command('CLIENT', 'SETINFO', 'LIB-NAME', 'lib')
    await other.command('CLIENT', 'SETINFO', 'LIB-VER', '1.2')
    await other.command('SELECT', 3)
    server.advance(5000)
    const id = await server.run('CLIENT ID')
    const all = lines(await server.run('CLIENT LIST'))
    expect(all).toHaveLength(2)
    const theirs = all.find((line) => field(line, 'name') === 'other')!
    expect(field(theirs, 'db')).toBe('3')
    expect(field(theirs, 'resp')).toBe('3')
    expect(field(theirs, 'age')).toBe('5')
    expect(field(theirs, 'idle')).toBe('5')
    expect(field(theirs, 'cmd')).toBe('select')
    expect(field(theirs, 'flags')).toBe('N')
    expect(field(theirs, 'lib-name')).toBe('lib')
    expect(field(theirs, 'lib-ver')).toBe('1.2')
    const own = String(await server.run('CLIENT INFO'))
    expect(field(own, 'id')).toBe(String(id))
    expect(field(own, 'cmd')).toBe('client|info')
    expect(lines(await server.run(`CLIENT LIST ID ${id}`))).toHaveLength(1)
  })

  it('mark transactions, waiting clients and CLIENT NO-EVICT', async () => {
    const waiting = await server.client()
    const popped = waiting.command('BLPOP', 'l', 0)
    const inMulti = await server.client()
    await inMulti.pipeline([['MULTI'], ['PING'], ['PING']])
    await server.until(() => server.server.blocking.suspended === 1)
    await server.run('CLIENT NO-EVICT ON')
    await server.run('CLIENT NO-TOUCH ON')
    const flags = lines(await server.run('CLIENT LIST')).map((line) => field(line, 'flags'))
    expect(flags.sort()).toEqual(['b', 'eT', 'x'])
    expect(lines(await server.run('CLIENT LIST')).some((line) => field(line, 'multi') === '2')).toBe(true)
    await server.run('RPUSH l a')
    expect(await popped).toEqual(['l', 'a'])
  })
})

describe('CLIENT NO-TOUCH', () => {
  it('leaves access times alone', async () => {
    await server.run('SET a 1')
    await server.run('CLIENT NO-TOUCH ON')
    server.advance(10_000)
    await server.run('GET a')
    expect(await server.run('OBJECT IDLETIME a')).toBe(10)
    await server.run('CLIENT NO-TOUCH OFF')
    await server.run('GET a')
    expect(await server.run('OBJECT IDLETIME a')).toBe(0)
  })
})

describe('CLIENT KILL', () => {
  it('closes the clients that match, and says how many', async () => {
    const victim = await server.client()
    const id = await victim.command('CLIENT', 'ID')
    expect(await server.call('CLIENT', 'KILL', 'ID', String(id))).toBe(1)
    await victim.closed
    expect(server.server.sessions.size).toBe(1)
    await server.client()
    await server.client()
    await server.until(() => server.server.sessions.size === 3)
    expect(await server.run('CLIENT KILL TYPE normal')).toBe(2)
    await server.until(() => server.server.sessions.size === 1)
  })
})

describe('CLIENT REPLY', () => {
  it('OFF silences, SKIP leaves out one reply', async () => {
    const client = await server.client()
    client.send('CLIENT REPLY SKIP\r\nSET a 1\r\nGET a\r\n')
    expect(await client.nextReply()).toBe('1')
    client.send('CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nECHO b\r\n')
    expect(await client.nextReply()).toBe('OK')
    expect(await client.nextReply()).toBe('b')
  })
})

describe('CLIENT PAUSE', () => {
  it('holds writes back until its end, and lets reads pass', async () => {
    await server.run('CLIENT PAUSE 1000 WRITE')
    const writer = await server.client()
    const written = writer.command('SET', 'a', '1')
    await server.until(() => server.server.blocking.suspended === 1)
    expect(await server.run('GET a')).toBe(null)
    server.advance(1001)
    expect(await written).toBe('OK')
    expect(await server.run('GET a')).toBe('1')
  })

  it('ALL holds everything', async () => {
    await server.run('CLIENT PAUSE 1000')
    const other = await server.client()
    const pong = other.command('PING')
    await server.until(() => server.server.blocking.suspended === 1)
    server.advance(1001)
    expect(await pong).toBe('PONG')
  })

  it('ends with CLIENT UNPAUSE', async () => {
    await server.run('CLIENT PAUSE 100000 WRITE')
    const other = await server.client()
    const written = other.command('SET', 'a', '1')
    await server.until(() => server.server.blocking.suspended === 1)
    expect(await server.run('CLIENT UNPAUSE')).toBe('OK')
    expect(await written).toBe('OK')
  })

  it('keeps keys from being removed as they expire', async () => {
    await server.run('SET a 1 PX 100')
    await server.run('CLIENT PAUSE 1000 WRITE')
    server.advance(200)
    expect(await server.run('GET a')).toBe(null)
    expect(await server.run('DBSIZE')).toBe(1)
    server.advance(1000)
    expect(await server.run('DBSIZE')).toBe(0)
  })
})

describe('limits', () => {
  it('maxclients turns further ones away with an error', async () => {
    await server.run('CONFIG SET maxclients 2')
    await server.client()
    const third = await server.client()
    expect(await third.readUntilClosed()).toBe('-ERR max number of clients reached\r\n')
    expect(server.server.stats.rejectedConnections).toBe(1)
  })

  it('timeout closes who is silent, but not who waits', async () => {
    const waiting = await server.client()
    const popped = waiting.command('BLPOP', 'l', 0)
    const silent = await server.client()
    await server.until(() => server.server.blocking.suspended === 1)
    await server.run('CONFIG SET timeout 10')
    for (let second = 0; second < 15; second++) {
      server.advance(1000)
      await server.run('PING')
    }
    await silent.closed
    expect(server.server.sessions.size).toBe(2)
    await server.run('RPUSH l x')
    expect(await popped).toEqual(['l', 'x'])
  })

  it('a request bigger than client-query-buffer-limit ends the connection', async () => {
    await server.run('CONFIG SET client-query-buffer-limit 1mb')
    const client = await server.client()
    client.send(`*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3000000\r\n${'x'.repeat(2_000_000)}`)
    await client.closed
    expect(server.server.stats.clientsOverInputLimit).toBe(1)
  })

  it('a reader that does not read is cut off at its output limit', async () => {
    await server.run('CONFIG SET client-output-buffer-limit "normal 1000000 0 0"')
    await server.call('SET', 'big', 'x'.repeat(500_000))
    const client = await server.client()
    client.socket.pause()
    client.send('GET big\r\n'.repeat(200))
    await server.until(() => server.server.stats.clientsOverOutputLimit === 1)
    expect(server.server.sessions.size).toBe(1)
  })
})

describe('passwords', () => {
  it('requirepass refuses everything but AUTH, HELLO, QUIT and RESET', async () => {
    await server.run('CONFIG SET requirepass secret')
    const client = await server.client()
    expect(await client.raw('GET', 'a')).toBe('-NOAUTH Authentication required.\r\n')
    expect(await client.raw('AUTH', 'wrong')).toMatch(/^-WRONGPASS /)
    expect(await client.command('AUTH', 'secret')).toBe('OK')
    expect(await client.command('GET', 'a')).toBe(null)
    const three = await server.client()
    expect(await three.raw('HELLO', '3', 'AUTH', 'default', 'secret')).toMatch(/^%7\r\n/)
  })
})

describe('QUIT', () => {
  it('replies to everything before it, then closes', async () => {
    const client = await server.client()
    client.send('PING\r\nQUIT\r\nPING\r\n')
    expect(await client.readUntilClosed()).toBe('+PONG\r\n+OK\r\n')
  })
})
