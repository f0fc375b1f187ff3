/** Dumps in forms that current servers read but no longer write, put together by hand. */
import {
  asciiDouble,
  blob,
  bytes,
  DumpBuilder,
  double,
  int64,
  integerString,
  intset,
  length,
  listpack,
  lzfLiterals,
  lzfRun,
  rawId,
  streamNode,
  string,
  ziplist,
  zipmap,
} from '../test/rdb/dump-builder.ts'
import type { Argument } from '../test/support/raw-client.ts'

export interface BuiltFixture {
  readonly name: string
  readonly holds: string
  readonly file: Buffer
  /** Part of the message with which it is refused. */
  readonly refused?: string
  /** For files that redis-server 7.0 does not read: commands that make the same data. */
  readonly equivalent?: readonly (readonly Argument[])[]
}

const pairs: (readonly [string, string])[] = [
  ['name', 'value'],
  ['empty', ''],
  ['', 'of the empty field'],
  ['number', '12345'],
  ['long', 'x'.repeat(300)],
]
const integers = [0, 1, 12, 13, -1, 127, 128, -128, -129, 32767, -32768, 32768, 8388607, -8388608, 8388608]
const wideIntegers = [2147483647, -2147483648, 2147483648n, 9223372036854775807n, -9223372036854775808n]
const words = [
  '',
  'a',
  'b'.repeat(63),
  'c'.repeat(64),
  'd'.repeat(252),
  'e'.repeat(253),
  'f'.repeat(254),
  'g'.repeat(16384),
]
const scoredWords = ['c', '-inf', 'd', 0, 'g', '3.0000000000000001e-05', 'a', '1.5', '7', 7, 'f', 12345, 'b', 'inf']
const asciiScores = [
  '1.5',
  'inf',
  '-inf',
  '0',
  '-0',
  '17',
  '3.0000000000000001e-05',
  '1.7976931348623157e+308',
  '-1000000',
]

const fields = ['sensor', 'value']
const firstNode = streamNode(fields, [
  { ms: 0, sequence: 0, words: ['1', 'one'], same: true },
  { ms: 0, sequence: 1, words: ['2', 'two'], same: true, deleted: true },
  { ms: 5, sequence: -1, words: ['other', 'fields', 'here', '-5000000000'] },
])
const secondNode = streamNode(fields, [{ ms: 0, sequence: 0, words: ['3', 'three'], same: true }])
const streamNodes = bytes(
  ...[length(2), string(rawId(1000, 1).latin1Slice()), blob(firstNode)],
  ...[string(rawId(2000, 0).latin1Slice()), blob(secondNode), length(3), length(2000), length(0)],
)
const DELIVERED_MS = 1_600_000_000_000
const pendingEntry = bytes(rawId(1000, 1), int64(DELIVERED_MS), length(3))
const consumer = (activeTime: Buffer) =>
  bytes(length(1), string('alice'), int64(DELIVERED_MS), activeTime, length(1), rawId(1000, 1))
const groupHead = bytes(string('workers'), length(1005), length(0))
const oldGroups = bytes(length(1), groupHead, length(1), pendingEntry, consumer(bytes()))
const firstAndDeleted = bytes(length(1000), length(1), length(1000), length(2), length(4))

const streamCommands: Argument[][] = [
  ['XADD', 'stream', '1000-1', 'sensor', '1', 'value', 'one'],
  ['XADD', 'stream', '1000-2', 'sensor', '2', 'value', 'two'],
  ['XADD', 'stream', '1005-0', 'other', 'fields', 'here', '-5000000000'],
  ['XADD', 'stream', '2000-0', 'sensor', '3', 'value', 'three'],
  ['XDEL', 'stream', '1000-2'],
  ['XGROUP', 'CREATE', 'stream', 'workers', '0'],
  ['XREADGROUP', 'GROUP', 'workers', 'alice', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['XCLAIM', 'stream', 'workers', 'alice', 0, '1000-1', 'TIME', DELIVERED_MS, 'RETRYCOUNT', 3],
  ['XGROUP', 'SETID', 'stream', 'workers', '1005-0', 'ENTRIESREAD', '3'],
]

const plain = bytes(0, string('key'), string('value'))
const library = "#!lua name=built\nredis.register_function('answer', function() return 42 end)"
const MODULE_ID = (0x123456789abcdef0n << 10n) | 1n

function moduleFields(): Buffer {
  return bytes(1, length(5), 2, length(2 ** 40), 3, bytes('\0\0\x80\x3f'), 4, double(2.5), 5, string('text'), 0)
}

export const builtFixtures: readonly BuiltFixture[] = [
  {
    name: 'version-1',
    holds: 'version 1 of the format: no checksum, plain forms only',
    file: new DumpBuilder(1)
      .select(0)
      .entry(0, 'string', string('text'))
      .entry(0, 'integer', integerString(-300, 2))
      .entry(1, 'list', length(3), string('a'), integerString(5, 1), lzfRun('z', 500))
      .entry(2, 'set', length(2), string('a'), string('b'))
      .end(),
  },
  {
    name: 'lengths',
    holds: 'lengths in wider forms than needed, integers in wider forms than needed, LZF of literals only and of runs',
    file: new DumpBuilder(9)
      .select(0)
      .entry(0, '6', string('six bits', 6))
      .entry(0, '14', string('fourteen bits', 14))
      .entry(0, '32', string('thirty-two bits', 32))
      .entry(0, '64', string('sixty-four bits', 64))
      .raw(0, length(4, 64), 'wide', length(3, 32), 'key')
      .raw(0, integerString(77, 4), integerString(7, 4))
      .entry(0, 'literals', lzfLiterals('no byte of this is compressed, and yet it is LZF: 0123456789'))
      .entry(0, 'run', lzfRun('r', 10000))
      .entry(0, 'short run', lzfRun('s', 5))
      .entry(2, 'set', length(2, 64), string('a'), string('b'))
      .end(),
  },
  {
    name: 'zipmaps',
    holds: 'hashes as zipmaps (before Redis 2.6)',
    file: new DumpBuilder(2)
      .select(0)
      .entry(9, 'zipmap', blob(zipmap(pairs)))
      .entry(9, 'with spare bytes', blob(zipmap(pairs, 3)))
      .entry(9, 'uncounted', blob(zipmap(Array.from({ length: 300 }, (_, i) => [`f${i}`, `v${i}`] as const))))
      .end(),
  },
  {
    name: 'ziplists',
    holds: 'lists, hashes and sorted sets as ziplists (before Redis 7.0)',
    file: new DumpBuilder(6)
      .select(0)
      .entry(10, 'list of integers', blob(ziplist([...integers, ...wideIntegers])))
      .entry(10, 'list of strings', blob(ziplist(words)))
      .entry(10, 'compressed', lzfLiterals(ziplist(['a', 1, 'b', 2]).latin1Slice()))
      .entry(
        10,
        'wide',
        blob(
          ziplist([
            { int: 1, size: 8 },
            { int: -1, size: 4 },
            { int: 7, size: 3 },
            { int: 9, size: 2 },
          ]),
        ),
      )
      .entry(10, 'wide back lengths', blob(ziplist(['a', 'b', 'c'], { wideBackLengths: true })))
      .entry(13, 'hash', blob(ziplist([...pairs.flat(), 'count', 7])))
      .entry(12, 'zset', blob(ziplist(scoredWords)))
      .end(),
  },
  {
    name: 'quicklists-of-ziplists',
    holds: 'lists as quicklists of ziplists (Redis 3.2 to 6.2)',
    file: new DumpBuilder(7)
      .aux('redis-ver', '3.2.0')
      .aux('redis-bits', integerString(64, 1))
      .select(0)
      .sizes(2, 0)
      .entry(14, 'one node', length(1), blob(ziplist(['a', 1, 'b'])))
      .entry(14, 'nodes', length(4), ...[words, integers, wideIntegers, []].map((row) => blob(ziplist(row))))
      .end(),
  },
  {
    name: 'ascii-scores',
    holds: 'sorted sets with scores as text (before Redis 4.0)',
    file: new DumpBuilder(6)
      .select(0)
      .entry(3, 'zset', length(9), ...asciiScores.flatMap((score, i) => [string(`member ${i}`), asciiDouble(score)]))
      .end(),
  },
  {
    name: 'streams-of-redis-5',
    holds: 'a stream without counters, with a group and a pending entry (Redis 5.0 to 6.2)',
    file: new DumpBuilder(9)
      .select(0)
      .entry(15, 'stream', streamNodes, oldGroups)
      .entry(15, 'emptied', length(0), length(0), length(9), length(9), length(0))
      .end(),
  },
  {
    name: 'intsets',
    holds: 'intsets, some wider than their members need',
    file: new DumpBuilder(6)
      .select(0)
      .entry(11, 'int16', blob(intset(2, [-32768, -1, 0, 5, 32767])))
      .entry(11, 'int32', blob(intset(4, [-5, 2, 70000])))
      .entry(11, 'int64', blob(intset(8, [-9223372036854775808n, 1, 2, 9007199254740993n])))
      .end(),
  },
  {
    name: 'deadlines',
    holds: 'deadlines in seconds and in milliseconds, of expired keys too, and the deadline -1, which is none',
    file: new DumpBuilder(6)
      .select(0)
      .expireSeconds(2_147_483_000)
      .entry(0, 'in seconds', string('a'))
      .expireMs(4_102_444_800_123)
      .entry(0, 'in milliseconds', string('b'))
      .expireSeconds(1_000_000_000)
      .entry(0, 'expired', string('c'))
      .expireMs(1_000_000_000_000)
      .entry(1, 'expired list', length(1), string('d'))
      .expireMs(-1)
      .entry(0, 'lasting', string('e'))
      .entry(0, 'lasting too', string('f'))
      .end(),
  },
  {
    name: 'access',
    holds: 'idle times and access counters, before and after deadlines',
    file: new DumpBuilder(9)
      .select(0)
      .idle(1000)
      .entry(0, 'idle', string('a'))
      .frequency(200)
      .entry(0, 'frequent', string('b'))
      .expireMs(4_102_444_800_000)
      .idle(100_000)
      .entry(0, 'idle with a deadline', string('c'))
      .frequency(1)
      .expireMs(4_102_444_800_000)
      .entry(0, 'frequent with a deadline', string('d'))
      .end(),
  },
  {
    name: 'empty-collections',
    holds: 'keys without elements, as some servers once wrote them; they are left out',
    file: new DumpBuilder(9)
      .select(0)
      .entry(0, 'string', string(''))
      .entry(1, 'list', length(0))
      .entry(2, 'set', length(0))
      .expireMs(4_102_444_800_000)
      .entry(4, 'hash', length(0))
      .entry(5, 'zset', length(0))
      .entry(10, 'ziplist', blob(ziplist([])))
      .entry(13, 'hash ziplist', blob(ziplist([])))
      .entry(14, 'quicklist', length(1), blob(ziplist([])))
      .entry(0, 'last', string('there'))
      .end(),
  },
  {
    name: 'no-databases',
    holds: 'keys before any database was selected, then databases 3, 1 and 3 again',
    file: new DumpBuilder(9)
      .raw(plain)
      .select(3)
      .raw(plain)
      .select(1)
      .raw(plain)
      .select(3)
      .entry(0, 'more', string('x'))
      .end({ checksum: false }),
  },
  {
    name: 'functions-built',
    holds: 'a function library, and facts that no server knows',
    file: new DumpBuilder(10)
      .aux('redis-ver', '7.0.0')
      .aux('unheard-of', 'x')
      .aux('%info', 'shown to the user')
      .raw(245, string(library))
      .select(0)
      .raw(plain)
      .end(),
  },
  {
    name: 'functions-of-a-candidate',
    holds: 'function libraries as release candidates of Redis 7.0 wrote them',
    file: new DumpBuilder(10)
      .raw(246, string('first'), string('LUA'), length(1), string('what it is for'))
      .raw(string("redis.register_function('one', function() return 1 end)"))
      .raw(246, string('second'), string('LUA'), length(0))
      .raw(string("redis.register_function('two', function() return 2 end)"))
      .select(0)
      .raw(plain)
      .end(),
  },
  {
    name: 'newer-servers',
    holds:
      'sets as listpacks and streams of version 3 (Redis 7.2), hashes with deadlines of fields (Redis 7.4, none set)',
    file: new DumpBuilder(12)
      .aux('redis-ver', '7.4.0')
      .raw(244, length(5), length(4), length(0))
      .select(0)
      .entry(20, 'set', blob(listpack(['a', 'b', 1, -70000, 9007199254740993n])))
      .entry(21, 'stream', streamNodes, firstAndDeleted)
      .raw(length(1), groupHead, length(3), length(1), pendingEntry, consumer(int64(DELIVERED_MS + 1)))
      .entry(24, 'hash', int64(0), length(2), length(0), string('a'), string('1'), length(0), string('b'), string('2'))
      .end(),
    equivalent: [
      ['SADD', 'set', 'a', 'b', 1, -70000, '9007199254740993'],
      ...streamCommands,
      ['HSET', 'hash', 'a', 1, 'b', 2],
    ],
  },
  {
    name: 'refused-module-data',
    holds: 'data of a module beside the keys',
    file: new DumpBuilder(9)
      .raw(247, length(MODULE_ID), length(2), length(1), moduleFields())
      .select(0)
      .raw(plain)
      .end(),
    refused: 'module',
  },
  {
    name: 'refused-module-value',
    holds: 'a key with a value of a module',
    file: new DumpBuilder(9).select(0).raw(plain).entry(7, 'module', length(MODULE_ID), moduleFields()).end(),
    refused: 'module',
  },
  {
    name: 'refused-version',
    holds: 'a version of the format that is not there yet',
    file: new DumpBuilder(9999).select(0).raw(plain).end(),
    refused: 'version',
  },
  {
    name: 'refused-twice',
    holds: 'a key that is there twice',
    file: new DumpBuilder(9).select(0).raw(plain, plain).end(),
    refused: 'twice',
  },
  {
    name: 'refused-checksum',
    holds: 'a wrong checksum',
    file: bytes(new DumpBuilder(9).select(0).raw(plain).end().subarray(0, -1), 0x55),
    refused: 'checksum',
  },
  {
    name: 'refused-truncated',
    holds: 'a file that ends too early',
    file: new DumpBuilder(9).select(0).raw(plain).end().subarray(0, -12),
    refused: 'truncated',
  },
]
