/** Users, rules and denials. Where 7.2 describes users otherwise than 7.0 the steps are written so that both agree. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { words } from '../support/harness.ts'
import { type Parity, startParity } from '../support/parity.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

const PASSWORD = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'
const OTHER = '5ebe2294ecd0e0f08eab7690d2a6ee69f5ebe2294ecd0e0f08eab7690d2a6ee6'

describeWithRedis('ACL replies as redis-server does', () => {
  const same = parityTests()

  same('users: state and passwords', [
    'ACL DELUSER a b',
    'ACL WHOAMI',
    'ACL GETUSER a',
    'ACL SETUSER a sanitize-payload',
    'ACL GETUSER a',
    'ACL SETUSER a on >secret',
    'ACL GETUSER a',
    'ACL SETUSER a >secret >other',
    'ACL GETUSER a',
    'ACL SETUSER a <secret',
    'ACL GETUSER a',
    'ACL SETUSER a <secret',
    'ACL SETUSER a <nothing',
    `ACL SETUSER a #${PASSWORD}`,
    `ACL SETUSER a #${PASSWORD}`,
    `ACL SETUSER a #${OTHER}`,
    'ACL GETUSER a',
    `ACL SETUSER a !${PASSWORD}`,
    `ACL SETUSER a !${PASSWORD}`,
    `ACL SETUSER a #${PASSWORD.toUpperCase()}`,
    'ACL SETUSER a #abc',
    'ACL SETUSER a !abc',
    'ACL SETUSER a #',
    'ACL SETUSER a nopass',
    'ACL GETUSER a',
    'ACL SETUSER a >x',
    'ACL GETUSER a',
    'ACL SETUSER a NOPASS OFF',
    'ACL GETUSER a',
    'ACL SETUSER a resetpass skip-sanitize-payload',
    'ACL GETUSER a',
    'ACL SETUSER a RESET',
    'ACL SETUSER a sanitize-payload',
    'ACL GETUSER a',
    'ACL SETUSER a ""',
    'ACL SETUSER "a b"',
    'ACL SETUSER "a\\x00b"',
    'ACL SETUSER b on >secret badrule',
    'ACL GETUSER b',
    'ACL SETUSER a bad',
    'ACL SETUSER a on nonsense >x',
    'ACL GETUSER a',
    'ACL DELUSER a nobody',
    'ACL DELUSER default',
    'ACL DELUSER nobody default',
  ])

  same('rules for commands', [
    'ACL DELUSER a',
    'ACL SETUSER a sanitize-payload',
    'ACL SETUSER a +get',
    'ACL GETUSER a',
    'ACL SETUSER a -get',
    'ACL SETUSER a +nosuch',
    'ACL SETUSER a -nosuch',
    'ACL SETUSER a +@nosuch',
    'ACL SETUSER a -@nosuch',
    'ACL SETUSER a +@',
    'ACL SETUSER a +',
    'ACL SETUSER a -',
    'ACL SETUSER a +@all',
    'ACL GETUSER a',
    'ACL SETUSER a -set',
    'ACL GETUSER a',
    'ACL SETUSER a nocommands',
    'ACL GETUSER a',
    'ACL SETUSER a +CONFIG|GET',
    'ACL GETUSER a',
    'ACL SETUSER a +config',
    'ACL GETUSER a',
    'ACL SETUSER a -config|set',
    'ACL GETUSER a',
    'ACL SETUSER a +config|nosuch',
    'ACL SETUSER a -config|nosuch',
    'ACL SETUSER a +config|get|x',
    'ACL SETUSER a +config|',
    'ACL SETUSER a +nosuch|x',
    'ACL SETUSER a -select|0',
    'ACL SETUSER a +select|',
    'ACL SETUSER a nocommands +select|0 +select|1 +SELECT|1',
    'ACL GETUSER a',
    'ACL SETUSER a nocommands +debug|object +debug|sleep',
    'ACL GETUSER a',
    'ACL SETUSER a -debug|object',
    'ACL SETUSER a nocommands +select',
    'ACL GETUSER a',
    'ACL SETUSER a allcommands',
    'ACL GETUSER a',
    'ACL SETUSER a -@all +@read',
    'ACL GETUSER a',
    'ACL SETUSER a -@all +@ALL',
    'ACL GETUSER a',
  ])

  same('rules for keys and channels', [
    'ACL DELUSER a',
    'ACL SETUSER a sanitize-payload',
    'ACL SETUSER a ~x* ~y ~x*',
    'ACL GETUSER a',
    'ACL SETUSER a %R~r* %W~w* %RW~b* %wr~c',
    'ACL GETUSER a',
    'ACL SETUSER a %R~w* %W~x*',
    'ACL GETUSER a',
    'ACL SETUSER a %~x',
    'ACL SETUSER a %X~x',
    'ACL SETUSER a %RR~x',
    'ACL SETUSER a %R',
    'ACL SETUSER a %',
    'ACL GETUSER a',
    'ACL SETUSER a "~a b"',
    'ACL SETUSER a "&a b"',
    'ACL SETUSER a ~*',
    'ACL GETUSER a',
    'ACL SETUSER a ~x',
    'ACL SETUSER a %R~x',
    'ACL SETUSER a resetkeys',
    'ACL GETUSER a',
    'ACL SETUSER a allkeys',
    'ACL GETUSER a',
    'ACL SETUSER a resetkeys %RW~*',
    'ACL GETUSER a',
    'ACL SETUSER a &x &y* &x',
    'ACL GETUSER a',
    'ACL SETUSER a &*',
    'ACL GETUSER a',
    'ACL SETUSER a &x',
    'ACL SETUSER a resetchannels',
    'ACL GETUSER a',
    'ACL SETUSER a allchannels',
    'ACL GETUSER a',
    'ACL SETUSER a ~ &',
    'ACL SETUSER a resetkeys resetchannels ~ &',
    'ACL GETUSER a',
  ])

  same('selectors', [
    'ACL DELUSER a',
    'ACL SETUSER a sanitize-payload on nopass +@read ~root* (+set ~s*)',
    'ACL GETUSER a',
    'ACL SETUSER a "(+get %R~g* &c)"',
    'ACL GETUSER a',
    'ACL SETUSER a (+get ~* allchannels allcommands)',
    'ACL GETUSER a',
    'ACL SETUSER a (+get',
    'ACL SETUSER a (+get ~x',
    'ACL SETUSER a (on)',
    'ACL SETUSER a (+nosuch)',
    'ACL SETUSER a (>secret)',
    'ACL SETUSER a ((+get))',
    'ACL SETUSER a (+get (+set))',
    'ACL SETUSER a )',
    'ACL SETUSER a ()',
    'ACL GETUSER a',
    'ACL SETUSER a clearselectors',
    'ACL GETUSER a',
    'ACL SETUSER a (+get ~x) reset sanitize-payload',
    'ACL GETUSER a',
  ])

  same('LIST and USERS', [
    'ACL DELUSER a b',
    'ACL SETUSER default sanitize-payload',
    'ACL SETUSER b sanitize-payload on >secret ~x* &c +get (+set ~y)',
    'ACL SETUSER a sanitize-payload',
    'ACL USERS',
    'ACL LIST',
    'ACL USERS x',
    'ACL LIST x',
    'ACL DELUSER a b',
    'ACL USERS',
    'ACL LIST',
  ])

  same('requests that are not understood', [
    'ACL',
    'ACL NOSUCH',
    'ACL SETUSER',
    'ACL DELUSER',
    'ACL GETUSER',
    'ACL GETUSER a b',
    'ACL WHOAMI x',
    'ACL CAT x',
    'ACL CAT x y',
    'ACL CAT',
    'ACL GENPASS 0',
    'ACL GENPASS -1',
    'ACL GENPASS 4097',
    'ACL GENPASS x',
    'ACL GENPASS 1 2',
    { command: 'ACL GENPASS', mask: /[0-9a-f]{64}/g },
    { command: 'ACL GENPASS 5', mask: /\b[0-9a-f]{2}\b/g },
    'ACL LOG x',
    'ACL LOG 1 2',
    'ACL LOG RESET',
    'ACL LOG',
    'ACL LOG -1',
    'ACL LOAD',
    'ACL SAVE',
    'ACL LOAD x',
    'ACL DRYRUN',
    'ACL DRYRUN nobody GET x',
    'ACL DRYRUN default',
    'ACL DRYRUN default NOSUCH x',
    'ACL DRYRUN default GET',
    'ACL DRYRUN default CONFIG NOSUCH',
    'ACL DRYRUN default CONFIG GET',
    'CLIENT KILL USER nobody',
  ])

  same('AUTH', [
    'ACL DELUSER a',
    'AUTH x',
    'AUTH default x',
    'AUTH a b',
    'AUTH a b c',
    'ACL SETUSER a on >secret',
    'AUTH a secret',
    'AUTH a wrong',
    'ACL WHOAMI',
    'GET x',
    'PING',
    'AUTH default ""',
    'ACL SETUSER a off',
    'AUTH a secret',
    'ACL SETUSER a on nopass',
    'AUTH a anything',
    'ACL WHOAMI',
    'RESET',
    'ACL WHOAMI',
    { command: 'HELLO 2 AUTH a x', mask: /\d[.\d]*/g },
    'HELLO 2 AUTH nobody x',
    'ACL WHOAMI',
    'RESET',
    'CLIENT KILL USER a',
  ])

  same('what a user may run', [
    'ACL DELUSER a',
    'MSET key1 v key2 v other v',
    'RPUSH list c b a',
    'ACL SETUSER a on nopass ~key* %R~r* %W~w* %R~list &chan* -@all +@read +@write +select|1 +config|get +@pubsub +@transaction +acl|whoami',
    'AUTH a x',
    'GET key1',
    'GET other',
    'SET key1 x',
    'SET r1 x',
    'GET r1',
    'SET w1 x',
    'GET w1',
    'SET w1 x GET',
    'SET key1 x GET',
    'EXISTS w1 r1 key1',
    'EXISTS other',
    'STRLEN w1',
    'STRLEN r1',
    'TYPE w1',
    'TYPE other',
    'INCR w2',
    'INCR r2',
    'COPY r1 w3',
    'COPY w3 r1',
    'RENAME key1 w4',
    'RENAME key2 other',
    'MSET key1 1 key2 2',
    'MSET key1 1 other 2',
    'MSETNX key1 1 other 2',
    'MGET key1 key2 r1',
    'MGET key1 w1',
    'DEL w1 key1',
    'DEL r1',
    'BITFIELD r1 GET u8 0',
    'BITFIELD r1 SET u8 0 1',
    'BITFIELD w1 SET u8 0 1',
    'SORT list BY nosort',
    'SORT list ALPHA',
    'SORT list BY key*',
    'SORT list BY x* GET #',
    'SORT list GET #',
    'SORT list GET key*',
    'SORT list ALPHA STORE w9',
    'SORT list ALPHA STORE r9',
    'SORT list ALPHA STORE r9 STORE w9',
    'SORT list ALPHA STORE w9 STORE r9',
    'SORT_RO list BY x*',
    'SORT_RO list ALPHA GET #',
    'SORT list BY STORE STORE w9',
    'XREADGROUP GROUP g c STREAMS other 0',
    'XREADGROUP GROUP g c STREAMS r1 0',
    'XREADGROUP GROUP STREAMS c STREAMS key7 0',
    'XREAD STREAMS r1 other 0 0',
    'XREAD COUNT 1 STREAMS r1 key1 0 0',
    'ZUNIONSTORE w1 1 r1',
    'ZUNIONSTORE w1 2 r1 other',
    'ZUNIONSTORE r1 1 r1',
    'ZINTERCARD 2 r1 r2',
    'ZINTERCARD 2 r1 w2',
    'LMPOP 1 other LEFT',
    'LMPOP 1 key8 LEFT',
    'GEORADIUS r1 1 1 1 km STORE other',
    'GEORADIUS r1 1 1 1 km STORE w5',
    'GEORADIUS r1 1 1 1 km STOREDIST w5 STORE other',
    'GEOSEARCHSTORE w5 r1 FROMLONLAT 1 1 BYRADIUS 1 km',
    'GEOSEARCHSTORE other r1 FROMLONLAT 1 1 BYRADIUS 1 km',
    'PFMERGE w6 r1',
    'PFCOUNT r1 other',
    'SELECT 1',
    'SELECT 0',
    'CONFIG GET maxmemory',
    'CONFIG SET maxmemory 0',
    'CONFIG RESETSTAT',
    'ACL WHOAMI',
    'ACL LIST',
    'FLUSHALL',
    'KEYS *',
    'PUBLISH chan1 x',
    'PUBLISH other x',
    'SPUBLISH chan1 x',
    'SPUBLISH other x',
    'PUBSUB CHANNELS',
    'PSUBSCRIBE chan1',
    'SUBSCRIBE other',
    'SUBSCRIBE chan1 other',
    'SSUBSCRIBE other',
    'PSUBSCRIBE chan*',
    'PUNSUBSCRIBE chan*',
    'MULTI',
    'SET key1 x',
    'GET other',
    'EXEC',
    'MULTI',
    'SET key1 x',
    'EXEC',
    'NOSUCH',
    'GET',
    'AUTH default x',
    'ACL WHOAMI',
  ])

  same('selectors decide together', [
    'ACL DELUSER a',
    'ACL SETUSER a on nopass -@all +get ~g* (+set ~s*) (+mset +mget ~s* ~g* &c)',
    'AUTH a x',
    'GET g1',
    'GET s1',
    'SET s1 x',
    'SET g1 x',
    'MSET s1 1 g1 2',
    'MSET s1 1 x 2',
    'MGET s1 g1',
    'MGET x',
    'PUBLISH c x',
    'DEL s1',
    'AUTH default x',
    'ACL DRYRUN a GET g1',
    'ACL DRYRUN a GET s1',
    'ACL DRYRUN a MGET s1 x g1 y',
    'ACL DRYRUN a DEL s1',
    'ACL SETUSER a (+sort +get ~l %R~*)',
    'AUTH a x',
    'SORT l BY x* ALPHA',
    'SORT l GET x* STORE l',
    'SORT l GET x* STORE m',
    'AUTH default x',
  ])

  same('EXEC looks again', [
    'ACL DELUSER a',
    'ACL SETUSER a on nopass ~* &* +@all',
    'AUTH a x',
    'MULTI',
    'SET k 1',
    'ACL SETUSER a -set',
    'SET k 2',
    'ACL SETUSER a +set resetkeys ~j',
    'SET k 3',
    'SET j 3',
    'ACL SETUSER a resetchannels',
    'PUBLISH c x',
    'EXEC',
    'AUTH default x',
    'GET k',
  ])

  const REQUESTS = [
    'GET k', 'SET k v', 'SET k v GET', 'SETEX k 1 v', 'GETSET k v', 'GETDEL k', 'GETEX k', 'APPEND k v', 'STRLEN k',
    'SETRANGE k 0 v', 'GETRANGE k 0 1', 'INCR k', 'MGET k k2', 'MSET k v', 'LCS k k2', 'DEL k', 'UNLINK k', 'EXISTS k',
    'TOUCH k', 'EXPIRE k 1', 'PERSIST k', 'TTL k', 'TYPE k', 'DUMP k', 'RESTORE k 0 x', 'RENAME k k2', 'COPY k k2',
    'MOVE k 1', 'OBJECT ENCODING k', 'OBJECT FREQ k', 'SORT k', 'SORT_RO k', 'LPUSH k v', 'LPUSHX k v', 'LPOP k',
    'LRANGE k 0 1', 'LLEN k', 'LREM k 0 v', 'LSET k 0 v', 'LTRIM k 0 1', 'LMOVE k k2 LEFT LEFT', 'BLPOP k 1',
    'RPOPLPUSH k k2', 'BLMPOP 1 1 k LEFT', 'LINSERT k BEFORE a b', 'LPOS k v', 'LINDEX k 0', 'SADD k v', 'SREM k v',
    'SMEMBERS k', 'SISMEMBER k v', 'SCARD k', 'SPOP k', 'SRANDMEMBER k', 'SMOVE k k2 v', 'SINTER k k2',
    'SINTERSTORE k k2', 'SINTERCARD 1 k', 'SUNION k', 'SDIFFSTORE k k2', 'SSCAN k 0', 'HSET k f v', 'HGET k f',
    'HDEL k f', 'HINCRBY k f 1', 'HGETALL k', 'HLEN k', 'HEXISTS k f', 'HRANDFIELD k', 'HSETNX k f v', 'HSTRLEN k f',
    'ZADD k 1 v', 'ZREM k v', 'ZRANGE k 0 1', 'ZRANGESTORE k k2 0 1', 'ZCARD k', 'ZINCRBY k 1 v', 'ZPOPMIN k',
    'BZPOPMIN k 1', 'ZMPOP 1 k MIN', 'ZUNION 1 k', 'ZDIFFSTORE k 1 k2', 'ZRANDMEMBER k', 'ZSCORE k v',
    'GEOADD k 1 1 v', 'GEOPOS k v', 'GEORADIUS k 1 1 1 m', 'GEORADIUS k 1 1 1 m STORE k2', 'PFADD k v', 'PFCOUNT k',
    'PFMERGE k k2', 'SETBIT k 0 1', 'GETBIT k 0', 'BITOP AND k k2', 'BITCOUNT k', 'BITPOS k 1',
    'BITFIELD k GET u8 0', 'BITFIELD k SET u8 0 1', 'BITFIELD_RO k GET u8 0', 'XADD k * f v', 'XRANGE k - +', 'XLEN k',
    'XDEL k 1-1', 'XTRIM k MAXLEN 1', 'XREAD STREAMS k 0', 'XREADGROUP GROUP g c STREAMS k 0',
    'XGROUP CREATE k g 0', 'XGROUP DESTROY k g', 'XACK k g 1-1', 'XCLAIM k g c 1 1-1', 'XPENDING k g', 'XINFO STREAM k',
    'XSETID k 1-1', 'WATCH k', 'MEMORY USAGE k', 'DEBUG OBJECT k', 'PUBLISH c m', 'SPUBLISH c m', 'SUBSCRIBE c',
    'PSUBSCRIBE c', 'UNSUBSCRIBE c', 'PING', 'ECHO x', 'SELECT 1', 'AUTH x', 'HELLO', 'CLIENT ID', 'CLIENT KILL x',
    'CONFIG GET x', 'COMMAND', 'INFO', 'DBSIZE', 'FLUSHALL', 'KEYS *', 'SCAN 0', 'RANDOMKEY', 'SWAPDB 0 1', 'SAVE',
    'SHUTDOWN', 'REPLICAOF a 1', 'MONITOR', 'SLOWLOG GET', 'LATENCY LATEST', 'WAIT 0 0', 'MULTI', 'EXEC', 'QUIT',
    'RESET', 'ROLE', 'LASTSAVE', 'TIME', 'LOLWUT',
  ] // biome-ignore format: one list

  const PROFILES = [
    '+@all', '+@all ~*', '+@read ~k', '+@write ~k', '+@all %R~k*', '+@all %W~k*', '+@all %R~k2 %W~k &c', '-@all ~*',
    '+@fast ~* &*', '+@slow ~k ~k2 &d', '+@all -@dangerous allkeys allchannels', '+@keyspace +@connection ~*',
    '+@string +@hash +@list ~*', '+@set +@sortedset +@geo ~*', '+@bitmap +@hyperloglog +@stream ~*',
    '+@admin +@blocking +@transaction +@pubsub allkeys', '+client +config|get +object|freq +xgroup|create ~k',
  ] // biome-ignore format: one list

  for (const rules of PROFILES) {
    same(`DRYRUN under ${rules}`, [
      'ACL DELUSER a',
      `ACL SETUSER a ${rules}`,
      ...REQUESTS.map((request) => `ACL DRYRUN a ${request}`),
    ])
  }
})

describeWithRedis('ACL on both servers', () => {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(() => pair?.close())

  async function both<T>(run: (command: (line: string) => Promise<unknown>) => Promise<T>): Promise<[T, T]> {
    const ours = await pair.keyper.client()
    const theirs = await pair.redis.client()
    return [await run((line) => ours.command(...words(line))), await run((line) => theirs.command(...words(line)))]
  }

  it('categories hold the same commands, of those that both have', async () => {
    const [ours, theirs] = await both(async (command) => {
      const found = new Map<string, string[]>()
      for (const category of (await command('ACL CAT')) as string[]) {
        found.set(category, (await command(`ACL CAT ${category}`)) as string[])
      }
      return found
    })
    const all = (found: Map<string, string[]>) => new Set([...found.values()].flat())
    const [mine, real] = [all(ours), all(theirs)]
    expect([...ours.keys()]).toEqual([...theirs.keys()])
    for (const [category, names] of theirs) {
      const shared = (list: string[]) => list.filter((name) => mine.has(name) && real.has(name)).sort()
      expect([category, shared(ours.get(category)!)]).toEqual([category, shared(names)])
    }
  })

  it('the log has the same entries', async () => {
    const [ours, theirs] = await both(async (command) => {
      await command('ACL SETUSER a on >secret ~k &c +get +multi +exec +discard +publish +acl|log')
      const requests = [
        'ACL LOG RESET', 'AUTH a wrong', 'AUTH nobody wrong', 'AUTH a wrong', 'HELLO 2 AUTH a wrong', 'AUTH a secret',
        'SET k v', 'GET x', 'GET x', 'CONFIG GET x', 'PUBLISH d m', 'MULTI', 'GET y', 'SET k v', 'DISCARD',
        'AUTH a wrong', 'AUTH default x',
      ] // biome-ignore format: one list
      for (const request of requests) await command(request).catch(() => {})
      const log = (await command('ACL LOG 100')) as unknown[][]
      const [newest] = (await command('ACL LOG 1')) as unknown[][]
      const seen = log.map((entry) => {
        const map = fields(entry)
        const client = String(map.get('client-info'))
        const shown = ['cmd', 'user', 'multi'].map((name) => client.match(`\\b${name}=\\S*`)?.[0])
        const plain = ['count', 'reason', 'context', 'object', 'username'].map((name) => map.get(name))
        return [...plain, ...shown]
      })
      return { seen, newest: fields(newest).get('object') }
    })
    expect(ours).toEqual(theirs)
  })
})

function fields(entry: unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>()
  for (let i = 0; i < entry.length; i += 2) map.set(entry[i], entry[i + 1])
  return map
}
