/** What happens at the socket: cut input, ends, limits, and sizes; through both ways of reading. */
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import { encodeRequest, RawClient } from '../support/raw-client.ts'
import { ReplyErrorValue } from '../support/resp-decoder.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe.each([{ sharedBuffer: true }, { sharedBuffer: false }])(
  'sockets, shared read buffer: $sharedBuffer',
  (how) => {
    let server: TestServer
    beforeAll(async () => {
      server = await startKeyper({ sharedBuffer: how.sharedBuffer })
    })
    afterEach(() => server.reset())
    afterAll(() => server?.close())

    const sessionsEnd = (left: number) =>
      server.until(() => server.server.sessions.size === left, 'the sessions to end')

    it('reads requests split at every byte', async () => {
      const client = await server.client()
      const input = Buffer.concat([
        encodeRequest(['SET', 'key', 'a value']),
        Buffer.from('GET key\r\n'),
        encodeRequest(['ECHO', '\r\n$3\r\n']),
      ])
      for (let cut = 1; cut < input.length; cut++) {
        client.send(input.subarray(0, cut))
        await turn()
        client.send(input.subarray(cut))
        expect(await client.nextReply()).toBe('OK')
        expect(await client.nextReply()).toBe('a value')
        expect(await client.nextReply()).toBe('\r\n$3\r\n')
      }
      for (const byte of input) {
        client.send(Buffer.of(byte))
        await turn()
      }
      expect([await client.nextReply(), await client.nextReply(), await client.nextReply()]).toEqual([
        'OK',
        'a value',
        '\r\n$3\r\n',
      ])
      await client.close()
    })

    it('keeps the halves of many sockets apart', async () => {
      const clients = await Promise.all(Array.from({ length: 20 }, () => server.client()))
      const requests = clients.map((_, i) => encodeRequest(['ECHO', `${i}:`.padEnd(300, String(i))]))
      for (let at = 0; at < 400; at += 37) {
        for (const [i, client] of clients.entries()) client.send(requests[i].subarray(at, at + 37))
        await turn()
      }
      const replies = await Promise.all(clients.map((client) => client.nextReply()))
      expect(replies).toEqual(clients.map((_, i) => `${i}:`.padEnd(300, String(i))))
      for (const client of clients) await client.close()
    })

    it('answers long pipelines in order', async () => {
      const client = await server.client()
      const count = 100_000
      const parts = Array.from({ length: count }, () => encodeRequest(['INCR', 'n']))
      client.send(Buffer.concat(parts))
      for (let i = 1; i <= count; i++) if ((await client.nextReply()) !== i) throw new Error(`reply ${i} is another`)
      expect(await client.command('GET', 'n')).toBe(String(count))
      await client.close()
    })

    it('carries values of 1 MB and of 100 MB', { timeout: 120_000 }, async () => {
      const client = await server.client()
      for (const size of [1 << 20, 100_000_000]) {
        const value = Buffer.alloc(size, Buffer.from('0123456789abcdef\r\n\x00\xff', 'latin1'))
        expect(await client.command('SET', 'big', value)).toBe('OK')
        expect(await client.command('STRLEN', 'big')).toBe(size)
        const back = await client.command('GET', 'big')
        expect(typeof back === 'string' && Buffer.from(back, 'latin1').equals(value)).toBe(true)
      }
      expect(await client.command('DEL', 'big')).toBe(1)
      await client.close()
    })

    it('answers what was asked before the sending side ended', async () => {
      const before = server.server.sessions.size
      const client = await server.client()
      client.send(
        Buffer.concat([encodeRequest(['SET', 'k', 'v']), encodeRequest(['GET', 'k']), Buffer.from('*2\r\n$3')]),
      )
      client.end()
      expect(await client.readUntilClosed()).toBe('+OK\r\n$1\r\nv\r\n')
      await sessionsEnd(before)
    })

    it('forgets who waits when the sending side ends or the connection breaks', async () => {
      const before = server.server.sessions.size
      for (const leave of [(c: RawClient) => c.end(), (c: RawClient) => c.socket.resetAndDestroy()]) {
        const client = await server.client()
        client.send('BLPOP nothing 0\r\n')
        await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
        leave(client)
        await client.closed
        await sessionsEnd(before)
        expect(server.server.blocking.suspended).toBe(0)
      }
      await server.run('RPUSH nothing x')
      expect(await server.run('LLEN nothing')).toBe(1)
    })

    it('closes after QUIT, and reads nothing behind it', async () => {
      const client = await server.client()
      client.send('SET a 1\r\nQUIT\r\nSET a 2\r\n')
      expect(await client.readUntilClosed()).toBe('+OK\r\n+OK\r\n')
      expect(await server.run('GET a')).toBe('1')
    })

    it('closes after a protocol error, saying which', async () => {
      for (const [input, reply] of [
        ['SET a 1\r\n*x\r\n', '+OK\r\n-ERR Protocol error: invalid multibulk length\r\n'],
        ['*1\r\n$-5\r\n', '-ERR Protocol error: invalid bulk length\r\n'],
        ['*1\r\n!4\r\n', "-ERR Protocol error: expected '$', got '!'\r\n"],
        [`${'x'.repeat(70_000)}`, '-ERR Protocol error: too big inline request\r\n'],
        ['SET "a\r\n', '-ERR Protocol error: unbalanced quotes in request\r\n'],
      ] as const) {
        const client = await server.client()
        client.send(input)
        expect(await client.readUntilClosed()).toBe(reply)
      }
    })

    it('cuts off a reader that does not read, at its hard limit', async () => {
      await server.run('CONFIG SET client-output-buffer-limit "normal 5mb 0 0"')
      await server.call('SET', 'big', 'x'.repeat(1 << 20))
      const before = server.server.sessions.size
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      const closed = new Promise((resolve) => socket.on('close', resolve))
      socket.pause()
      socket.write('GET big\r\n'.repeat(100))
      await server.until(() => server.server.stats.clientsOverOutputLimit > 0, 'the limit')
      await sessionsEnd(before)
      socket.resume()
      await closed
      await server.run('CONFIG SET client-output-buffer-limit "normal 0 0 0"')
      server.server.stats.clientsOverOutputLimit = 0
    })

    it('cuts off a reader over its soft limit only when that lasts', async () => {
      await server.run('CONFIG SET client-output-buffer-limit "normal 0 2mb 10"')
      await server.call('SET', 'big', 'x'.repeat(1 << 20))
      const before = server.server.sessions.size
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      const closed = new Promise((resolve) => socket.on('close', resolve))
      socket.pause()
      socket.write('GET big\r\n'.repeat(50))
      const over = () => [...server.server.sessions.values()].some((session) => session.softLimitSince > 0)
      await server.until(over, 'the soft limit')
      server.advance(9000)
      expect(server.server.sessions.size).toBe(before + 1)
      server.advance(3000)
      await sessionsEnd(before)
      expect(server.server.stats.clientsOverOutputLimit).toBe(1)
      socket.resume()
      await closed
      await server.run('CONFIG SET client-output-buffer-limit "normal 0 0 0"')
      server.server.stats.clientsOverOutputLimit = 0
    })

    it('serves a reader that is slow, however much that is', async () => {
      await server.call('SET', 'big', 'x'.repeat(1 << 20))
      const client = await server.client()
      client.socket.pause()
      client.send('GET big\r\n'.repeat(64))
      await server.until(() =>
        [...server.server.sessions.values()].some((s) => (s.connection?.unsentBytes ?? 0) > 1 << 24),
      )
      client.socket.resume()
      for (let i = 0; i < 64; i++) expect(String(await client.nextReply()).length).toBe(1 << 20)
      await client.close()
    })

    it('refuses clients beyond maxclients', async () => {
      const { size } = server.server.sessions
      await server.run(`CONFIG SET maxclients ${size + 1}`)
      const last = await server.client()
      expect(await last.command('PING')).toBe('PONG')
      const refused = await RawClient.connect(server.port)
      expect(await refused.readUntilClosed()).toBe('-ERR max number of clients reached\r\n')
      expect(String(await server.run('INFO stats'))).toContain('rejected_connections:1\r\n')
      await last.close()
      await sessionsEnd(size)
      const admitted = await server.client()
      expect(await admitted.command('PING')).toBe('PONG')
      await admitted.close()
      await server.run('CONFIG SET maxclients 10000')
      await server.run('CONFIG RESETSTAT')
    })

    it('closes clients silent for longer than `timeout`, but not those that wait', async () => {
      const { size } = server.server.sessions
      await server.run('CONFIG SET timeout 5')
      const silent = await server.client()
      const waiting = await server.client()
      await silent.command('PING')
      waiting.send('BLPOP nothing 0\r\n')
      await server.until(() => server.server.blocking.suspended === 1, 'the client to wait')
      server.advance(4000)
      expect(await silent.command('PING')).toBe('PONG')
      await server.run('PING')
      server.advance(4000)
      expect(await silent.command('PING')).toBe('PONG')
      await server.run('CONFIG SET timeout 5')
      server.advance(3000)
      await server.run('PING')
      server.advance(3100)
      await silent.closed
      expect(server.server.sessions.size).toBe(size + 1)
      await server.run('RPUSH nothing x')
      expect(await waiting.nextReply()).toEqual(['nothing', 'x'])
      await waiting.close()
      await server.run('CONFIG SET timeout 0')
    })

    it('tells nothing before AUTH, and limits what it takes then', async () => {
      await server.run('CONFIG SET requirepass secret')
      const client = await RawClient.connect(server.port)
      expect(await client.command('GET', 'a')).toEqual(new ReplyErrorValue('NOAUTH Authentication required.'))
      client.send('*11\r\n$3\r\nDEL\r\n')
      expect(await client.readUntilClosed()).toBe('-ERR Protocol error: unauthenticated multibulk length\r\n')
      const second = await RawClient.connect(server.port)
      second.send(Buffer.concat([encodeRequest(['AUTH', 'secret']), encodeRequest(['ECHO', 'x'.repeat(20_000)])]))
      expect(await second.nextReply()).toBe('OK')
      expect(String(await second.nextReply()).length).toBe(20_000)
      await second.command('CONFIG', 'SET', 'requirepass', '')
      await second.close()
    })
  },
)
