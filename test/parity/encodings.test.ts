import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { words } from '../support/harness.ts'
import { type Parity, startParity } from '../support/parity.ts'
import type { Argument } from '../support/raw-client.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'

const long = (length: number) => 'x'.repeat(length)
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))
const fields = (n: number) => numbers(1, n).flatMap((i) => [`f${i}`, 'v'])
const scored = (n: number) => numbers(1, n).flatMap((i) => [i, `m${i}`])

type Request = readonly Argument[]

/** Values on both sides of each threshold, all limits being lowered to 4 elements and 8 bytes (lists: 4 and 8 KB). */
const CASES: Readonly<Record<string, readonly Request[]>> = {
  'hash of 4 fields': [['HSET', 'k', ...fields(4)]],
  'hash of 5 fields': [['HSET', 'k', ...fields(5)]],
  'hash that shrank': [
    ['HSET', 'k', ...fields(5)],
    ['HDEL', 'k', 'f1', 'f2'],
  ],
  'hash with a value of 8 bytes': [['HSET', 'k', 'f', long(8)]],
  'hash with a value of 9 bytes': [['HSET', 'k', 'f', long(9)]],
  'hash with a field of 9 bytes': [['HSET', 'k', long(9), 'v']],
  'hash whose value grew': [
    ['HSET', 'k', 'f', 'v', 'n', '1'],
    ['HSET', 'k', 'f', long(9)],
  ],
  'hash with a long value gone': [
    ['HSET', 'k', 'f', long(9), 'g', 'v'],
    ['HDEL', 'k', 'f'],
  ],
  'hash whose number grew': [
    ['HSET', 'k', 'n', '99999999'],
    ['HINCRBY', 'k', 'n', '1'],
    ['HINCRBYFLOAT', 'k', 'f', '1.123456789'],
  ],
  'hash by HSETNX': [
    ['HSET', 'k', ...fields(4)],
    ['HSETNX', 'k', 'more', 'v'],
  ],
  'set of 4 integers': [['SADD', 'k', ...numbers(1, 4)]],
  'set of 5 integers': [['SADD', 'k', ...numbers(1, 5)]],
  'set of integers that shrank': [
    ['SADD', 'k', ...numbers(1, 5)],
    ['SREM', 'k', '1', '2'],
  ],
  'set with a word': [['SADD', 'k', '1', 'a']],
  'set with a word gone': [
    ['SADD', 'k', '1', 'a'],
    ['SREM', 'k', 'a'],
  ],
  'set with 64-bit integers': [['SADD', 'k', '9223372036854775807', '-9223372036854775808']],
  'set with one beyond': [['SADD', 'k', '9223372036854775808']],
  'set with a leading zero': [['SADD', 'k', '01']],
  'set by SUNIONSTORE': [
    ['SADD', 'k2', ...numbers(1, 3)],
    ['SADD', 'k3', ...numbers(3, 5)],
    ['SUNIONSTORE', 'k', 'k2', 'k3'],
  ],
  'set by SINTERSTORE': [
    ['SADD', 'k2', ...numbers(1, 3), 'a'],
    ['SADD', 'k3', ...numbers(3, 5), 'b'],
    ['SINTERSTORE', 'k', 'k2', 'k3'],
  ],
  'set by SMOVE': [
    ['SADD', 'k', ...numbers(1, 4)],
    ['SADD', 'k2', '9'],
    ['SMOVE', 'k2', 'k', '9'],
  ],
  'sorted set of 4': [['ZADD', 'k', ...scored(4)]],
  'sorted set of 5': [['ZADD', 'k', ...scored(5)]],
  'sorted set that shrank': [
    ['ZADD', 'k', ...scored(5)],
    ['ZREM', 'k', 'm1', 'm2'],
  ],
  'sorted set with a member of 8 bytes': [['ZADD', 'k', '1', long(8)]],
  'sorted set with a member of 9 bytes': [['ZADD', 'k', '1', long(9)]],
  'sorted set by ZINCRBY': [
    ['ZADD', 'k', ...scored(4)],
    ['ZINCRBY', 'k', '1', 'more'],
  ],
  'sorted set by ZUNIONSTORE': [
    ['ZADD', 'k2', ...scored(5)],
    ['ZUNIONSTORE', 'k', '1', 'k2'],
  ],
  'small sorted set by ZUNIONSTORE': [
    ['ZADD', 'k2', ...scored(3)],
    ['ZUNIONSTORE', 'k', '1', 'k2'],
  ],
  'sorted set by ZRANGESTORE': [
    ['ZADD', 'k2', ...scored(6)],
    ['ZRANGESTORE', 'k', 'k2', '0', '3'],
  ],
  'sorted set by ZINTERSTORE of a set': [
    ['SADD', 'k2', 'm1', long(9)],
    ['ZINTERSTORE', 'k', '1', 'k2'],
  ],
  'sorted set by GEOADD': [['GEOADD', 'k', ...numbers(1, 5).flatMap((i) => [i, i, `m${i}`])]],
  'list of few': [['RPUSH', 'k', 'a', 'b']],
  'list of many': [['RPUSH', 'k', ...numbers(1, 200)]],
  'list of long elements': [['RPUSH', 'k', long(5000), long(9000)]],
  'list that shrank': [
    ['RPUSH', 'k', ...numbers(1, 200)],
    ['LTRIM', 'k', '0', '1'],
  ],
  integer: [['SET', 'k', '123']],
  'large integer': [['SET', 'k', '9223372036854775807']],
  'integer beyond 64 bits': [['SET', 'k', '9223372036854775808']],
  'string of 44 bytes': [['SET', 'k', long(44)]],
  'string of 45 bytes': [['SET', 'k', long(45)]],
  'string by APPEND': [
    ['APPEND', 'k', 'a'],
    ['APPEND', 'k', 'b'],
  ],
  'new string by APPEND': [['APPEND', 'k', 'a']],
  'new integer by APPEND': [['APPEND', 'k', '12']],
  'string by SETRANGE': [['SETRANGE', 'k', '0', 'abc']],
  'string by INCR': [
    ['SET', 'k', '10'],
    ['INCR', 'k'],
  ],
  'whole string by INCRBYFLOAT': [['INCRBYFLOAT', 'k', '5']],
  'string by SETBIT': [['SETBIT', 'k', '7', '1']],
  'string by BITOP': [
    ['SET', 'k2', 'abc'],
    ['BITOP', 'NOT', 'k', 'k2'],
  ],
  'string by GETSET': [['GETSET', 'k', '77']],
  'string by MSET': [['MSET', 'k', '77', 'k2', 'x']],
  HyperLogLog: [['PFADD', 'k', 'a', 'b']],
  stream: [['XADD', 'k', '1-1', 'f', 'v']],
}

const LIMITS = words(
  'CONFIG SET hash-max-listpack-entries 4 hash-max-listpack-value 8 set-max-intset-entries 4 zset-max-listpack-entries 4 zset-max-listpack-value 8',
)
const DEFAULTS = words(
  'CONFIG SET hash-max-listpack-entries 128 hash-max-listpack-value 64 set-max-intset-entries 512 zset-max-listpack-entries 128 zset-max-listpack-value 64',
)

describeWithRedis('OBJECT ENCODING', () => {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(() => pair?.close())
  beforeEach(() => pair.flush())

  const encoding: Request = ['OBJECT', 'ENCODING', 'k']

  for (const [name, requests] of Object.entries(CASES)) {
    it(`${name}: as it is made, copied, reloaded`, async () => {
      const copied: Request[] = [
        ['COPY', 'k', 'copy'],
        ['OBJECT', 'ENCODING', 'copy'],
        ['DEL', 'copy'],
      ]
      // The RDB is loaded by the limits of then.
      const reloaded: Request[] = [['DEBUG', 'RELOAD'], encoding, DEFAULTS, encoding, ['DEBUG', 'RELOAD'], encoding]
      await pair.compare([LIMITS, ...requests, encoding, ...copied, ...reloaded])
    })
  }

  it('values restored from a DUMP of either server', async () => {
    const keyper = await pair.keyper.client()
    const redis = await pair.redis.client()
    for (const [name, requests] of Object.entries(CASES)) {
      if (name === 'HyperLogLog' || name === 'stream') continue
      const payloads: string[] = []
      for (const client of [keyper, redis]) {
        for (const request of [['FLUSHALL'], LIMITS, ...requests]) await client.command(...request)
        payloads.push(String(await client.command('DUMP', 'k')))
      }
      for (const [from, payload] of payloads.entries()) {
        const seen: unknown[] = []
        for (const client of [keyper, redis]) {
          expect(await client.command('RESTORE', 'k', '0', payload, 'REPLACE'), name).toBe('OK')
          seen.push(await client.command('OBJECT', 'ENCODING', 'k'), await client.command('DEBUG', 'DIGEST-VALUE', 'k'))
        }
        expect(seen.slice(0, 2), `${name}, dumped by ${from === 0 ? 'Keyper' : 'Redis'}`).toEqual(seen.slice(2))
      }
    }
    await keyper.close()
    await redis.close()
  })

  it('lists by the number of elements of a node', async () => {
    for (const size of ['-5', '-2', '-1', '1', '4']) {
      const limit = ['CONFIG', 'SET', 'list-max-listpack-size', size]
      await pair.compare([
        limit,
        ['DEL', 'k'],
        ['RPUSH', 'k', ...numbers(1, 6)],
        encoding,
        ['LPOP', 'k', '4'],
        encoding,
      ])
    }
  })

  it('HyperLogLogs at the threshold of their sparse form', async () => {
    for (const bytes of ['0', '30', '100', '3000']) {
      const limit = ['CONFIG', 'SET', 'hll-sparse-max-bytes', bytes]
      const grow = numbers(1, 60).flatMap((i) => [
        ['PFADD', 'k', `e${i}`],
        ['PFDEBUG', 'ENCODING', 'k'],
      ])
      await pair.compare([limit, ['DEL', 'k'], ...grow, ['GET', 'k']])
    }
  })
})
