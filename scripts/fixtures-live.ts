/** Data that a real redis-server is asked to save: each type at both sides of every threshold between encodings. */
import type { Argument } from '../test/support/raw-client.ts'

export interface LiveFixture {
  readonly name: string
  readonly holds: string
  readonly config?: Readonly<Record<string, string>>
  /** Directives without which the file's content cannot be told. */
  readonly loadConfig?: Readonly<Record<string, string>>
  readonly commands: readonly (readonly Argument[])[]
}

const YEAR_2100_MS = 4_102_444_800_000
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
const pairs = (count: number, value: string) => numbered('field', count).flatMap((field) => [field, value])
const scores = (count: number) => numbered('member', count).flatMap((member, i) => [i * 1.5 - 20, member])
const everyByte = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i))

const integers = [
  ...['0', '1', '-1', '63', '64', '127', '128', '-128', '-129', '32767', '32768', '-32768', '-32769'],
  ...['8388607', '8388608', '-8388608', '-8388609', '2147483647', '2147483648', '-2147483648', '-2147483649'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993'],
  ...['9223372036854775807', '-9223372036854775808', '9223372036854775808', '12345678901234567890123'],
]
const nearlyIntegers = ['', '-', '+1', '007', '-0', ' 1', '1 ', '1.0', '1e3', '0x10', '4095', '4096', '-4096', '-4097']

const strings: Argument[][] = [
  ...[...integers, ...nearlyIntegers].map((text) => ['SET', `text:${text}`, text]),
  ...[1, 20, 21, 43, 44, 45, 63, 64, 16383, 16384].map((n) => ['SET', `run:${n}`, 'ab'.repeat(n).slice(0, n)]),
  ['SET', 'bytes', everyByte],
  ['SET', 'bytes twice', everyByte + everyByte],
  ['SET', 'words', 'the quick brown fox jumps over the lazy dog, '.repeat(30)],
  ['SET', 'utf-8', Buffer.from('größer, 日本語, 🚀')],
  ['APPEND', 'appended', 'part one, '],
  ['APPEND', 'appended', 'part two'],
  ['SETBIT', 'bits', 1000, 1],
  ['INCR', 'counted'],
  ['PFADD', 'hyperloglog:small', ...numbered('visitor', 50)],
  ...numbered('', 4).map((i) => ['PFADD', 'hyperloglog:dense', ...numbered(`visitor${i}:`, 1000)]),
]

const keys: Argument[][] = [
  ...['', '0', '-1', '12345', '2147483648', 'a'.repeat(63), 'a'.repeat(64), 'ab'.repeat(200), everyByte, '__proto__'],
  ...['constructor', '{tag}key', 'sp ace', 'line\r\nbreak', '*', '\0', '\xff'],
].map((key) => ['SET', key, 'value'])

const lists: Argument[][] = [
  ['RPUSH', 'one', 'only'],
  ['RPUSH', 'integers', ...integers, ...nearlyIntegers],
  ['RPUSH', 'empty elements', '', '', ''],
  ['RPUSH', 'lengths', ...[63, 64, 127, 128, 4095, 4096].map((n) => 'x'.repeat(n))],
  ['RPUSH', 'many', ...numbered('element ', 2000)],
  ['RPUSH', 'large elements', 'first', 'large '.repeat(2000), 'middle', 'larger '.repeat(3000), 'last'],
  ['RPUSH', 'binary', everyByte, everyByte],
]

const sets: Argument[][] = [
  ['SADD', 'one', 'only'],
  ['SADD', 'int16', -32768, -1, 0, 1, 32767],
  ['SADD', 'int32', -2147483648, 0, 32768, 2147483647],
  ['SADD', 'int64', '-9223372036854775808', 0, '9007199254740993', '9223372036854775807'],
  ['SADD', 'integers 512', ...numbered('', 512)],
  ['SADD', 'integers 513', ...numbered('', 513)],
  ['SADD', 'words 128', ...numbered('word', 128)],
  ['SADD', 'words 129', ...numbered('word', 129)],
  ['SADD', 'mixed', ...integers, ...nearlyIntegers],
  ['SADD', 'binary', everyByte, '', '\0'],
]

const hashes: Argument[][] = [
  ['HSET', 'one', 'field', 'value'],
  ['HSET', 'fields 512', ...pairs(512, 'v')],
  ['HSET', 'fields 513', ...pairs(513, 'v')],
  ['HSET', 'fields 128', ...pairs(128, 'v')],
  ['HSET', 'value 64', 'f', 'v'.repeat(64)],
  ['HSET', 'value 65', 'f', 'v'.repeat(65)],
  ['HSET', 'field 65', 'f'.repeat(65), 'v'],
  ['HSET', 'integers', ...integers.flatMap((n) => [n, n])],
  ['HSET', 'odd', '', '', '__proto__', 'x', everyByte, everyByte],
  ['HSET', 'odd and small', '', '', '__proto__', 'x', '\0', '\xff'],
]

const sortedSets: Argument[][] = [
  ['ZADD', 'one', 1, 'only'],
  ['ZADD', 'members 128', ...scores(128)],
  ['ZADD', 'members 129', ...scores(129)],
  ['ZADD', 'member 64', 1, 'm'.repeat(64)],
  ['ZADD', 'member 65', 1, 'm'.repeat(65)],
  ...['small', 'large'].map((size) => [
    ...[
      'ZADD',
      `scores ${size}`,
      'inf',
      'a',
      '-inf',
      'b',
      '-0.0',
      'c',
      '0',
      'd',
      '0.1',
      'e',
      '1e308',
      'f',
      '5e-324',
      'g',
    ],
    ...['-1.7976931348623157e308', 'h', '9007199254740993', 'i', '3.0000000000000004', 'j', '-123456789', 'k'],
    ...(size === 'large' ? ['1e21', 'm'.repeat(65)] : ['1e21', 'l']),
  ]),
  ['ZADD', 'equal scores', ...['b', 'a', 'c', '', '\xff', '10', '9'].flatMap((member) => [7, member])],
  ['GEOADD', 'places', 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania'],
]

const streams: Argument[][] = [
  ['XADD', 'one', '1-1', 'field', 'value'],
  ...numbered('', 250).map((i) => ['XADD', 'nodes', `${1000 + Number(i)}-0`, 'sensor', i, 'value', `v${i}`]),
  ['XDEL', 'nodes', '1000-0', '1100-0', '1249-0'],
  ...numbered('', 6).map((i) => ['XADD', 'fields', `5-${i}`, ...(Number(i) % 2 ? ['a', i] : ['a', i, 'b', i])]),
  ['XADD', 'large ids', '18446744073709551615-1', 'a', 'b'],
  ['XADD', 'large ids', '18446744073709551615-18446744073709551615', 'a', 'c'],
  ['XADD', 'emptied', '7-7', 'a', 'b'],
  ['XDEL', 'emptied', '7-7'],
  ['XGROUP', 'CREATE', 'group only', 'workers', '0', 'MKSTREAM'],
  ['XADD', 'binary', '1-1', everyByte, everyByte, '', ''],
  ...numbered('', 20).map((i) => ['XADD', 'groups', `${10 + Number(i)}-1`, 'job', `task ${i}`]),
  ['XGROUP', 'CREATE', 'groups', 'workers', '0'],
  ['XGROUP', 'CREATE', 'groups', 'at the end', '$'],
  ['XGROUP', 'CREATE', 'groups', 'in the middle', '15-1'],
  ['XGROUP', 'CREATE', 'groups', 'told', '12-1', 'ENTRIESREAD', '3'],
  ['XGROUP', 'CREATECONSUMER', 'groups', 'workers', 'idle'],
  ['XREADGROUP', 'GROUP', 'workers', 'alice', 'COUNT', 6, 'STREAMS', 'groups', '>'],
  ['XREADGROUP', 'GROUP', 'workers', 'bob', 'COUNT', 5, 'STREAMS', 'groups', '>'],
  ['XREADGROUP', 'GROUP', 'workers', 'carol', 'COUNT', 2, 'NOACK', 'STREAMS', 'groups', '>'],
  ['XACK', 'groups', 'workers', '10-1', '12-1', '17-1'],
  ['XCLAIM', 'groups', 'workers', 'bob', 0, '11-1', 'TIME', 1600000000000, 'RETRYCOUNT', 300],
  ['XDEL', 'groups', '13-1'],
  ['XREADGROUP', 'GROUP', 'in the middle', 'dave', 'COUNT', 3, 'STREAMS', 'groups', '>'],
]

const ofEachType: Argument[][] = [
  ['SET', 'string', 'text'],
  ['SET', 'integer', 42],
  ['RPUSH', 'list', 'a', 'b', 'c'],
  ['SADD', 'set', 'a', 'b', 'c'],
  ['SADD', 'intset', 1, 2, 3],
  ['ZADD', 'zset', 1, 'a', 2, 'b', 3.5, 'c'],
  ['HSET', 'hash', 'a', 1, 'b', 2],
  ['XADD', 'stream', '1-1', 'a', 'b'],
]
const expiring = ofEachType.map(([, key], i) => ['PEXPIREAT', key, YEAR_2100_MS + i])
const inDatabase = (db: number, commands: readonly Argument[][]) => [['SELECT', db], ...commands]

const library = [
  '#!lua name=fixture',
  "redis.register_function('answer', function(keys, args) return 42 end)",
  "redis.register_function{function_name='first', callback=function(keys, args) return args[1] end, flags={'no-writes'}}",
].join('\n')

export const liveFixtures: readonly LiveFixture[] = [
  { name: 'empty', holds: 'no keys', commands: [] },
  { name: 'strings', holds: 'strings: integers of every width, LZF, binary, HyperLogLogs', commands: strings },
  {
    name: 'strings-uncompressed',
    holds: 'compressible strings saved with rdbcompression no',
    config: { rdbcompression: 'no' },
    commands: strings.filter(([, key]) => /^(run:(?!16)|words|appended|counted)/.test(String(key))),
  },
  { name: 'keys', holds: 'keys with odd names', commands: keys },
  { name: 'lists', holds: 'lists: one packed node, many nodes, plain nodes for large elements', commands: lists },
  { name: 'sets', holds: 'sets: intsets of each width, hash tables, both sides of 512 integers', commands: sets },
  { name: 'hashes', holds: 'hashes: listpacks and hash tables, both sides of the limits', commands: hashes },
  { name: 'sorted-sets', holds: 'sorted sets: listpacks and skip lists, odd scores', commands: sortedSets },
  {
    name: 'streams',
    holds: 'streams: several nodes, deleted entries, consumer groups with pending entries',
    commands: streams,
  },
  {
    name: 'plain-encodings',
    holds: 'every type saved while all limits for packed encodings were 0',
    config: {
      'hash-max-listpack-entries': '0',
      'zset-max-listpack-entries': '0',
      'set-max-intset-entries': '0',
      'list-max-listpack-size': '1',
      'stream-node-max-entries': '1',
    },
    commands: ofEachType,
  },
  {
    name: 'packed-encodings',
    holds: 'collections packed far beyond the usual limits',
    config: {
      'hash-max-listpack-entries': '5000',
      'hash-max-listpack-value': '20000',
      'zset-max-listpack-entries': '5000',
      'zset-max-listpack-value': '20000',
      'set-max-intset-entries': '5000',
      'list-max-listpack-size': '-5',
    },
    commands: [
      ['HSET', 'hash', ...pairs(700, 'v'), ...[16300, 16380, 16381, 16384].flatMap((n) => [`f${n}`, 'x'.repeat(n)])],
      ['ZADD', 'zset', ...scores(700), 5, 'm'.repeat(5000)],
      ['SADD', 'intset', ...numbered('10', 1000)],
      ['RPUSH', 'list', ...numbered('element ', 1500), 'y'.repeat(9000)],
    ],
  },
  {
    name: 'databases',
    holds: 'keys of each type with and without deadlines in databases 0, 1, 9 and 15',
    commands: [
      ...inDatabase(0, [...ofEachType, ...expiring]),
      ...inDatabase(1, ofEachType),
      ...inDatabase(9, [
        ['SET', 'expiring', 'x', 'PXAT', YEAR_2100_MS],
        ['SET', 'lasting', 'y'],
      ]),
      ...inDatabase(15, ofEachType.slice(0, 4)),
    ],
  },
  {
    name: 'functions',
    holds: 'a function library and a key',
    commands: [
      ['FUNCTION', 'LOAD', library],
      ['SET', 'a', 'b'],
    ],
  },
  {
    name: 'no-checksum',
    holds: 'a few keys saved with rdbchecksum no',
    config: { rdbchecksum: 'no' },
    commands: ofEachType,
  },
  {
    name: 'least-recently-used',
    holds: 'keys with idle times, saved under an LRU policy',
    config: { 'maxmemory-policy': 'allkeys-lru' },
    loadConfig: { 'maxmemory-policy': 'allkeys-lru' },
    commands: [...ofEachType, ...expiring.slice(0, 3)],
  },
  {
    name: 'least-frequently-used',
    holds: 'keys with access counters, saved under an LFU policy',
    config: { 'maxmemory-policy': 'allkeys-lfu' },
    loadConfig: { 'maxmemory-policy': 'allkeys-lfu' },
    commands: [...ofEachType, ...expiring.slice(0, 3), ...numbered('', 30).map(() => ['GET', 'string'])],
  },
]
