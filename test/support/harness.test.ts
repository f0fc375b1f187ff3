import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { anyOrder, cases, error, startKeyper, type TestServer } from './harness.ts'
import { compareWithRedis } from './parity.ts'
import { describeWithRedis } from './redis-oracle.ts'
import { SetReply } from './resp-decoder.ts'

describe('the harness', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startKeyper()
  })
  afterEach(() => server.reset())
  afterAll(() => server.close())

  it('runs lines and words', async () => {
    expect(await server.run('SET a "\\xff b"')).toBe('OK')
    expect(await server.call('GET', 'a')).toBe('\xff b')
    expect(await server.raw('GET a')).toBe('$3\r\n\xff b\r\n')
    expect(() => server.run('GET "a')).toThrow('not a command line')
  })

  it('checks tables', async () => {
    await cases(server, [
      ['RPUSH l a b', 2],
      ['LRANGE l 0 -1', ['a', 'b']],
      [['LINDEX', 'l', 0], 'a'],
      ['INCR l', error('WRONGTYPE Operation against a key holding the wrong kind of value')],
      ['SADD s x y', 2],
      ['SMEMBERS s', anyOrder(['y', 'x'])],
      ['GET missing', null],
      ['LLEN l', (reply) => expect(reply).toBeGreaterThan(1)],
    ])
    const resp3 = await server.client(3)
    await cases(resp3, [
      ['SMEMBERS s', anyOrder(['y', 'x'])],
      ['SMEMBERS none', new SetReply([])],
    ])
    await expect(cases(server, [['SMEMBERS s', anyOrder(['y'])]])).rejects.toThrow('case 0: SMEMBERS s')
  })

  it('moves the time', async () => {
    await cases(server, [
      ['SET a 1 PX 1000', 'OK'],
      ['PTTL a', 1000],
    ])
    server.advance(999)
    expect(await server.run('PTTL a')).toBe(1)
    server.advance(1)
    expect(await server.run('DBSIZE')).toBe(0)
  })

  it('mirrors every type', async () => {
    await cases(server, [
      ['MSET a 1 b text', 'OK'],
      ['SET c 1 EX 100', 'OK'],
      ['RPUSH l 1 2 x', 3],
      ['SADD s 1 2 x', 3],
      ['ZADD z 1.5 a -inf b', 2],
      ['HSET h f v g w', 2],
      ['XADD st 1-1 f v', '1-1'],
      ['XADD st 1-2 f v', '1-2'],
      ['XDEL st 1-1', 1],
      ['SELECT 3', 'OK'],
      ['SET a other', 'OK'],
    ])
    await server.verifyMirrors()
  })

  it('tells what a mirror lacks', async () => {
    await cases(server, [['SET a 1', 'OK']])
    server.store.databases[0].set('a', 'changed in silence')
    server.store.databases[2].set('b', 1)
    await expect(server.verifyMirrors()).rejects.toThrow(
      /2 differences.*\ndb0 "a":[^]*changed in silence[^]*\ndb2 "b": missing/,
    )
    await server.run('FLUSHALL')
  })

  it('tells what a replica would refuse', async () => {
    server.server.background(() => server.server.propagation.add(0, ['NOSUCH', 'x']))
    await expect(server.verifyMirrors()).rejects.toThrow(/refused.*\n"NOSUCH" "x": ERR unknown command/)
    await expect(server.reset()).rejects.toThrow('refused')
  })

  it('keeps several servers apart', async () => {
    const other = await startKeyper({ protocol: 3, config: { databases: '2' } })
    await cases(other, [
      ['SET a 1', 'OK'],
      ['SELECT 2', error('ERR DB index is out of range')],
      ['HGETALL none', new Map()],
    ])
    expect(other.server.table.get('set')!.stats.calls).toBe(1)
    expect(await server.run('GET a')).toBe(null)
    await other.reset()
    expect(await other.run('HGETALL none')).toEqual(new Map())
    await other.close()
    await other.close()
  })
})

describeWithRedis('comparing with Redis', () => {
  it('accepts equal replies, and what may differ', () =>
    compareWithRedis(
      [
        'SET a 1',
        'INCR a',
        ['GET', '\xff'],
        'SADD s a b 1 xyz',
        { command: 'SMEMBERS s', unordered: true },
        'HSET h a 1 b 2',
        { command: 'HGETALL h', unordered: 'pairs' },
        'SET t 1 EX 100',
        { command: 'PTTL t', mask: /\d+/g },
        { command: 'TIME', ignore: true },
        'LPUSH a x',
      ],
      { protocol: 3 },
    ))

  it('tells all differences', async () => {
    const lines = ['SET a 1', 'PING', 'SET b x EX 100', 'CONFIG GET port']
    const run = compareWithRedis(lines, { digest: false })
    await expect(run).rejects.toThrow(/^1 replies differ:\n"CONFIG" "GET" "port"\n {2}keyper:\n {4}\*2/)
  })
})
