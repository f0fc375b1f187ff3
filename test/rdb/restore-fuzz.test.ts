/**
 * RESTORE with spoilt payloads whose checksum is right: the server refuses them or keeps a value on which every
 * command works. A reply that does not come, or a closed connection, is a failure; so is a replica or a reloaded dump
 * that holds other data afterwards.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '../../src/util/random.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { Argument, RawClient } from '../support/raw-client.ts'
import { type Decoded, ReplyErrorValue } from '../support/resp-decoder.ts'
import {
  asciiDouble,
  blob,
  bytes,
  double,
  dumpPayloadOf,
  int64,
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
} from './dump-builder.ts'

const node = streamNode(
  ['a', 'b'],
  [
    { ms: 0, sequence: 0, words: ['1', '2'], same: true },
    { ms: 1, sequence: 0, words: ['x', 'y', 'z', '7'] },
    { ms: 2, sequence: 5, words: ['gone', 'too'], same: true, deleted: true },
    { ms: 3, sequence: -5, words: ['3', '4'], same: true },
  ],
)
const nodeHead = bytes(length(1), string(rawId(100, 5).latin1Slice()), blob(node), length(3))
const lastIds = bytes(length(200), length(0), length(100), length(5), length(102), length(10), length(5))
const pending = bytes(length(2), rawId(100, 5), int64(1000), length(1), rawId(101, 5), int64(1000), length(2))
const groupHead = bytes(length(1), string('group'), length(101), length(5), length(2))
const consumers = (active: Buffer) =>
  bytes(
    ...[length(2), string('alice'), int64(1000), active, length(1), rawId(100, 5)],
    ...[string('bob'), int64(2000), active, length(1), rawId(101, 5)],
  )

/** A sound content of each type of value: type byte and value. */
const contents: Record<string, Buffer> = {
  string: bytes(0, string('some text')),
  'integer string': bytes(0, 0xc1, 0x39, 0x30),
  'LZF run': bytes(0, lzfRun('x', 600)),
  list: bytes(1, length(3), string('a'), string('b'), string('17')),
  set: bytes(2, length(3), string('a'), string('b'), string('17')),
  'zset of text': bytes(3, length(2), string('a'), asciiDouble('1.5'), string('b'), asciiDouble('inf')),
  hash: bytes(4, length(2), string('a'), string('1'), string('b'), string('2')),
  zset: bytes(5, length(3), string('a'), double(1.5), string('b'), double(-1e300), string('c'), double(-0)),
  zipmap: bytes(
    9,
    blob(
      zipmap(
        [
          ['a', '1'],
          ['b', '22'],
        ],
        1,
      ),
    ),
  ),
  'list ziplist': bytes(10, blob(ziplist(['a', 1, 1000, -70000, 'b'.repeat(70)]))),
  intset: bytes(11, blob(intset(4, [-70000, 1, 80000]))),
  'zset ziplist': bytes(12, blob(ziplist(['a', '1.5', 'b', 2]))),
  'hash ziplist': bytes(13, blob(ziplist(['a', '1', 'b', 2]))),
  'compressed hash ziplist': bytes(13, lzfLiterals(ziplist(['a', '1', 'b', 2]).latin1Slice())),
  'quicklist of ziplists': bytes(14, length(2), blob(ziplist(['a', 1])), blob(ziplist(['b']))),
  'stream of version 1': bytes(
    15,
    nodeHead,
    length(200),
    length(0),
    groupHead.subarray(0, -1),
    pending,
    consumers(bytes()),
  ),
  'hash listpack': bytes(16, blob(listpack(['a', 1, 'b', 300, 'c', 'd'.repeat(70)]))),
  'zset listpack': bytes(17, blob(listpack(['a', 1, 'b', '1.5', 'c', '-inf']))),
  quicklist: bytes(18, length(2), length(1), string('plain'), length(2), blob(listpack(['a', 1, -5000]))),
  'stream of version 2': bytes(19, nodeHead, lastIds, groupHead, pending, consumers(bytes())),
  'set listpack': bytes(20, blob(listpack(['a', 1, 'b', 300]))),
  'stream of version 3': bytes(21, nodeHead, lastIds, groupHead, pending, consumers(int64(3000))),
  'hash with deadlines': bytes(24, int64(4e12), length(1), length(5), string('f'), string('v')),
  'packed hash with deadlines': bytes(25, int64(4e12), blob(listpack(['f', 'v', 4_000_000_000_000n]))),
}

function mutate(content: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let bytesNow: Buffer = Buffer.from(content)
  for (let times = 1 + random.int(3); times > 0; times--) {
    const at = random.int(bytesNow.length)
    const cutTo = at + random.int(bytesNow.length - at + 1)
    switch (random.int(8)) {
      case 0:
        bytesNow[at] = random.int(256)
        break
      case 1:
        bytesNow[at] ^= 1 << random.int(8)
        break
      case 2:
        bytesNow[at] += random.int(2) === 0 ? 1 : -1
        break
      case 3:
        bytesNow[at] = [0, 127, 128, 129, 192, 195, 240, 254, 255][random.int(9)]
        break
      case 4:
        bytesNow = bytes(bytesNow.subarray(0, at), bytesNow.subarray(cutTo))
        break
      case 5:
        bytesNow = bytes(bytesNow.subarray(0, at), bytesNow.subarray(at, cutTo), bytesNow.subarray(at))
        break
      case 6:
        bytesNow = bytes(bytesNow.subarray(0, at), length(2n ** BigInt(random.int(64))), bytesNow.subarray(at))
        break
      default: {
        const other = others[random.int(others.length)]
        bytesNow = bytes(bytesNow.subarray(0, at), other.subarray(random.int(other.length)))
      }
    }
    if (bytesNow.length === 0) bytesNow = Buffer.of(random.int(30))
  }
  return bytesNow
}

const K = 'key'
const common: Argument[][] = [
  ['TYPE', K],
  ['OBJECT', 'ENCODING', K],
  ['MEMORY', 'USAGE', K],
  ['DEBUG', 'OBJECT', K],
  ['DEBUG', 'DIGEST-VALUE', K],
  ['DEBUG', 'DIGEST'],
  ['COPY', K, 'copy', 'REPLACE'],
  ['DEBUG', 'DIGEST-VALUE', 'copy'],
  ['SCAN', 0],
]

const reads: Record<string, Argument[][]> = {
  string: [
    ['GET', K],
    ['STRLEN', K],
    ['GETRANGE', K, 1, -2],
    ['PFCOUNT', K],
    ['BITCOUNT', K],
    ['APPEND', K, 'x'],
    ['SETRANGE', K, 3, 'yy'],
  ],
  list: [
    ...[
      ['LRANGE', K, 0, -1],
      ['LLEN', K],
      ['LINDEX', K, -1],
      ['LPOS', K, 'a'],
      ['SORT', K, 'ALPHA'],
      ['RPUSH', K, 'x'],
    ],
    ...[
      ['LINSERT', K, 'BEFORE', 'a', 'y'],
      ['LSET', K, 0, 'z'],
      ['LREM', K, 0, 'a'],
      ['LPOP', K],
      ['RPOP', K],
    ],
  ],
  set: [
    ...[
      ['SMEMBERS', K],
      ['SCARD', K],
      ['SSCAN', K, 0],
      ['SRANDMEMBER', K, -5],
      ['SISMEMBER', K, 'a'],
      ['SINTER', K, K],
    ],
    ...[
      ['SADD', K, 5, 'x'],
      ['SREM', K, 'a', 17],
      ['SPOP', K],
    ],
  ],
  zset: [
    ...[
      ['ZRANGE', K, 0, -1, 'WITHSCORES'],
      ['ZRANGE', K, '-inf', '+inf', 'BYSCORE'],
      ['ZCARD', K],
      ['ZCOUNT', K, 0, 5],
    ],
    ...[
      ['ZRANK', K, 'a'],
      ['ZREVRANGE', K, 0, -1],
      ['ZSCAN', K, 0],
      ['ZRANDMEMBER', K, 3, 'WITHSCORES'],
      ['ZLEXCOUNT', K, '-', '+'],
    ],
    ...[
      ['ZADD', K, 3, 'x'],
      ['ZINCRBY', K, 1, 'a'],
      ['ZREM', K, 'b'],
      ['ZPOPMIN', K],
      ['ZUNIONSTORE', 'sum', 2, K, K],
    ],
  ],
  hash: [
    ...[
      ['HGETALL', K],
      ['HLEN', K],
      ['HKEYS', K],
      ['HSCAN', K, 0],
      ['HRANDFIELD', K, 3, 'WITHVALUES'],
      ['HGET', K, 'a'],
    ],
    ...[
      ['HSET', K, 'x', 'y'],
      ['HDEL', K, 'a'],
      ['HINCRBY', K, 'n', 1],
    ],
  ],
  stream: [
    ...[
      ['XRANGE', K, '-', '+'],
      ['XREVRANGE', K, '+', '-'],
      ['XLEN', K],
      ['XINFO', 'STREAM', K],
      ['XINFO', 'STREAM', K, 'FULL'],
    ],
    ...[
      ['XINFO', 'GROUPS', K],
      ['XINFO', 'CONSUMERS', K, 'group'],
      ['XPENDING', K, 'group'],
    ],
    ...[
      ['XPENDING', K, 'group', '-', '+', 10],
      ['XREADGROUP', 'GROUP', 'group', 'alice', 'STREAMS', K, '0'],
    ],
    ...[
      ['XREADGROUP', 'GROUP', 'group', 'bob', 'COUNT', 2, 'STREAMS', K, '>'],
      ['XAUTOCLAIM', K, 'group', 'carol', 0, 0],
    ],
    ...[
      ['XCLAIM', K, 'group', 'dave', 0, '100-5', '101-5'],
      ['XACK', K, 'group', '100-5'],
      ['XADD', K, '*', 'f', 'v'],
    ],
    ...[
      ['XDEL', K, '100-5'],
      ['XGROUP', 'DELCONSUMER', K, 'group', 'alice'],
      ['XTRIM', K, 'MAXLEN', 1],
      ['XSETID', K, '9-9'],
    ],
  ],
}

describe('RESTORE of spoilt payloads', () => {
  let server: TestServer
  let client: RawClient
  beforeAll(async () => {
    server = await startKeyper({ clock: 'system' })
    client = await server.client()
  })
  afterEach(() => server.reset())
  afterAll(() => server.close())

  const restore = (content: Buffer, ...more: Argument[]) =>
    client.command('RESTORE', K, 0, dumpPayloadOf(content, 12), 'REPLACE', ...more)

  /** Uses a restored value in every way. The digest must be that of what its own dump restores to. */
  async function useValue(): Promise<void> {
    const type = (await client.command('TYPE', K)) as string
    const digests = await client.pipeline([
      ['DEBUG', 'DIGEST-VALUE', K],
      ['COPY', K, 'copy', 'REPLACE'],
      ['DEBUG', 'DIGEST-VALUE', 'copy'],
    ])
    expect(digests[2]).toEqual(digests[0])
    const payload = (await client.command('DUMP', K)) as string
    expect(await client.command('RESTORE', 'again', 0, payload, 'REPLACE')).toBe('OK')
    expect(await client.command('DEBUG', 'DIGEST-VALUE', 'again')).toEqual(digests[0])
    await server.verifyMirrors()
    await client.pipeline([...common, ...reads[type], ...common])
    await client.pipeline([...reads[type], ...reads[type]])
    await server.verifyMirrors()
  }

  it('the payloads to start from are sound', async () => {
    for (const [name, content] of Object.entries(contents)) {
      expect(await restore(content), name).toBe('OK')
      await useValue()
    }
  })

  it.each(Object.keys(contents))('%s', async (name) => {
    const random = seededRandom(name.length * 1000 + contents[name].length)
    const others = Object.values(contents)
    let kept = 0
    for (let i = 0; i < 120; i++) {
      const content = mutate(contents[name], random, others)
      const reply: Decoded = await restore(content)
      if (reply instanceof ReplyErrorValue) {
        expect(reply.message).toBe('ERR Bad data format')
        continue
      }
      kept++
      try {
        await useValue()
      } catch (error) {
        throw new Error(`payload ${content.toString('hex')}: ${(error as Error).message}`, { cause: error })
      }
    }
    // A sound test spoils much and not all.
    expect(kept).toBeLessThan(120)
  })

  it('payloads cut anywhere are refused', async () => {
    for (const content of Object.values(contents)) {
      for (let end = 0; end < content.length; end++) {
        const reply = await restore(content.subarray(0, end))
        expect(reply).toEqual(new ReplyErrorValue('ERR Bad data format'))
      }
    }
  })

  it('every single wrong byte', async () => {
    for (const content of [contents['stream of version 2'], contents['hash listpack'], contents['zset ziplist']]) {
      for (let at = 0; at < content.length; at++) {
        const spoilt = Buffer.from(content)
        for (const byte of [0, 1, 0x7f, 0x80, 0x81, 0xc3, 0xf0, 0xff]) {
          spoilt[at] = byte
          const reply = await restore(spoilt)
          if (!(reply instanceof ReplyErrorValue)) await client.pipeline(common)
        }
      }
    }
  })

  it('counters and times at the ends of 64 bits are kept, and saved again', async () => {
    const most = 2n ** 64n - 1n
    const extreme = bytes(
      ...[19, nodeHead, length(most), length(most), length(100), length(5), length(most), length(most), length(most)],
      ...[length(1), string('group'), length(most), length(most), length(most)],
      ...[length(1), rawId(100, 5), int64(2n ** 63n - 1n), length(most)],
      ...[length(1), string('alice'), int64(-(2n ** 63n)), length(1), rawId(100, 5)],
    )
    expect(await restore(extreme)).toBe('OK')
    await useValue()
    expect(await restore(extreme)).toBe('OK')
    expect(await client.command('SAVE')).toBe('OK')
    expect(await client.command('DEBUG', 'RELOAD')).toBe('OK')
    expect(await client.command('XLEN', K)).toBe(3)
  })

  it('the longest deadline is kept, and saved again', async () => {
    const payload = dumpPayloadOf(contents['string'])
    for (const deadline of ['9223372036854775807', '9223372036854775806', '9007199254740993']) {
      const reply = await client.command('RESTORE', K, deadline, payload, 'REPLACE', 'ABSTTL')
      if (reply instanceof ReplyErrorValue) continue
      expect(await client.command('SAVE')).toBe('OK')
      expect(await client.command('DEBUG', 'RELOAD')).toBe('OK')
      expect(await client.command('GET', K)).toBe('some text')
    }
  })

  it('wrong checksums and versions are refused', async () => {
    const payload = dumpPayloadOf(contents['string'])
    const wrong = new ReplyErrorValue('ERR DUMP payload version or checksum are wrong')
    for (let at = 0; at < payload.length; at++) {
      const spoilt = Buffer.from(payload)
      spoilt[at] ^= 0x10
      expect(await client.command('RESTORE', K, 0, spoilt)).toEqual(wrong)
      expect(await client.command('RESTORE', K, 0, payload.subarray(0, at))).toEqual(wrong)
    }
    expect(await client.command('RESTORE', K, 0, dumpPayloadOf(contents['string'], 9999))).toEqual(wrong)
    expect(await client.command('RESTORE', K, 0, dumpPayloadOf(Buffer.alloc(0)))).toEqual(
      new ReplyErrorValue('ERR Bad data format'),
    )
  })
})
