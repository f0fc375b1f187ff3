import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addLongDouble,
  formatDouble17,
  parseDouble,
  parseDoubleLenient,
  parseInt64,
  parseUint64Lenient,
} from '../../src/util/numbers.ts'
import { seededRandom } from '../../src/util/random.ts'
import { RedisOracle, redisAvailable } from './redis-oracle.ts'

describe.skipIf(!redisAvailable())('numbers beside redis-server', () => {
  let redis: RedisOracle
  const random = seededRandom(20240501)
  beforeAll(async () => {
    redis = await RedisOracle.start('--zset-max-listpack-entries', '0')
  })
  afterAll(() => redis.stop())

  function digits(count: number): string {
    let s = ''
    for (let i = 0; i < count; i++) s += random.int(10)
    return s
  }

  function pick<T>(items: readonly T[]): T {
    return items[random.int(items.length)]
  }

  /** Numbers of all shapes: plain decimals, many digits, exponents within +-range, hexadecimal, integers near powers of two. */
  function numeric(range: number): string {
    const sign = pick(['', '', '-', '+'])
    const exponent = () => pick(['e', 'E']) + pick(['', '-', '+']) + random.int(range)
    switch (random.int(7)) {
      case 0:
        return sign + random.int(100) + '.' + digits(1 + random.int(4))
      case 1:
        return sign + digits(1 + random.int(25)) + '.' + digits(random.int(25))
      case 2:
        return sign + random.int(10) + '.' + digits(1 + random.int(20)) + exponent()
      case 3:
        return sign + digits(1 + random.int(19))
      case 4:
        return (
          sign +
          '0x' +
          random.int(2 ** 32).toString(16) +
          '.' +
          random.int(2 ** 32).toString(16) +
          'p' +
          (random.int(400) - 200)
        )
      case 5:
        return (
          sign + (2n ** BigInt(random.int(70)) + BigInt(random.int(3))) + '.' + pick(['', '5', '25', '125', '0625'])
        )
      default:
        return sign + random.int(40) + '.' + digits(13 + random.int(6))
    }
  }

  /** Short strings of the characters numbers are made of, mostly malformed. */
  function malformed(alphabet: string, length: number): string {
    let s = ''
    for (let i = random.int(length + 1); i > 0; i--) s += alphabet[random.int(alphabet.length)]
    return s
  }

  it('INCRBYFLOAT adds as addLongDouble', async () => {
    const pairs = Array.from({ length: 6000 }, (_, i) => {
      const range = i % 10 === 0 ? 5000 : 320
      return [numeric(range), i % 20 === 0 ? malformed('0123.-+eExXpinf \0', 6) : numeric(range)]
    })
    const replies = await redis.pipeline(
      pairs.flatMap(([a, b]) => [
        ['SET', 'k', a],
        ['INCRBYFLOAT', 'k', b],
      ]),
    )
    const kinds = { ok: 0, error: 0 }
    pairs.forEach(([a, b], i) => {
      const real = replies[2 * i + 1]
      const ours = addLongDouble(a, b)
      if (ours.ok !== undefined) expect([a, b, ours.ok]).toEqual([a, b, real])
      else {
        const text =
          ours.error === 'notFloat' ? 'ERR value is not a valid float' : 'ERR increment would produce NaN or Infinity'
        expect([a, b, text]).toEqual([a, b, real instanceof Error ? real.message : real])
      }
      kinds[ours.ok === undefined ? 'error' : 'ok']++
    })
    expect(kinds.ok).toBeGreaterThan(4000)
    expect(kinds.error).toBeGreaterThan(100)
  })

  it('ZADD reads scores as parseDouble and prints them as formatDouble17', async () => {
    const scores = Array.from({ length: 6000 }, (_, i) =>
      i % 3 === 0 ? malformed('0123456789..--++eExXpPinfINFaty ()\0\t', 7) : numeric(i % 2 ? 20 : 400),
    )
    const replies = await redis.pipeline(
      scores.flatMap((s) => [
        ['DEL', 'z'],
        ['ZADD', 'z', s, 'm'],
        ['ZSCORE', 'z', 'm'],
      ]),
    )
    scores.forEach((s, i) => {
      const ours = parseDouble(s)
      expect([s, ours !== ours ? null : formatDouble17(ours)]).toEqual([s, replies[3 * i + 2]])
    })
  })

  it('ZCOUNT reads its bounds as parseDoubleLenient', async () => {
    const bounds = Array.from({ length: 3000 }, () => malformed('0123..--++eExXpPinf \0\t\v', 6)).filter(
      (s) => s[0] !== '(',
    )
    const replies = await redis.pipeline(bounds.map((s) => ['ZCOUNT', 'none', s, '1']))
    bounds.forEach((s, i) => {
      expect([s, Number.isNaN(parseDoubleLenient(s))]).toEqual([s, replies[i] instanceof Error])
    })
  })

  it('INCRBY and XADD read integers as parseInt64 and parseUint64Lenient', async () => {
    const texts = Array.from({ length: 3000 }, (_, i) =>
      i % 2
        ? malformed('0011289-+ ', 5)
        : pick(['', '-', '-', '0']) + pick(['9223372036854775', '1844674407370955', '']) + digits(random.int(6)),
    )
    const commands = texts.flatMap((s) => [
      ['SET', 'i', '0'],
      ['INCRBY', 'i', s],
      ['DEL', 's'],
      ['XADD', 's', '1-' + s, 'f', 'v'],
    ])
    const replies = await redis.pipeline(commands)
    texts.forEach((s, i) => {
      const added = replies[4 * i + 1]
      expect([s, parseInt64(s) === null]).toEqual([s, added instanceof Error])
      const id = replies[4 * i + 3]
      const ours = parseUint64Lenient(s)
      if (typeof id === 'string') expect([s, '1-' + ours]).toEqual([s, id])
      else expect([s, ours]).toEqual([s, null])
    })
  })
})
