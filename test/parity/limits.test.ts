/**
 * Requests that are refused, for every command on data: the same error as Redis's, nothing changed, nothing propagated.
 * What 7.2 words otherwise than 7.0 is left out here and listed in docs/differences.md.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { words } from '../support/harness.ts'
import { type Parity, startParity } from '../support/parity.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'

/** One value of each type, which no request may change. */
const DATA = [
  'SET s text',
  'SET n 10',
  'SET max 9223372036854775807',
  'SET min -9223372036854775808',
  'SET f 1e300',
  'RPUSH l a b c',
  'HSET h f v n 1 max 9223372036854775807 text abc',
  'SADD t a b c',
  'ZADD z 1 a 2 b inf top -inf bottom',
  'XADD x 1-1 f v',
  'PFADD p a b',
]

/** For a command: what may stand for `?`, its type's key; every wrong number is tried in each place marked `#`. */
const WRONG_INTEGERS = ['x', '""', '1.5', '" 1"', '1x', '9223372036854775808', '-9223372036854775809', '0x1', '+1']
const WRONG_FLOATS = ['x', '""', 'nan', '" 1"', '1x', '1e5000', '1,5']
const HUGE = ['9223372036854775807', '-9223372036854775808']

/** Commands by the type they work on: tried on a key of each other type. */
const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  s: [
    ...['GET ?', 'GETSET ? v', 'GETDEL ?', 'GETEX ?', 'GETEX ? EX 10', 'SET ? v GET', 'APPEND ? x', 'STRLEN ?'],
    ...['SETRANGE ? 0 x', 'GETRANGE ? 0 1', 'SUBSTR ? 0 1', 'INCR ?', 'DECR ?', 'INCRBY ? 1', 'DECRBY ? 1'],
    ...['INCRBYFLOAT ? 1', 'LCS ? s', 'LCS s ?', 'SETBIT ? 0 1', 'GETBIT ? 0', 'BITCOUNT ?', 'BITPOS ? 1'],
    ...[
      'BITFIELD ? SET u8 0 1',
      'BITFIELD ? GET u8 0',
      'BITFIELD_RO ? GET u8 0',
      'BITOP AND dest ? s',
      'BITOP NOT dest ?',
    ],
    ...['PFADD ? a', 'PFCOUNT ?', 'PFCOUNT p ?', 'PFMERGE dest p ?', 'PFMERGE ? p', 'PFDEBUG ENCODING ?'],
  ],
  l: [
    ...[
      'LPUSH ? a',
      'RPUSH ? a',
      'LPUSHX ? a',
      'RPUSHX ? a',
      'LPOP ?',
      'RPOP ?',
      'LPOP ? 1',
      'LLEN ?',
      'LRANGE ? 0 -1',
    ],
    ...['LINDEX ? 0', 'LSET ? 0 v', 'LINSERT ? BEFORE a b', 'LREM ? 0 a', 'LTRIM ? 0 0', 'LPOS ? a', 'RPOPLPUSH ? l'],
    ...['RPOPLPUSH l ?', 'LMOVE ? l LEFT RIGHT', 'LMOVE l ? LEFT RIGHT', 'LMPOP 1 ? LEFT', 'BLPOP ? 1', 'BRPOP ? 1'],
    ...[
      'BRPOPLPUSH ? l 1',
      'BRPOPLPUSH l ? 1',
      'BLMOVE ? l LEFT LEFT 1',
      'BLMOVE l ? LEFT LEFT 1',
      'BLMPOP 1 1 ? LEFT',
    ],
  ],
  h: [
    ...[
      'HSET ? f v',
      'HMSET ? f v',
      'HSETNX ? g v',
      'HGET ? f',
      'HMGET ? f',
      'HDEL ? f',
      'HLEN ?',
      'HSTRLEN ? f',
      'HGETALL ?',
    ],
    ...[
      'HKEYS ?',
      'HVALS ?',
      'HEXISTS ? f',
      'HINCRBY ? n 1',
      'HINCRBYFLOAT ? n 1',
      'HRANDFIELD ?',
      'HRANDFIELD ? 2',
      'HSCAN ? 0',
    ],
  ],
  t: [
    ...['SADD ? a', 'SREM ? a', 'SCARD ?', 'SISMEMBER ? a', 'SMISMEMBER ? a b', 'SMEMBERS ?', 'SPOP ?', 'SPOP ? 1'],
    ...[
      'SRANDMEMBER ?',
      'SRANDMEMBER ? 2',
      'SMOVE ? t a',
      'SMOVE t ? a',
      'SINTER t ?',
      'SUNION ? t',
      'SDIFF t ?',
      'SSCAN ? 0',
    ],
    ...['SINTERSTORE dest t ?', 'SUNIONSTORE dest ? t', 'SDIFFSTORE dest t ?', 'SINTERCARD 2 t ?'],
  ],
  z: [
    ...[
      'ZADD ? 1 a',
      'ZADD ? INCR 1 a',
      'ZINCRBY ? 1 a',
      'ZREM ? a',
      'ZCARD ?',
      'ZSCORE ? a',
      'ZMSCORE ? a',
      'ZRANK ? a',
    ],
    ...['ZREVRANK ? a', 'ZCOUNT ? 0 1', 'ZLEXCOUNT ? - +', 'ZRANGE ? 0 -1', 'ZREVRANGE ? 0 -1', 'ZRANGEBYSCORE ? 0 1'],
    ...[
      'ZREVRANGEBYSCORE ? 1 0',
      'ZRANGEBYLEX ? - +',
      'ZREVRANGEBYLEX ? + -',
      'ZRANGESTORE dest ? 0 -1',
      'ZPOPMIN ?',
      'ZPOPMAX ? 2',
    ],
    ...[
      'ZREMRANGEBYRANK ? 0 0',
      'ZREMRANGEBYSCORE ? 0 1',
      'ZREMRANGEBYLEX ? - +',
      'ZMPOP 1 ? MIN',
      'ZRANDMEMBER ?',
      'ZRANDMEMBER ? 2',
    ],
    ...[
      'BZPOPMIN ? 1',
      'BZPOPMAX ? 1',
      'BZMPOP 1 1 ? MIN',
      'ZSCAN ? 0',
      'GEOADD ? 1 1 m',
      'GEODIST ? a b',
      'GEOPOS ? a',
      'GEOHASH ? a',
    ],
    ...['GEOSEARCH ? FROMLONLAT 0 0 BYRADIUS 1 m', 'GEOSEARCHSTORE dest ? FROMLONLAT 0 0 BYRADIUS 1 m'],
  ],
  x: [
    ...[
      'XADD ? * f v',
      'XLEN ?',
      'XRANGE ? - +',
      'XREVRANGE ? + -',
      'XDEL ? 1-1',
      'XTRIM ? MAXLEN 0',
      'XREAD STREAMS ? 0',
    ],
    ...['XSETID ? 9-9', 'XINFO STREAM ?', 'XINFO GROUPS ?', 'XGROUP CREATE ? g 0', 'XACK ? g 1-1'],
  ],
}

/** Also take a key of another type, on purpose. */
const OTHER_TYPE_IS_FINE = new Set(['ZUNION', 'ZINTER', 'ZDIFF'])

/** `#` is a whole number, `~` a float. The rest of each line is right. */
const NUMBERS = [
  ...[
    'SET s v EX #',
    'SET s v PX #',
    'SET s v EXAT #',
    'SET s v PXAT #',
    'SETEX s # v',
    'PSETEX s # v',
    'GETEX s EX #',
    'GETEX s PXAT #',
  ],
  ...[
    'INCRBY n #',
    'DECRBY n #',
    'INCRBYFLOAT n ~',
    'SETRANGE s # v',
    'GETRANGE s # 1',
    'GETRANGE s 0 #',
    'LCS s n IDX MINMATCHLEN #',
  ],
  ...[
    'SETBIT s # 1',
    'SETBIT s 0 #',
    'GETBIT s #',
    'BITCOUNT s # 1',
    'BITCOUNT s 0 #',
    'BITPOS s # 0',
    'BITPOS s 1 #',
    'BITPOS s 1 0 #',
  ],
  ...[
    'BITFIELD s SET u8 # 1',
    'BITFIELD s SET u8 0 #',
    'BITFIELD s INCRBY u8 0 #',
    'LPOP l #',
    'RPOP l #',
    'LINDEX l #',
    'LSET l # v',
  ],
  ...[
    'LRANGE l # 1',
    'LRANGE l 0 #',
    'LTRIM l # 1',
    'LTRIM l 0 #',
    'LREM l # a',
    'LPOS l a RANK #',
    'LPOS l a COUNT #',
    'LPOS l a MAXLEN #',
  ],
  ...[
    'LMPOP # l LEFT',
    'LMPOP 1 l LEFT COUNT #',
    'BLMPOP 1 # l LEFT',
    'BLMPOP 1 1 l LEFT COUNT #',
    'HINCRBY h n #',
    'HINCRBYFLOAT h n ~',
  ],
  ...[
    'HRANDFIELD h #',
    'HRANDFIELD h # WITHVALUES',
    'HSCAN h 0 COUNT #',
    'SPOP t #',
    'SRANDMEMBER t #',
    'SSCAN t 0 COUNT #',
    'SINTERCARD # t',
  ],
  ...[
    'SINTERCARD 1 t LIMIT #',
    'ZADD z ~ a',
    'ZADD z 1 a ~ b',
    'ZINCRBY z ~ a',
    'ZRANGE z # 1',
    'ZRANGE z 0 #',
    'ZREVRANGE z # 1',
  ],
  ...[
    'ZREMRANGEBYRANK z # 1',
    'ZREMRANGEBYRANK z 0 #',
    'ZPOPMIN z #',
    'ZPOPMAX z #',
    'ZMPOP # z MIN',
    'ZMPOP 1 z MIN COUNT #',
  ],
  ...[
    'ZRANGEBYSCORE z 0 1 LIMIT # 1',
    'ZRANGEBYSCORE z 0 1 LIMIT 0 #',
    'ZRANDMEMBER z #',
    'ZRANDMEMBER z # WITHSCORES',
    'ZUNION # z',
  ],
  ...[
    'ZUNIONSTORE dest # z',
    'ZUNION 1 z WEIGHTS ~',
    'ZINTER # z',
    'ZDIFF # z',
    'ZINTERCARD # z',
    'ZINTERCARD 1 z LIMIT #',
    'ZSCAN z 0 COUNT #',
  ],
  ...[
    'EXPIRE s #',
    'PEXPIRE s #',
    'EXPIREAT s #',
    'PEXPIREAT s #',
    'MOVE s #',
    'COPY s dest DB #',
    'SELECT #',
    'SWAPDB # 0',
    'SORT l LIMIT # 1 ALPHA',
  ],
  ...[
    'SCAN 0 COUNT #',
    'RESTORE dest # x',
    'OBJECT HELP #',
    'BLPOP nokey -1',
    'BZPOPMIN nokey -1',
    'BRPOPLPUSH nokey l -1',
    'XADD x MAXLEN # * f v',
  ],
]

/** Conflicts of options, and requests wrong in other ways. */
const WRONG = [
  ...[
    'SET s v NX XX',
    'SET s v EX 10 PX 10',
    'SET s v EX 10 KEEPTTL',
    'SET s v EX',
    'SET s v FOO',
    'SET s v EX 0',
    'SET s v PX -1',
  ],
  ...[
    'SETEX s 0 v',
    'SETEX s -1 v',
    'PSETEX s 0 v',
    'GETEX s EX 10 PERSIST',
    'GETEX s EX 0',
    'GETEX s FOO',
    'GETEX s KEEPTTL',
    'INCR s',
  ],
  ...[
    'INCR f',
    'INCR max',
    'DECR min',
    'INCRBY max 1',
    'DECRBY min 1',
    'DECRBY n -9223372036854775808',
    'INCRBYFLOAT s 1',
    'INCRBYFLOAT n inf',
  ],
  ...[
    'INCRBYFLOAT n -inf',
    'SETRANGE s -1 v',
    'SETRANGE s 536870912 v',
    'SETRANGE s 9223372036854775807 v',
    'MSET s',
    'MSET s 1 n',
    'MSETNX s',
  ],
  ...[
    'LCS s n LEN IDX',
    'LCS s n FOO',
    'SETBIT s -1 1',
    'SETBIT s 4294967296 1',
    'SETBIT s 0 2',
    'GETBIT s -1',
    'BITCOUNT s 0',
    'BITCOUNT s 0 1 FOO',
  ],
  ...[
    'BITPOS s 2',
    'BITPOS s 1 0 1 FOO',
    'BITOP NOT dest s n',
    'BITOP FOO dest s',
    'BITFIELD s SET u64 0 1',
    'BITFIELD s SET i65 0 1',
    'BITFIELD s FOO',
  ],
  ...[
    'BITFIELD s OVERFLOW FOO',
    'BITFIELD s GET u8',
    'BITFIELD_RO s SET u8 0 1',
    'LPOP l -1',
    'LSET l 3 v',
    'LSET l -4 v',
    'LSET nokey 0 v',
  ],
  ...[
    'LINSERT l MIDDLE a b',
    'LPOS l a RANK 0',
    'LPOS l a COUNT -1',
    'LPOS l a MAXLEN -1',
    'LPOS l a FOO 1',
    'LMOVE l l UP LEFT',
    'LMPOP 0 l LEFT',
  ],
  ...[
    'LMPOP 1 l UP',
    'LMPOP 2 l LEFT',
    'LMPOP 1 l LEFT COUNT 0',
    'LMPOP 1 l LEFT COUNT',
    'LMPOP 1 l LEFT COUNT 1 COUNT 1',
    'BLPOP l',
    'BLPOP l -1',
  ],
  ...[
    'BLPOP l x',
    'BLMOVE l l LEFT UP 0',
    'BLMPOP -1 1 l LEFT',
    'HSET h f',
    'HSET h f v g',
    'HMSET h f',
    'HINCRBY h f 1',
    'HINCRBY h max 1',
  ],
  ...[
    'HINCRBY h text 1',
    'HINCRBYFLOAT h text 1',
    'HINCRBYFLOAT h n inf',
    'HRANDFIELD h 1 FOO',
    'HRANDFIELD h 1 WITHVALUES x',
    'HSCAN h x',
    'HSCAN h 0 FOO',
  ],
  ...[
    'HSCAN h 0 COUNT 0',
    'HRANDFIELD h -9223372036854775808',
    'HRANDFIELD h 4611686018427387904 WITHVALUES',
    'SPOP t -1',
    'SPOP t 1 1',
  ],
  ...[
    'SRANDMEMBER t -9223372036854775808',
    'SRANDMEMBER t 1 1',
    'SINTERCARD 0 t',
    'SINTERCARD 2 t',
    'SINTERCARD 1 t LIMIT -1',
    'SINTERCARD 1 t FOO',
  ],
  ...[
    'ZADD z NX XX 1 a',
    'ZADD z GT LT 1 a',
    'ZADD z NX GT 1 a',
    'ZADD z INCR 1 a 2 b',
    'ZADD z 1',
    'ZADD z 1 a 2',
    'ZADD z NX',
    'ZINCRBY z -inf top',
  ],
  ...[
    'ZINCRBY z inf bottom',
    'ZADD z INCR -inf top',
    'ZRANGE z 0 1 FOO',
    'ZRANGE z 0 1 LIMIT 0 1',
    'ZRANGE z - + BYLEX WITHSCORES',
    'ZRANGE z a b BYSCORE',
  ],
  ...[
    'ZRANGE z a b BYLEX',
    'ZRANGE z 0 1 BYSCORE BYLEX',
    'ZRANGESTORE dest z 0 1 WITHSCORES',
    'ZRANGESTORE dest z x y BYSCORE',
    'ZRANGEBYSCORE z x 1',
  ],
  ...[
    'ZRANGEBYSCORE z 0 1 LIMIT 0',
    'ZRANGEBYLEX z a b',
    'ZCOUNT z x 1',
    'ZLEXCOUNT z a +',
    'ZREMRANGEBYSCORE z x 1',
    'ZREMRANGEBYLEX z a b',
  ],
  ...[
    'ZPOPMIN z -1',
    'ZPOPMIN z 1 1',
    'ZMPOP 0 z MIN',
    'ZMPOP 1 z FOO',
    'ZMPOP 1 z MIN COUNT 0',
    'BZMPOP 0 0 z MIN',
    'ZUNION 0 z',
    'ZUNION 2 z',
  ],
  ...[
    'ZUNION 1 z WEIGHTS',
    'ZUNION 1 z WEIGHTS 1 2',
    'ZUNION 1 z AGGREGATE FOO',
    'ZUNIONSTORE dest 0 z',
    'ZUNIONSTORE dest 1 z WITHSCORES',
    'ZDIFF 1 z WEIGHTS 1',
  ],
  ...[
    'ZDIFFSTORE dest 1 z AGGREGATE SUM',
    'ZINTERCARD 1 z LIMIT -1',
    'ZINTERCARD 1 z WITHSCORES',
    'ZRANDMEMBER z 1 FOO',
    'EXPIRE s 10 NX XX',
  ],
  ...[
    'EXPIRE s 10 GT LT',
    'EXPIRE s 10 FOO',
    'EXPIRE s 9223372036854775807',
    'PEXPIRE s 9223372036854775807',
    'EXPIREAT s 9223372036854775807',
  ],
  ...[
    'RENAME nokey dest',
    'RENAMENX nokey dest',
    'COPY s s',
    'COPY s dest DB 99',
    'COPY s dest FOO',
    'MOVE s 0',
    'MOVE s 99',
    'SELECT 99',
    'SWAPDB 0 99',
  ],
  ...[
    'SCAN x',
    'SCAN 0 COUNT 0',
    'SCAN 0 FOO',
    'SORT s',
    'SORT t',
    'SORT l FOO',
    'SORT_RO l STORE dest',
    'RESTORE s 0 x',
    'RESTORE dest 0 x',
    'RESTORE dest -1 x',
  ],
  ...[
    'OBJECT ENCODING',
    'OBJECT FREQ s',
    'PFCOUNT s',
    'PFADD s a',
    'PFMERGE s p',
    'PFMERGE dest s',
    'XADD x 1-1 f v',
    'XADD x 0-0 f v',
    'XADD x 1 f',
    'XSETID x 0-1',
  ],
]

/** What 7.2 says otherwise than 7.0 (first word or whole line). */
const DIFFERENT = new Set(['LPOS l a RANK -9223372036854775808'])

const names = (lines: readonly string[]) => [...new Set(lines.map((line) => line.split(' ')[0]))]

function lines(): string[] {
  const all = [...WRONG]
  for (const [own, requests] of Object.entries(BY_TYPE)) {
    for (const request of requests) {
      for (const other of ['s', 'l', 'h', 't', 'z', 'x']) {
        if (other !== own && !OTHER_TYPE_IS_FINE.has(request.split(' ')[0])) all.push(request.replace('?', other))
      }
    }
  }
  for (const line of NUMBERS) {
    for (const wrong of WRONG_INTEGERS) if (line.includes('#')) all.push(line.replace('#', wrong))
    for (const wrong of WRONG_FLOATS) if (line.includes('~')) all.push(line.replace('~', wrong))
    if (!line.includes('#') && !line.includes('~')) all.push(line)
    if (/^(LMPOP|ZMPOP|SINTERCARD|ZUNION|ZINTER|ZDIFF) #/.test(line)) all.push(...HUGE.map((n) => line.replace('#', n)))
  }
  // Too few and too many words: of each command the shortest line without its last word, and none at all.
  for (const name of names([...Object.values(BY_TYPE).flat(), ...NUMBERS, ...WRONG])) {
    if (!/^(SELECT|OBJECT|XINFO|XGROUP)$/.test(name))
      all.push(name, `${name} s`.replace(/^(GET|INCR|DECR|GETDEL|STRLEN) s$/, '$1 s s'))
  }
  return all.filter((line) => !DIFFERENT.has(line))
}

/** With one key only, these are requests like any other. */
const TAKES_ONE_KEY =
  /^(GETEX|BITCOUNT|PFADD|SINTER|SUNION|SDIFF|SORT|SORT_RO|SCAN|RESTORE|PFCOUNT|PFMERGE|BITFIELD|BITFIELD_RO|GEOPOS|GEOHASH|SCARD|SMEMBERS|SPOP|SRANDMEMBER|LPOP|RPOP|LLEN|HLEN|HGETALL|HKEYS|HVALS|HRANDFIELD|ZCARD|ZPOPMIN|ZPOPMAX|ZRANDMEMBER|XLEN) s$/

describeWithRedis('refused requests', () => {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(() => pair?.close())

  for (const protocol of [2, 3] as const) {
    it(`get Redis's error, change nothing and reach no replica (RESP${protocol})`, async () => {
      await pair.flush()
      await pair.compare(DATA)
      const { keyper } = pair
      const client = await keyper.client(protocol)
      const digest = () => keyper.call('DEBUG', 'DIGEST')
      const before = await digest()
      const propagated: string[] = []
      const sink = { append: (_db: number, argv: readonly string[]) => propagated.push(argv.join(' ')) }
      keyper.server.propagation.sinks.push(sink as (typeof keyper.server.propagation.sinks)[number])
      const requests = lines().filter((line) => !TAKES_ONE_KEY.test(line))
      const accepted: string[] = []
      for (const line of requests) {
        const reply = await client.raw(...words(line))
        if (reply[0] !== '-') accepted.push(`${line}: ${reply}`)
      }
      expect(accepted).toEqual([])
      expect(propagated).toEqual([])
      expect(await digest()).toBe(before)
      await pair.compare(requests, { protocol })
    })
  }
})
