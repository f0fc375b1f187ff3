import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { error, startKeyper, type TestServer } from '../support/harness.ts'
import type { Argument, RawClient } from '../support/raw-client.ts'
import type { Decoded } from '../support/resp-decoder.ts'

let server: TestServer

beforeEach(async () => {
  server = await startKeyper()
})
afterEach(() => server.close())

/** A client that waits in this command; `reply` is what it gets in the end. */
async function waits(...argv: Argument[]): Promise<{ client: RawClient; reply: Promise<Decoded> }> {
  const { suspended } = server.server.blocking
  const client = await server.client()
  const reply = client.command(...argv)
  reply.catch(() => {})
  await server.until(() => server.server.blocking.suspended === suspended + 1, 'the client to wait')
  return { client, reply }
}

describe('clients waiting for keys', () => {
  it('are served in the order they came', async () => {
    const first = await waits('BLPOP', 'l', 0)
    const second = await waits('BRPOP', 'l', 0)
    const third = await waits('BLMOVE', 'l', 'm', 'LEFT', 'RIGHT', 0)
    await server.run('RPUSH l a b c d')
    expect(await first.reply).toEqual(['l', 'a'])
    expect(await second.reply).toEqual(['l', 'd'])
    expect(await third.reply).toBe('b')
    expect(await server.run('LRANGE l 0 -1')).toEqual(['c'])
    expect(await server.run('LRANGE m 0 -1')).toEqual(['b'])
  })

  it('wait for several keys, and take the first that has something', async () => {
    const waiting = await waits('BLPOP', 'x', 'y', 'z', 0)
    await server.run('RPUSH z 1')
    expect(await waiting.reply).toEqual(['z', '1'])
    await server.run('RPUSH y 2')
    expect(await server.run('LLEN y')).toBe(1)
  })

  it('get null when their time is up, to the millisecond', async () => {
    const waiting = await waits('BLPOP', 'l', '1.5')
    server.advance(1499)
    expect(server.server.blocking.suspended).toBe(1)
    server.advance(1)
    expect(await waiting.reply).toBe(null)
    await server.run('RPUSH l a')
    expect(await server.run('LLEN l')).toBe(1)
  })

  it('are not served what a transaction takes back', async () => {
    const waiting = await waits('BLPOP', 'l', 0)
    const other = await server.client()
    await other.pipeline([['MULTI'], ['RPUSH', 'l', 'a'], ['DEL', 'l'], ['EXEC']])
    expect(server.server.blocking.suspended).toBe(1)
    await other.pipeline([['MULTI'], ['RPUSH', 'l', 'b'], ['SET', 'k', 'v'], ['EXEC']])
    expect(await waiting.reply).toEqual(['l', 'b'])
  })

  it('are served by RENAME, MOVE, SWAPDB, COPY and RESTORE', async () => {
    const byRename = await waits('BLPOP', 'l', 0)
    await server.run('RPUSH other a')
    await server.run('RENAME other l')
    expect(await byRename.reply).toEqual(['l', 'a'])

    const bySwap = await waits('BLPOP', 'l', 0)
    await server.run('SELECT 1')
    await server.run('RPUSH l b')
    await server.run('SWAPDB 0 1')
    expect(await bySwap.reply).toEqual(['l', 'b'])

    await server.run('SELECT 1')
    const byMove = await waits('BLPOP', 'l', 0)
    await server.run('RPUSH l c')
    await server.run('MOVE l 0')
    expect(await byMove.reply).toEqual(['l', 'c'])

    await server.run('SELECT 0')
    await server.run('RPUSH source d')
    const byCopy = await waits('BLPOP', 'l', 0)
    await server.run('COPY source l')
    expect(await byCopy.reply).toEqual(['l', 'd'])
  })

  it('stay when a key of another type appears, and leave with an error only where Redis says so', async () => {
    const waiting = await waits('BLPOP', 'l', 0)
    await server.run('SET l string')
    expect(server.server.blocking.suspended).toBe(1)
    await server.run('DEL l')
    await server.run('RPUSH l a')
    expect(await waiting.reply).toEqual(['l', 'a'])
  })

  it('chain: what one moves on serves the next', async () => {
    const last = await waits('BLPOP', 'c', 0)
    const middle = await waits('BLMOVE', 'b', 'c', 'LEFT', 'LEFT', 0)
    const first = await waits('BLMOVE', 'a', 'b', 'LEFT', 'LEFT', 0)
    await server.run('RPUSH a value')
    expect(await first.reply).toBe('value')
    expect(await middle.reply).toBe('value')
    expect(await last.reply).toEqual(['c', 'value'])
    expect(await server.run('DBSIZE')).toBe(0)
  })

  it('of sorted sets are served alike', async () => {
    const low = await waits('BZPOPMIN', 'z', 0)
    const high = await waits('BZPOPMAX', 'z', 0)
    const many = await waits('BZMPOP', 0, 1, 'z', 'MIN', 'COUNT', 5)
    await server.run('ZADD z 1 a 2 b 3 c 4 d')
    expect(await low.reply).toEqual(['z', 'a', '1'])
    expect(await high.reply).toEqual(['z', 'd', '4'])
    expect(await many.reply).toEqual([
      'z',
      [
        ['b', '2'],
        ['c', '3'],
      ],
    ])
  })

  it('take nothing with them when they disconnect', async () => {
    const gone = await waits('BLPOP', 'l', 0)
    await gone.client.close()
    await server.until(() => server.server.blocking.suspended === 0)
    const second = await waits('BLPOP', 'l', 0)
    await server.run('RPUSH l a')
    expect(await second.reply).toEqual(['l', 'a'])
    expect(server.server.blocking.keyWaiters).toBe(0)
  })

  it('CLIENT UNBLOCK ends the wait, with a time-out or an error', async () => {
    const timedOut = await waits('BLPOP', 'l', 0)
    const id = await idOf(timedOut.client)
    expect(await server.call('CLIENT', 'UNBLOCK', id)).toBe(1)
    expect(await timedOut.reply).toBe(null)
    const failed = await waits('XREAD', 'BLOCK', 0, 'STREAMS', 's', '$')
    expect(await server.call('CLIENT', 'UNBLOCK', await idOf(failed.client), 'ERROR')).toBe(1)
    expect(await failed.reply).toEqual(error('UNBLOCKED client unblocked via CLIENT UNBLOCK'))
    expect(await server.call('CLIENT', 'UNBLOCK', id)).toBe(0)
  })

  it('do not wait inside MULTI', async () => {
    expect(await server.run('MULTI')).toBe('OK')
    await server.run('BLPOP l 0')
    await server.run('XREAD BLOCK 0 STREAMS s $')
    expect(await server.run('EXEC')).toEqual([null, null])
  })

  it('have their further requests run after the wait, in order', async () => {
    const client = await server.client()
    client.send('BLPOP l 0\r\nECHO after\r\n')
    await server.until(() => server.server.blocking.suspended === 1)
    await server.run('RPUSH l a')
    expect(await client.nextReply()).toEqual(['l', 'a'])
    expect(await client.nextReply()).toBe('after')
  })
})

/** The id of a client that waits and so cannot say it. */
async function idOf(client: RawClient): Promise<number> {
  const port = client.socket.localPort
  const list = String(await server.run('CLIENT LIST'))
  return Number(new RegExp(`id=(\\d+) addr=127\\.0\\.0\\.1:${port} `).exec(list)![1])
}

describe('XREAD BLOCK', () => {
  it('serves consumers on two connections with every entry', async () => {
    const first = await waits('XREAD', 'BLOCK', 0, 'STREAMS', 's', '$')
    const second = await waits('XREAD', 'BLOCK', 0, 'COUNT', 1, 'STREAMS', 's', '0')
    await server.run('XADD s 1-1 f a')
    const entry = [['s', [['1-1', ['f', 'a']]]]]
    expect(await first.reply).toEqual(entry)
    expect(await second.reply).toEqual(entry)
    const again = [first.client, second.client].map((c) => c.command('XREAD', 'BLOCK', 0, 'STREAMS', 's', '1-1'))
    await server.until(() => server.server.blocking.suspended === 2)
    const writer = await server.client()
    await writer.pipeline([['MULTI'], ['XADD', 's', '2-1', 'f', 'b'], ['XADD', 's', '2-2', 'f', 'c'], ['EXEC']])
    for (const reply of again)
      expect(await reply).toEqual([
        [
          's',
          [
            ['2-1', ['f', 'b']],
            ['2-2', ['f', 'c']],
          ],
        ],
      ])
  })

  it('gets null when its time is up', async () => {
    const waiting = await waits('XREAD', 'BLOCK', 100, 'STREAMS', 's', '$')
    server.advance(100)
    expect(await waiting.reply).toBe(null)
  })
})
