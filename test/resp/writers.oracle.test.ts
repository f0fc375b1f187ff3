/** The writers beside redis-server: what DEBUG PROTOCOL and scores look like on the wire in both protocols. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Output } from '../../src/resp/output.ts'
import type { Reply } from '../../src/resp/reply.ts'
import { Resp2Writer } from '../../src/resp/resp2-writer.ts'
import { Resp3Writer } from '../../src/resp/resp3-writer.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeWithRedis, type RedisProcess, startRedis } from '../support/redis-oracle.ts'

/** Several replies written by one expression; arguments are evaluated in order. */
const inTurn = (..._replies: unknown[]): void => {}

describeWithRedis('replies are those of redis-server', () => {
  let redis: RedisProcess
  const clients = {} as Record<2 | 3, RawClient>
  beforeAll(async () => {
    // A listpack keeps no negative zero, a skip list does.
    redis = await startRedis({ config: { 'enable-debug-command': 'yes', 'zset-max-listpack-entries': 0 } })
    for (const protocol of [2, 3] as const) {
      clients[protocol] = await redis.client()
      await clients[protocol].command('HELLO', protocol)
    }
  })
  afterAll(() => redis.stop())

  function written(protocol: 2 | 3, write: (reply: Reply) => void): string {
    const output = new Output()
    write(protocol === 3 ? new Resp3Writer(output) : new Resp2Writer(output))
    return output.take().join('')
  }

  it.each<[string, (reply: Reply) => void]>([
    ['string', (r) => r.bulk('Hello World')],
    ['integer', (r) => r.int(12345)],
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: the value DEBUG PROTOCOL replies
    ['double', (r) => r.double(3.141)],
    ['null', (r) => r.null()],
    ['array', (r) => inTurn(r.array(3), r.int(0), r.int(1), r.int(2))],
    ['set', (r) => inTurn(r.set(3), r.int(0), r.int(1), r.int(2))],
    ['map', (r) => inTurn(r.map(3), r.int(0), r.boolean(false), r.int(1), r.boolean(true), r.int(2), r.boolean(false))],
    ['verbatim', (r) => r.verbatim('txt', 'This is a verbatim\nstring')],
    ['true', (r) => r.boolean(true)],
    ['false', (r) => r.boolean(false)],
    ['bignum', (r) => r.bigNumber('1234567999999999999999999999999999999')],
  ])('%s', async (kind, write) => {
    for (const protocol of [2, 3] as const) {
      expect(await clients[protocol].raw('DEBUG', 'PROTOCOL', kind)).toBe(written(protocol, write))
    }
  })

  it('doubles', async () => {
    const doubles = fc.oneof(
      fc.double({ noNaN: true }),
      fc.double({ noNaN: true, min: -1000, max: 1000 }),
      fc.integer().map((n) => n / 1024),
      fc.constantFrom(
        0,
        -0,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.MIN_VALUE,
        Number.MAX_VALUE,
        1e17,
        1e21,
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(doubles, { maxLength: 20 }), async (scores) => {
        await clients[2].command('DEL', 'z')
        for (const [i, score] of scores.entries()) {
          // A subnormal number is refused as an argument, so no such score can come back.
          if (score !== 0 && Math.abs(score) < 2 ** -1022) continue
          const text = Object.is(score, -0) ? '-0' : String(score).replace('Infinity', 'inf')
          await clients[2].command('ZADD', 'z', text, `m${i}`)
          for (const protocol of [2, 3] as const) {
            expect(await clients[protocol].raw('ZSCORE', 'z', `m${i}`)).toBe(written(protocol, (r) => r.double(score)))
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})
