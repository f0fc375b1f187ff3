import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { words } from '../support/harness.ts'
import { type Parity, startParity } from '../support/parity.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'

const MARK = '__key__:mark'

interface Clients {
  readonly client: RawClient
  readonly listener: RawClient
  /** Says on the listener's channels that a line is done; not the client, which may be in a transaction. */
  readonly marker: RawClient
}

async function connect(server: { client(): Promise<RawClient> }): Promise<Clients> {
  const [client, listener, marker] = [await server.client(), await server.client(), await server.client()]
  await listener.command('PSUBSCRIBE', '__key*__:*')
  return { client, listener, marker }
}

/** Every event each line causes, in order, as `channel message`. */
async function eventsOf({ client, listener, marker }: Clients, lines: readonly string[]): Promise<string[]> {
  const told: string[] = []
  for (const line of lines) {
    await client.command(...words(line))
    await marker.command('PUBLISH', MARK, '')
    told.push(`> ${line}`)
    for (;;) {
      const [, , channel, message] = (await listener.nextPush()).items as string[]
      if (channel === MARK) break
      told.push(`${channel} ${message}`)
    }
  }
  return told
}

describeWithRedis('keyspace events are those of redis-server', () => {
  let pair: Parity
  let ours: Clients
  let theirs: Clients
  beforeAll(async () => {
    pair = await startParity({ config: { 'notify-keyspace-events': 'KEAmn' } })
    ours = await connect(pair.keyper)
    theirs = await connect(pair.redis)
    // A key past its deadline leaves when it is looked for, not at a moment of the server's choice.
    for (const { client } of [ours, theirs]) await client.command('DEBUG', 'SET-ACTIVE-EXPIRE', 0)
  })
  afterAll(() => pair?.close())
  beforeEach(async () => {
    for (const { client } of [ours, theirs]) await client.command('FLUSHALL')
  })

  const same = (name: string, lines: readonly string[]) =>
    it(name, async () => {
      const real = await eventsOf(theirs, lines)
      expect(await eventsOf(ours, lines)).toEqual(real)
    })

  same('keys', [
    'SET a 1',
    'DEL a b',
    'SET a 1',
    'UNLINK a b',
    'SET a 1',
    'RENAME a b',
    'RENAME b b',
    'RENAME nothing b',
    'SET a 2',
    'RENAME a b',
    'RENAMENX b c',
    'SET d 1',
    'RENAMENX c d',
    'COPY c e',
    'COPY c d',
    'COPY c d REPLACE',
    'COPY c e DB 1',
    'MOVE c 1',
    'MOVE d 1',
    'MOVE d 1',
    'MOVE nothing 1',
    'SET a 1',
    'EXPIRE a 100',
    'EXPIRE a 200 NX',
    'PEXPIRE a 100000',
    'EXPIREAT a 99999999999',
    'PEXPIREAT a 99999999999999',
    'PERSIST a',
    'PERSIST a',
    'EXPIRE a -1',
    'EXPIRE a 1',
    'SET a 1',
    'EXPIREAT a 1',
    'SET a 1',
    'PEXPIREAT a 1',
    'TTL a',
    'PTTL a',
    'EXPIRETIME a',
    'EXISTS a b c',
    'TOUCH a b e',
    'TYPE a',
    'TYPE e',
    'OBJECT ENCODING a',
    'OBJECT ENCODING e',
    'DUMP a',
    'RANDOMKEY',
    'KEYS *',
    'SCAN 0',
    'RESTORE r 0 "\\x00\\xc0\\x01\\n\\x00\\xf3-?2\\xf8\\xf0\\x9c\\xf8"',
    'RESTORE r 0 "\\x00\\xc0\\x01\\n\\x00\\xf3-?2\\xf8\\xf0\\x9c\\xf8" REPLACE',
    'RESTORE r 100000 "\\x00\\xc0\\x01\\n\\x00\\xf3-?2\\xf8\\xf0\\x9c\\xf8" REPLACE',
    'RESTORE r 1 "\\x00\\xc0\\x01\\n\\x00\\xf3-?2\\xf8\\xf0\\x9c\\xf8" REPLACE ABSTTL',
    'RESTORE r 1 "\\x00\\xc0\\x01\\n\\x00\\xf3-?2\\xf8\\xf0\\x9c\\xf8" REPLACE ABSTTL',
    'SELECT 3',
    'SET in3 1',
    'EXPIRE in3 10',
    'DEL in3',
    'SELECT 0',
    'SWAPDB 0 1',
    'SWAPDB 0 1',
    'FLUSHDB',
    'FLUSHALL',
    'MULTI',
    'SET a 1',
    'INCR a',
    'GET nothing',
    'LPUSH l a',
    'LPOP l',
    'EXEC',
  ])
  same('strings', [
    'SET a 1',
    'SET a 2 NX',
    'SET b 2 XX',
    'SET b 2 NX',
    'SET b 2 XX',
    'SET a 1 EX 100',
    'SET a 1 KEEPTTL',
    'SET a 1 PXAT 99999999999999',
    'SET a 1 GET',
    'SET n 1 GET',
    'SET a 1 NX GET',
    'SET a 1 EXAT 1',
    'GET a',
    'SETEX a 100 1',
    'PSETEX a 100000 1',
    'SETNX a 1',
    'SETNX c 1',
    'GETSET a 2',
    'GETSET d 2',
    'GETDEL a',
    'GETDEL a',
    'GETEX d',
    'GETEX d EX 100',
    'GETEX d PERSIST',
    'GETEX d PERSIST',
    'GETEX d PXAT 1',
    'GETEX d PXAT 1',
    'GET d',
    'MGET a b c d',
    'MSET a 1 b 2 c 3',
    'MSETNX a 1 x 2',
    'MSETNX x 1 y 2',
    'INCR a',
    'DECR a',
    'INCRBY a 5',
    'DECRBY a 5',
    'INCR new',
    'INCRBYFLOAT a 1.5',
    'INCRBYFLOAT newer 1.5',
    'APPEND a x',
    'APPEND newest x',
    'APPEND a ""',
    'APPEND empty ""',
    'SETRANGE a 3 abc',
    'SETRANGE a 3 ""',
    'SETRANGE z 0 abc',
    'SETRANGE zz 3 ""',
    'GETRANGE nothing 0 1',
    'SUBSTR nothing 0 1',
    'STRLEN nothing',
    'LCS a nothing',
    'SETBIT bits 7 1',
    'SETBIT bits 7 1',
    'SETBIT bits 100 0',
    'GETBIT nothing 1',
    'BITCOUNT nothing',
    'BITPOS nothing 1',
    'BITOP AND dest bits a',
    'BITOP NOT dest bits',
    'BITOP AND dest nothing',
    'BITOP AND dest nothing',
    'BITFIELD bits SET u8 0 5',
    'BITFIELD bits SET u8 0 5 INCRBY u8 8 1',
    'BITFIELD bits GET u8 0',
    'BITFIELD nothing GET u8 0',
    'BITFIELD_RO nothing GET u8 0',
    'BITFIELD grown SET u8 0 0',
    'PFADD hll a b c',
    'PFADD hll a',
    'PFADD hll2',
    'PFADD hll2',
    'PFCOUNT hll',
    'PFCOUNT nothing',
    'PFCOUNT hll nothing',
    'PFMERGE merged hll hll2',
    'PFMERGE merged',
    'LPUSH l a',
    'INCR l',
    'GET l',
    'SET l 1',
  ])
  same('lists', [
    'LPUSH l a b c',
    'RPUSH l d',
    'LPUSHX l x',
    'RPUSHX l x',
    'LPUSHX nothing x',
    'RPUSHX nothing x',
    'LINSERT l BEFORE a z',
    'LINSERT l AFTER missing z',
    'LINSERT nothing AFTER missing z',
    'LSET l 0 q',
    'LSET l 99 q',
    'LREM l 0 x',
    'LREM l 0 x',
    'LTRIM l 0 2',
    'LTRIM l 0 -1',
    'LTRIM l 5 2',
    'LTRIM l 5 2',
    'RPUSH l a b c d e f g h',
    'LPOP l',
    'RPOP l',
    'LPOP l 0',
    'LPOP l 2',
    'RPOP l 99',
    'LPOP l',
    'LPOP l 1',
    'RPUSH l a b c',
    'LREM l 0 a',
    'LREM l 0 b',
    'LREM l 0 c',
    'RPUSH l a b c',
    'RPOPLPUSH l m',
    'LMOVE l m LEFT RIGHT',
    'LMOVE l m LEFT RIGHT',
    'LMOVE l m LEFT RIGHT',
    'LMOVE m m LEFT RIGHT',
    'LMOVE m m LEFT LEFT',
    'RPOPLPUSH m m',
    'RPUSH one a',
    'LMOVE one one LEFT RIGHT',
    'RPOPLPUSH one one',
    'BLMOVE one two LEFT RIGHT 1',
    'BRPOPLPUSH two one 1',
    'BLPOP one 1',
    'BRPOP m 1',
    'LMPOP 2 nothing m LEFT COUNT 10',
    'LMPOP 1 nothing LEFT',
    'RPUSH l a b',
    'BLMPOP 1 2 nothing l RIGHT',
    'BLMPOP 1 2 nothing l RIGHT',
    'LRANGE nothing 0 1',
    'LLEN nothing',
    'LINDEX nothing 1',
    'LPOS nothing a',
    'MULTI',
    'BLPOP nothing 1',
    'EXEC',
  ])
  same('sets', [
    'SADD s a b c',
    'SADD s a',
    'SREM s a x',
    'SREM s x',
    'SREM s b c',
    'SREM s b',
    'SADD s a b c',
    'SMOVE s t a',
    'SMOVE s t missing',
    'SMOVE s t b',
    'SMOVE s t c',
    'SMOVE s t c',
    'SADD s a',
    'SMOVE s t a',
    'SMOVE t t a',
    'SPOP t',
    'SPOP t 0',
    'SPOP t 99',
    'SPOP t',
    'SPOP t 2',
    'SADD s a',
    'SPOP s',
    'SADD s a b c d e f g h i j k l m n o p',
    'SPOP s 2',
    'SPOP s 12',
    'SADD a 1 2 3',
    'SADD b 2 3 4',
    'SINTERSTORE d a b',
    'SUNIONSTORE d a b',
    'SDIFFSTORE d a b',
    'SDIFFSTORE d a a',
    'SDIFFSTORE d a a',
    'SINTERSTORE d a nothing',
    'SINTERSTORE a a nothing',
    'SUNIONSTORE d nothing nothing2',
    'SUNIONSTORE d b',
    'SINTER nothing b',
    'SUNION nothing b',
    'SDIFF nothing b',
    'SINTERCARD 2 b nothing',
    'SISMEMBER nothing a',
    'SMISMEMBER nothing a',
    'SMEMBERS nothing',
    'SCARD nothing',
    'SRANDMEMBER nothing',
    'SRANDMEMBER nothing 2',
    'SSCAN nothing 0',
  ])
  same('hashes', [
    'HSET h a 1 b 2',
    'HSET h a 1',
    'HMSET h a 1',
    'HSETNX h a 1',
    'HSETNX h c 1',
    'HINCRBY h a 1',
    'HINCRBY new a 1',
    'HINCRBYFLOAT h a 1.5',
    'HINCRBYFLOAT newer a 1.5',
    'HDEL h x',
    'HDEL h a b',
    'HDEL h c',
    'HDEL h c',
    'HSET h a x',
    'HINCRBY h a 1',
    'HGET nothing a',
    'HMGET nothing a',
    'HGETALL nothing',
    'HKEYS nothing',
    'HVALS nothing',
    'HLEN nothing',
    'HEXISTS nothing a',
    'HSTRLEN nothing a',
    'HRANDFIELD nothing',
    'HRANDFIELD nothing 2',
    'HSCAN nothing 0',
  ])
  same('sorted sets', [
    'ZADD z 1 a 2 b 3 c',
    'ZADD z 1 a',
    'ZADD z 5 a',
    'ZADD z NX 6 a',
    'ZADD z XX 6 new',
    'ZADD z GT CH 1 a',
    'ZADD z INCR 1 a',
    'ZADD z NX INCR 1 a',
    'ZADD nothing XX 1 a',
    'ZADD z INCR 0 a',
    'ZINCRBY z 1 a',
    'ZINCRBY z 0 a',
    'ZINCRBY new 1 a',
    'ZREM z x',
    'ZREM z a',
    'ZREM new a',
    'ZADD z 1 a 2 b 3 c 4 d 5 e 6 f',
    'ZREMRANGEBYSCORE z 9 10',
    'ZREMRANGEBYSCORE z 1 1',
    'ZREMRANGEBYRANK z 0 0',
    'ZREMRANGEBYLEX z [c [c',
    'ZREMRANGEBYRANK z 0 -1',
    'ZREMRANGEBYRANK z 0 -1',
    'ZADD z 0 a 0 b',
    'ZREMRANGEBYLEX z - +',
    'ZADD z 0 a 0 b',
    'ZREMRANGEBYSCORE z -inf +inf',
    'ZADD z 1 a 2 b 3 c 4 d 5 e 6 f',
    'ZPOPMIN z',
    'ZPOPMAX z',
    'ZPOPMIN z 2',
    'ZPOPMAX z 99',
    'ZPOPMAX z 99',
    'ZPOPMIN z',
    'ZADD z 1 a 2 b 3 c 4 d',
    'BZPOPMIN z 1',
    'BZPOPMAX nothing z 1',
    'ZMPOP 1 z MIN',
    'BZMPOP 1 2 nothing z MAX COUNT 3',
    'ZMPOP 1 z MIN',
    'ZADD a 1 x 2 y',
    'ZADD b 1 y 2 z',
    'ZUNIONSTORE d 2 a b',
    'ZINTERSTORE d 2 a b',
    'ZDIFFSTORE d 2 a b',
    'ZDIFFSTORE d 2 a a',
    'ZDIFFSTORE d 2 a a',
    'ZINTERSTORE d 2 a nothing',
    'ZUNIONSTORE d 2 nothing a',
    'ZUNIONSTORE d 1 nothing',
    'ZRANGESTORE d a 0 -1',
    'ZRANGESTORE d a 5 6',
    'ZRANGESTORE d a 5 6',
    'ZRANGESTORE d nothing 5 6',
    'ZRANGE nothing 0 1',
    'ZRANGEBYSCORE nothing 0 1',
    'ZRANGEBYLEX nothing - +',
    'ZREVRANGE nothing 0 1',
    'ZSCORE nothing a',
    'ZMSCORE nothing a',
    'ZRANK nothing a',
    'ZREVRANK nothing a',
    'ZCARD nothing',
    'ZCOUNT nothing 0 1',
    'ZLEXCOUNT nothing - +',
    'ZRANDMEMBER nothing',
    'ZRANDMEMBER nothing 2',
    'ZSCAN nothing 0',
    'ZUNION 2 nothing a',
    'ZINTER 2 nothing a',
    'ZDIFF 2 nothing a',
    'ZINTERCARD 2 nothing a',
    'GEOADD g 13.3 38.1 p 15.0 37.5 c',
    'GEOADD g 13.3 38.1 p',
    'GEOADD g XX CH 13.4 38.1 p',
    'GEOPOS nothing a',
    'GEODIST nothing a b',
    'GEOHASH nothing a',
    'GEOSEARCH nothing FROMLONLAT 15 37 BYRADIUS 200 km',
    'GEORADIUS g 15 37 200 km STORE gd',
    'GEORADIUS nothing 15 37 200 km STORE gd',
    'GEORADIUS nothing 15 37 200 km STORE gd',
    'GEORADIUS g 15 37 200 km STORE gd',
    'GEORADIUS g 100 37 1 km STORE gd',
    'GEORADIUSBYMEMBER g p 200 km STOREDIST gd',
    'GEOSEARCHSTORE gs g FROMLONLAT 15 37 BYRADIUS 200 km',
    'GEOSEARCHSTORE gs g FROMLONLAT 100 37 BYRADIUS 1 km',
    'GEOSEARCHSTORE gs g FROMLONLAT 100 37 BYRADIUS 1 km',
    'GEOSEARCHSTORE gd nothing FROMLONLAT 100 37 BYRADIUS 1 km',
  ])
  same('streams', [
    'XADD x 1-1 a 1',
    'XADD x 2-1 a 1',
    'XADD x NOMKSTREAM 3-1 a 1',
    'XADD nothing NOMKSTREAM 3-1 a 1',
    'XADD x MAXLEN 2 4-1 a 1',
    'XADD x MAXLEN 20 5-1 a 1',
    'XADD x MAXLEN 0 6-1 a 1',
    'XADD y MAXLEN 0 6-1 a 1',
    'XADD x 7-1 a 1',
    'XADD x 8-1 a 1',
    'XTRIM x MAXLEN 1',
    'XTRIM x MAXLEN 1',
    'XTRIM nothing MAXLEN 1',
    'XDEL x 8-1 9-1',
    'XDEL x 8-1',
    'XSETID x 100-0',
    'XGROUP CREATE x g 0',
    'XGROUP CREATE x g 0',
    'XGROUP CREATE made g 0 MKSTREAM',
    'XGROUP SETID x g 0',
    'XGROUP CREATECONSUMER x g c',
    'XGROUP CREATECONSUMER x g c',
    'XADD x 101-1 a 1',
    'XADD x 102-1 a 1',
    'XREADGROUP GROUP g alice COUNT 1 STREAMS x >',
    'XREADGROUP GROUP g alice COUNT 1 STREAMS x >',
    'XREADGROUP GROUP g alice COUNT 1 STREAMS x >',
    'XREADGROUP GROUP g bob STREAMS x 0',
    'XACK x g 101-1',
    'XCLAIM x g carol 0 102-1',
    'XCLAIM x g carol 0 102-1',
    'XAUTOCLAIM x g erin 0 0',
    'XAUTOCLAIM x g erin 0 0',
    'XGROUP DELCONSUMER x g erin',
    'XGROUP DELCONSUMER x g erin',
    'XGROUP DESTROY x g',
    'XGROUP DESTROY x g',
    'XRANGE nothing - +',
    'XREVRANGE nothing + -',
    'XLEN nothing',
    'XREAD STREAMS nothing 0',
    'XINFO STREAM nothing',
    'XINFO GROUPS nothing',
    'XPENDING nothing g',
    'XACK nothing g 1-1',
    'XCLAIM nothing g c 0 1-1',
    'XREADGROUP GROUP g c STREAMS nothing >',
  ])
  same('sort', [
    'RPUSH l 3 1 2',
    'SORT l',
    'SORT nothing',
    'SORT_RO nothing',
    'SORT l STORE d',
    'SORT l BY w_* GET d_* STORE d',
    'SORT nothing STORE d',
    'SORT nothing STORE d',
  ])

  it('classes choose events', async () => {
    for (const classes of ['Kg', 'E$', 'KElg', 'KEx', 'KEn', 'KEm', 'KE', 'A', '', 'Egz', 'Ks', 'Kht']) {
      for (const { client } of [ours, theirs]) await client.command('CONFIG', 'SET', 'notify-keyspace-events', classes)
      const lines = ['SET a 1', 'RPUSH l a', 'LPOP l', 'SADD s a', 'ZADD z 1 a', 'HSET h a 1', 'XADD x * a 1']
      lines.push('GET nothing', 'EXPIRE a 100', 'DEL a s z h x')
      const real = await eventsOf(theirs, lines)
      expect(await eventsOf(ours, lines), classes).toEqual(real)
    }
    for (const { client } of [ours, theirs]) await client.command('CONFIG', 'SET', 'notify-keyspace-events', 'KEAmn')
  })

  it('serving blocked clients causes the events of a pop', async () => {
    const run = async (clients: Clients, blocked: RawClient) => {
      const told: string[] = []
      const { client } = clients
      const waits = [
        ['BLPOP l 5', 'RPUSH l a b'],
        ['BRPOPLPUSH l2 dest 5', 'RPUSH l2 a'],
        ['BLMOVE l2 l2 LEFT RIGHT 5', 'RPUSH l2 a'],
        ['BZPOPMIN z 5', 'ZADD z 1 a 2 b'],
        ['BLMPOP 5 1 lm LEFT COUNT 9', 'RPUSH lm a b'],
        ['BZMPOP 5 1 zm MAX COUNT 9', 'ZADD zm 1 a 2 b'],
      ]
      for (const [wait, wake] of waits) {
        await client.command('DEL', 'l', 'l2', 'z', 'dest')
        const served = blocked.command(...words(wait))
        for (;;) if (/blocked_clients:1/.test(String(await client.command('INFO', 'clients')))) break
        told.push(...(await eventsOf(clients, [wake])))
        await served
      }
      return told
    }
    const real = await run(theirs, await pair.redis.client())
    expect(await run(ours, await pair.keyper.client())).toEqual(real)
  })

  it('a key found past its deadline tells that it expired', async () => {
    const run = async (clients: Clients) => {
      const { client } = clients
      const told = await eventsOf(clients, ['SET a 1 PX 1', 'SET b 1 PX 1', 'SET c 1 PX 1', 'SET d 1 PX 1'])
      for (;;) if ((await client.command('PTTL', 'd')) === -2 && (await client.command('TIME')) !== null) break
      told.push(...(await eventsOf(clients, ['SET b 2', 'DEL a', 'GET c', 'EXISTS c'])))
      return told.filter((event) => !/ d$|:d /.test(event))
    }
    const real = await run(theirs)
    expect(await run(ours)).toEqual(real)
  })
})
