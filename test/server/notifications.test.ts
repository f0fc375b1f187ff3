import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'

let server: TestServer

beforeEach(async () => {
  server = await startKeyper({ config: { 'notify-keyspace-events': 'KEA' } })
})
afterEach(() => server.close())

const next = async (client: RawClient) => (await client.nextPush()).items

describe('keyspace events', () => {
  it('come twice: on the channel of the key and on that of the event', async () => {
    const listener = await server.client()
    await listener.command('PSUBSCRIBE', '__key*')
    await server.run('SELECT 3')
    await server.run('SET a 1')
    expect(await next(listener)).toEqual(['pmessage', '__key*', '__keyspace@3__:a', 'set'])
    expect(await next(listener)).toEqual(['pmessage', '__key*', '__keyevent@3__:set', 'a'])
  })

  it('tell of a key that expires by itself', async () => {
    const listener = await server.client()
    await listener.command('SUBSCRIBE', '__keyevent@0__:expired')
    await server.run('SET a 1 PX 100')
    server.advance(101)
    expect(await next(listener)).toEqual(['message', '__keyevent@0__:expired', 'a'])
  })

  it('follow CONFIG SET, and cost nothing when off', async () => {
    expect(server.store.observing).toBe(true)
    await server.call('CONFIG', 'SET', 'notify-keyspace-events', '')
    expect(server.store.observing).toBe(false)
    await server.call('CONFIG', 'SET', 'notify-keyspace-events', 'KE')
    expect(server.store.observing).toBe(false)
    await server.call('CONFIG', 'SET', 'notify-keyspace-events', 'Kg')
    expect(server.store.observing).toBe(true)
    const listener = await server.client()
    await listener.command('PSUBSCRIBE', '__key*')
    await server.run('SET a 1')
    await server.run('DEL a')
    expect(await next(listener)).toEqual(['pmessage', '__key*', '__keyspace@0__:a', 'del'])
  })

  it('of a change by the listener itself come after the reply, also of a transaction', async () => {
    const client = await server.client(3)
    await client.command('SUBSCRIBE', '__keyspace@0__:a')
    expect(await client.command('SET', 'a', '1')).toBe('OK')
    expect(await next(client)).toEqual(['message', '__keyspace@0__:a', 'set'])
    const replies = await client.pipeline([['MULTI'], ['INCR', 'a'], ['DEL', 'a'], ['EXEC']])
    expect(replies[3]).toEqual([2, 1])
    expect((await next(client))[2]).toBe('incrby')
    expect((await next(client))[2]).toBe('del')
  })

  it('of a served client are told to it after its reply', async () => {
    const client = await server.client(3)
    await client.command('SUBSCRIBE', '__keyspace@0__:l')
    const popped = client.command('BLPOP', 'l', 0)
    await server.until(() => server.server.blocking.suspended === 1)
    await server.run('RPUSH l a')
    expect(await popped).toEqual(['l', 'a'])
    const events = [(await next(client))[2], (await next(client))[2], (await next(client))[2]]
    expect(events).toEqual(['rpush', 'lpop', 'del'])
  })
})
