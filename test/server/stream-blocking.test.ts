/** Readers and consumers that wait for entries: who is served in which order, and what ends a wait otherwise. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { error, startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'
import type { Decoded } from '../support/resp-decoder.ts'

let server: TestServer
const told: string[] = []
beforeAll(async () => {
  server = await startKeyper()
  server.server.propagation.sinks.push({ append: (_db, argv) => told.push(argv.join(' ')) })
})
afterAll(() => server.close())
afterEach(() => server.reset())
beforeEach(async () => {
  await server.run('XGROUP CREATE s g $ MKSTREAM')
  await server.run('XGROUP CREATE s h $')
  told.length = 0
})

/** A client that waits; its reply is promised in `reply`. */
async function waiting(line: string, protocol: 2 | 3 = 2): Promise<{ client: RawClient; reply: Promise<Decoded> }> {
  const client = await server.client(protocol)
  const before = server.server.blocking.suspended
  const reply = client.command(...line.split(' '))
  await server.until(() => server.server.blocking.suspended === before + 1, `waiting in ${line}`)
  return { client, reply }
}

const entry = (id: string, value: string) => [id, ['f', value]]
const got = (...entries: unknown[]) => [['s', entries]]
const groupGone = error('NOGROUP the consumer group this client was blocked on no longer exists')
const keyGone = error('UNBLOCKED the stream key no longer exists')

describe('waiting for entries', () => {
  it('serves readers and groups alike, in the order they came, and each entry to one consumer of a group', async () => {
    const reader = await waiting('XREAD BLOCK 0 STREAMS s $')
    const first = await waiting('XREADGROUP GROUP g a BLOCK 0 COUNT 1 STREAMS s >')
    const second = await waiting('XREADGROUP GROUP g b BLOCK 0 COUNT 1 STREAMS s >')
    const third = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s >', 3)
    const other = await waiting('XREADGROUP GROUP h a BLOCK 0 STREAMS s >')
    await server.run('MULTI')
    for (const n of [1, 2]) await server.run(`XADD s ${n}-1 f ${n}`)
    await server.run('EXEC')
    expect(await reader.reply).toEqual(got(entry('1-1', '1'), entry('2-1', '2')))
    expect(await first.reply).toEqual(got(entry('1-1', '1')))
    expect(await second.reply).toEqual(got(entry('2-1', '2')))
    expect(await other.reply).toEqual(got(entry('1-1', '1'), entry('2-1', '2')))
    expect(server.server.blocking.suspended).toBe(1)
    await server.run('XADD s 3-1 f 3')
    expect(await third.reply).toEqual(new Map([['s', [entry('3-1', '3')]]]))
    expect(await server.run('XPENDING s g')).toEqual([
      3,
      '1-1',
      '3-1',
      [
        ['a', '2'],
        ['b', '1'],
      ],
    ])
  })

  it('replies all streams that have something', async () => {
    await server.run('XGROUP CREATE t g $ MKSTREAM')
    const consumer = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s t > >')
    const reader = await waiting('XREAD BLOCK 0 STREAMS t s $ $')
    await server.run('MULTI')
    await server.run('XADD t 1-1 f 1')
    await server.run('XADD s 1-1 f 1')
    await server.run('EXEC')
    const each = [entry('1-1', '1')]
    expect(await consumer.reply).toEqual([
      ['s', each],
      ['t', each],
    ])
    expect(await reader.reply).toEqual([
      ['t', each],
      ['s', each],
    ])
  })

  it('ends with null when the time is up, and leaves the consumer behind, as in Redis 7.2', async () => {
    const { reply } = await waiting('XREADGROUP GROUP g late BLOCK 100 STREAMS s >')
    expect(told).toEqual(['XGROUP CREATECONSUMER s g late'])
    server.advance(99)
    expect(server.server.blocking.suspended).toBe(1)
    server.advance(1)
    expect(await reply).toBe(null)
    const idle = ['name', 'late', 'pending', 0, 'idle', 100, 'inactive', -1]
    expect(await server.run('XINFO CONSUMERS s g')).toEqual([idle])
  })

  it('an entry that is trimmed or deleted at once serves nobody', async () => {
    const { reply } = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s >')
    await server.run('XADD s MAXLEN 0 1-1 f 1')
    await server.run('MULTI')
    await server.run('XADD s 2-1 f 2')
    await server.run('XDEL s 2-1')
    await server.run('EXEC')
    expect(server.server.blocking.suspended).toBe(1)
    await server.run('XADD s 3-1 f 3')
    expect(await reply).toEqual(got(entry('3-1', '3')))
  })

  it('+ is the last entry, or, where there is none, the first that comes', async () => {
    const { reply } = await waiting('XREAD BLOCK 0 STREAMS s +')
    await server.run('XADD s 1-1 f 1')
    expect(await reply).toEqual(got(entry('1-1', '1')))
    await server.run('XADD s 2-1 f 2')
    expect(await server.run('XREAD COUNT 5 BLOCK 0 STREAMS s no + +')).toEqual(got(entry('2-1', '2')))
  })

  it('refuses a time that cannot be', async () => {
    for (const command of ['XREAD', 'XREADGROUP GROUP g a']) {
      const refusal = error('ERR timeout is out of range')
      expect(await server.run(`${command} BLOCK 9223372036854775807 STREAMS s 0`)).toEqual(refusal)
    }
  })
})

describe('a wait in a group ends when', () => {
  const ends: readonly [why: string, lines: readonly string[], reply: Decoded][] = [
    ['the group is destroyed', ['XGROUP DESTROY s g'], groupGone],
    ['the key is deleted', ['DEL s'], keyGone],
    ['the key is renamed', ['RENAME s t'], keyGone],
    ['everything is deleted', ['FLUSHALL'], keyGone],
    ['databases are swapped', ['SWAPDB 0 1'], keyGone],
    ['the key is made anew without the group', ['MULTI', 'DEL s', 'XADD s 9-9 f v', 'EXEC'], groupGone],
    ['the key gets another type', ['SET s x'], keyGone],
    ['the key gets another type in a transaction', ['MULTI', 'DEL s', 'SADD s x', 'EXEC'], keyGone],
  ]
  for (const [why, lines, expected] of ends) {
    it(why, async () => {
      const consumer = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s >')
      const reader = await waiting('XREAD BLOCK 0 STREAMS s $')
      // It is hung up on while it waits.
      reader.reply.catch(() => {})
      for (const line of lines) await server.run(line)
      expect(await consumer.reply).toEqual(expected)
      if (why.includes('anew')) expect(await reader.reply).toEqual(got(['9-9', ['f', 'v']]))
      // A plain reader goes on waiting: the stream may come back.
      else expect(server.server.blocking.suspended).toBe(1)
      await reader.client.close()
      await server.until(() => server.server.blocking.suspended === 0)
      await server.run('SELECT 1')
      await server.run('FLUSHALL')
      await server.run('SELECT 0')
    })
  }

  it('the key expires', async () => {
    await server.run('PEXPIRE s 50')
    const { reply } = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s >')
    server.advance(60)
    expect(await reply).toEqual(keyGone)
  })

  it('one of several groups is destroyed, and no other group', async () => {
    await server.run('XGROUP CREATE t g $ MKSTREAM')
    const both = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s t > >')
    const other = await waiting('XREADGROUP GROUP h a BLOCK 0 STREAMS s >')
    await server.run('XGROUP DESTROY t g')
    expect(await both.reply).toEqual(groupGone)
    await server.run('XADD s 1-1 f 1')
    expect(await other.reply).toEqual(got(entry('1-1', '1')))
  })

  it('somebody asks for it', async () => {
    for (const how of ['TIMEOUT', 'ERROR']) {
      const { client, reply } = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s >')
      const [session] = [...server.server.sessions.values()].filter((s) => s.suspension !== null)
      expect(await server.run(`CLIENT UNBLOCK ${session.id} ${how}`)).toBe(1)
      expect(await reply).toEqual(how === 'ERROR' ? error('UNBLOCKED client unblocked via CLIENT UNBLOCK') : null)
      await client.close()
    }
  })
})

describe('what a replica is told', () => {
  const t = () => server.clock.now()
  const claim = (consumer: string, id: string, count: number, last = id) =>
    `XCLAIM s g ${consumer} 0 ${id} TIME ${t()} RETRYCOUNT ${count} FORCE JUSTID LASTID ${last}`
  const unit = (...lines: string[]) => ['MULTI', ...lines, 'EXEC']
  async function afterRunning(...lines: string[]): Promise<string[]> {
    told.length = 0
    for (const line of lines) await server.run(line)
    return [...told]
  }
  beforeEach(async () => {
    for (const n of [1, 2, 3]) await server.run(`XADD s ${n}-1 f ${n}`)
  })

  it('of reading: each claim, and where the group stands', async () => {
    const read = await afterRunning('XREADGROUP GROUP g a COUNT 2 STREAMS s >')
    expect(read).toEqual(unit(claim('a', '1-1', 1), claim('a', '2-1', 1)))
    expect(await afterRunning('XREADGROUP GROUP g a COUNT 1 STREAMS s 0')).toEqual([claim('a', '1-1', 2, '2-1')])
    const unacknowledged = await afterRunning('XREADGROUP GROUP g b NOACK STREAMS s >')
    expect(unacknowledged).toEqual(unit('XGROUP CREATECONSUMER s g b', 'XGROUP SETID s g 3-1 ENTRIESREAD 3'))
    expect(await afterRunning('XREADGROUP GROUP g b STREAMS s >', 'XREADGROUP GROUP g b STREAMS s 0')).toEqual([])
    expect(await afterRunning('XREADGROUP GROUP g c STREAMS s >')).toEqual(['XGROUP CREATECONSUMER s g c'])
  })

  it('of a consumer that waited: what it read when it was served', async () => {
    await server.run('XREADGROUP GROUP g a STREAMS s >')
    const { reply } = await waiting('XREADGROUP GROUP g a BLOCK 0 STREAMS s >')
    const lines = await afterRunning('XADD s 4-1 f 4')
    await reply
    expect(lines).toEqual(['XADD s 4-1 f 4', claim('a', '4-1', 1)])
  })

  it('of claiming: claims, and the end of what was deleted', async () => {
    await server.run('XREADGROUP GROUP g a STREAMS s >')
    await server.run('XDEL s 2-1')
    const claims = await afterRunning('XCLAIM s g b 0 1-1 2-1 LASTID 7-7')
    expect(claims).toEqual(unit(claim('b', '1-1', 2, '7-7'), claim('a', '2-1', 1, '7-7')))
    expect(await afterRunning('XCLAIM s g c 0 9-9')).toEqual(['XGROUP CREATECONSUMER s g c'])
    expect(await afterRunning('XCLAIM s g c 0 9-9 LASTID 8-8')).toEqual(['XGROUP SETID s g 8-8 ENTRIESREAD 3'])
    await server.run('XDEL s 3-1')
    const automatic = await afterRunning('XAUTOCLAIM s g d 0 - JUSTID')
    expect(automatic).toEqual(unit(claim('a', '3-1', 1, '8-8'), claim('d', '1-1', 2, '8-8')))
  })

  it('of acknowledging and of groups: the request', async () => {
    await server.run('XREADGROUP GROUP g a STREAMS s >')
    const lines = ['XACK s g 1-1', 'XGROUP DELCONSUMER s g a', 'XGROUP DESTROY s g', 'XGROUP CREATE s k 0']
    expect(await afterRunning(...lines, 'XACK s k 1-1', 'XGROUP DESTROY s g')).toEqual(lines)
  })

  it('and reading or acknowledging does not break a transaction that watches the stream', async () => {
    const other = await server.client()
    await server.run('WATCH s')
    await other.command('XREADGROUP', 'GROUP', 'g', 'a', 'STREAMS', 's', '>')
    await other.command('XACK', 's', 'g', '1-1')
    await other.command('XGROUP', 'CREATE', 's', 'z', '$')
    await server.run('MULTI')
    await server.run('PING')
    expect(await server.run('EXEC')).toEqual(['PONG'])
  })
})
