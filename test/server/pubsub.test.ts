import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'

let server: TestServer

beforeEach(async () => {
  server = await startKeyper()
})
afterEach(() => server.close())

const next = async (client: RawClient) => (await client.nextPush()).items

describe('PUBLISH', () => {
  for (const protocol of [2, 3] as const) {
    it(`reaches channels, patterns and both at once (RESP${protocol})`, async () => {
      const listener = await server.client(protocol)
      await listener.command('SUBSCRIBE', 'news.a')
      await listener.command('PSUBSCRIBE', 'news.*')
      await listener.command('PSUBSCRIBE', '*.a')
      expect(await server.call('PUBLISH', 'news.a', 'x\r\n\xff')).toBe(3)
      expect(await next(listener)).toEqual(['message', 'news.a', 'x\r\n\xff'])
      expect(await next(listener)).toEqual(['pmessage', 'news.*', 'news.a', 'x\r\n\xff'])
      expect(await next(listener)).toEqual(['pmessage', '*.a', 'news.a', 'x\r\n\xff'])
      expect(await server.run('PUBLISH news.b y')).toBe(1)
      expect(await next(listener)).toEqual(['pmessage', 'news.*', 'news.b', 'y'])
      expect(await server.run('PUBLISH other y')).toBe(0)
    })
  }

  it('keeps the order of messages, of several publishers and of a big one', async () => {
    const listener = await server.client()
    await listener.command('SUBSCRIBE', 'c')
    const publisher = await server.client()
    const big = 'b'.repeat(300_000)
    const replies = await publisher.pipeline([
      ['PUBLISH', 'c', '1'],
      ['PUBLISH', 'c', big],
      ['PUBLISH', 'c', '2'],
    ])
    expect(replies).toEqual([1, 1, 1])
    await server.run('PUBLISH c 3')
    const got = [await next(listener), await next(listener), await next(listener), await next(listener)]
    expect(got.map(([, , message]) => message)).toEqual(['1', big, '2', '3'])
  })

  it('counts each client once per channel, and forgets those that are gone', async () => {
    const listeners = await Promise.all([server.client(), server.client(3), server.client()])
    for (const listener of listeners) await listener.command('SUBSCRIBE', 'c')
    await listeners[0].command('SUBSCRIBE', 'c')
    expect(await server.run('PUBSUB NUMSUB c d')).toEqual(['c', 3, 'd', 0])
    expect(await server.run('PUBLISH c x')).toBe(3)
    await listeners[1].close()
    await server.until(() => server.server.sessions.size === 3)
    expect(await server.run('PUBLISH c x')).toBe(2)
    for (const listener of [listeners[0], listeners[2]]) await listener.command('UNSUBSCRIBE')
    expect(await server.run('PUBSUB CHANNELS')).toEqual([])
    expect(server.server.pubsub.isSilent).toBe(true)
  })

  it('to oneself comes after the reply, also of EXEC', async () => {
    const client = await server.client(3)
    await client.command('SUBSCRIBE', 'c')
    await client.close()
    const self = await server.client()
    self.send('HELLO 3\r\n')
    await self.nextReply()
    self.send('SUBSCRIBE c\r\n')
    await next(self)
    const order: string[] = []
    const seen = Promise.all([
      self.command('PUBLISH', 'c', 'x').then(() => order.push('reply')),
      next(self).then(() => order.push('message')),
    ])
    await seen
    expect(order).toEqual(['reply', 'message'])
    const [, , , executed] = await self.pipeline([['MULTI'], ['PUBLISH', 'c', '1'], ['PUBLISH', 'c', '2'], ['EXEC']])
    expect(executed).toEqual([1, 1])
    expect([(await next(self))[2], (await next(self))[2]]).toEqual(['1', '2'])
  })

  it('goes to replicas, inside a transaction as part of it, and not to sinks of data', async () => {
    const all: string[] = []
    const data: string[] = []
    server.server.propagation.sinks.push(
      { append: (_db, argv) => all.push(argv.join(' ')) },
      { dataOnly: true, append: (_db, argv) => data.push(argv.join(' ')) },
    )
    await server.run('PUBLISH c x')
    await server.run('SPUBLISH c y')
    const client = await server.client()
    await client.pipeline([['MULTI'], ['SET', 'a', '1'], ['PUBLISH', 'c', 'z'], ['INCR', 'a'], ['EXEC']])
    await client.pipeline([['MULTI'], ['SET', 'a', '1'], ['PUBLISH', 'c', 'z'], ['EXEC']])
    expect(all).toEqual([
      'PUBLISH c x',
      'SPUBLISH c y',
      ...['MULTI', 'SET a 1', 'PUBLISH c z', 'INCR a', 'EXEC'],
      ...['MULTI', 'SET a 1', 'PUBLISH c z', 'EXEC'],
    ])
    expect(data).toEqual(['MULTI', 'SET a 1', 'INCR a', 'EXEC', 'SET a 1'])
  })
})

describe('shard channels', () => {
  it('are apart from channels, and patterns do not match them', async () => {
    const listener = await server.client()
    await listener.command('SSUBSCRIBE', 'c')
    await listener.command('PSUBSCRIBE', '*')
    expect(await server.run('SPUBLISH c x')).toBe(1)
    expect(await next(listener)).toEqual(['smessage', 'c', 'x'])
    expect(await server.run('PUBLISH c y')).toBe(1)
    expect(await next(listener)).toEqual(['pmessage', '*', 'c', 'y'])
    expect(await server.run('PUBSUB SHARDCHANNELS')).toEqual(['c'])
    expect(await server.run('PUBSUB SHARDNUMSUB c')).toEqual(['c', 1])
    expect(await server.run('PUBSUB CHANNELS')).toEqual([])
    expect(await listener.command('SUNSUBSCRIBE')).toEqual(['sunsubscribe', 'c', 0])
    expect(await server.run('PUBSUB SHARDCHANNELS')).toEqual([])
  })
})

describe('introspection', () => {
  it('CLIENT LIST, INFO and PUBSUB tell who listens to what', async () => {
    const listener = await server.client()
    await listener.command('SUBSCRIBE', 'a')
    await listener.command('SUBSCRIBE', 'b')
    await listener.command('PSUBSCRIBE', 'p*')
    await listener.command('SSUBSCRIBE', 's')
    const other = await server.client(3)
    await other.command('PSUBSCRIBE', 'p*')
    const list = String(await server.run('CLIENT LIST TYPE pubsub'))
    expect(list.trimEnd().split('\n')).toHaveLength(2)
    expect(list).toMatch(/flags=P .* sub=2 psub=1 ssub=1 /)
    expect(await server.run('PUBSUB NUMPAT')).toBe(1)
    expect(await server.run('PUBSUB CHANNELS [b-z]')).toEqual(['b'])
    const info = String(await server.run('INFO stats'))
    expect(info).toContain('pubsub_channels:2')
    expect(info).toContain('pubsub_patterns:1')
    expect(info).toContain('pubsubshard_channels:1')
    expect(await server.run('CLIENT KILL TYPE pubsub')).toBe(2)
    await server.until(() => server.server.sessions.size === 1)
    expect(await server.run('PUBSUB NUMPAT')).toBe(0)
  })

  it('RESET ends subscriptions', async () => {
    const listener = await server.client()
    await listener.command('SUBSCRIBE', 'a')
    await listener.command('SSUBSCRIBE', 'a')
    expect(await listener.command('RESET')).toBe('RESET')
    expect(await listener.command('GET', 'a')).toBe(null)
    expect(await server.run('PUBSUB CHANNELS')).toEqual([])
    expect(await server.run('PUBSUB SHARDCHANNELS')).toEqual([])
    expect(String(await listener.command('CLIENT', 'INFO'))).toContain('flags=N ')
  })
})

describe('a listener that does not read', () => {
  it('is cut off by the limit of its class, within one batch too', async () => {
    await server.call('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 4mb 0 0')
    const slow = await server.client()
    await slow.command('SUBSCRIBE', 'c')
    slow.socket.pause()
    const message = 'x'.repeat(256 * 1024)
    const publisher = await server.client()
    const replies = await publisher.pipeline(Array.from({ length: 200 }, () => ['PUBLISH', 'c', message]))
    expect(replies[0]).toBe(1)
    expect(replies.at(-1)).toBe(0)
    expect(server.server.stats.clientsOverOutputLimit).toBe(1)
    expect(await server.run('PUBSUB NUMSUB c')).toEqual(['c', 0])
  })
})
