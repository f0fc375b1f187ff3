import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RawClient } from './raw-client.ts'
import { describeWithRedis, type RedisProcess, startRedis } from './redis-oracle.ts'
import { PushReply, ReplyErrorValue } from './resp-decoder.ts'

describeWithRedis('the raw client on a real server', () => {
  let redis: RedisProcess
  let client: RawClient
  beforeAll(async () => {
    redis = await startRedis({ config: { databases: 3 }, args: ['--maxclients', '50'] })
    client = await redis.client()
  })
  afterAll(() => redis.stop())

  it('gives values, errors, and exact bytes', async () => {
    expect(await client.command('SET', 'k', '\xff\0\r\n')).toBe('OK')
    expect(await client.command('GET', 'k')).toBe('\xff\0\r\n')
    expect(await client.raw('GET', 'k')).toBe('$4\r\n\xff\0\r\n\r\n')
    expect(await client.command('SELECT', 3)).toEqual(new ReplyErrorValue('ERR DB index is out of range'))
    expect(
      await client.pipeline([
        ['SET', 'n', 1n],
        ['INCR', 'n'],
        ['TYPE', 'n'],
      ]),
    ).toEqual(['OK', 2, 'string'])
  })

  it('sends anything, and reads to the end', async () => {
    client.send('PING\r\nECHO "a b"\r\n')
    expect(await client.nextReply()).toBe('PONG')
    expect(await client.nextRawReply()).toBe('$3\r\na b\r\n')
    const hostile = await redis.client()
    hostile.send('*x\r\n')
    expect(await hostile.readUntilClosed()).toBe('-ERR Protocol error: invalid multibulk length\r\n')
    await expect(hostile.command('PING')).rejects.toThrow('connection closed')
  })

  it.each([2, 3])('keeps pushes apart in RESP%i', async (protocol) => {
    const subscriber = await redis.client()
    await subscriber.command('HELLO', protocol)
    const confirmed = await subscriber.command('SUBSCRIBE', 'a', `b${protocol}`)
    expect(confirmed).toEqual(protocol === 3 ? new PushReply(['subscribe', 'a', 1]) : ['subscribe', 'a', 1])
    expect(await subscriber.nextPush()).toEqual(new PushReply(['subscribe', `b${protocol}`, 2]))
    expect(await client.command('PUBLISH', `b${protocol}`, 'hello')).toBe(1)
    expect(await subscriber.command('PING')).toEqual(protocol === 3 ? 'PONG' : ['pong', ''])
    expect(await subscriber.nextPush()).toEqual(new PushReply(['message', `b${protocol}`, 'hello']))
  })

  it('tells why a server did not start', async () => {
    await expect(startRedis({ config: { 'no-such-directive': 1 } })).rejects.toThrow(/no-such-directive/)
  })
})
