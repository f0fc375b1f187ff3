/** The same hostile bytes sent to redis-server and given to the parser: the same replies, the same refusals. */
import { constants } from 'node:buffer'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RequestParser } from '../../src/resp/request-parser.ts'
import { describeWithRedis, type RedisProcess, startRedis } from '../support/redis-oracle.ts'
import { ReplyDecoder } from '../support/resp-decoder.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** Replies the parser's requests deserve: what ECHO echoes, one error for any other, and the refusal at the end. */
function expectedReplies(text: string, authenticated: boolean): string[] {
  const parser = new RequestParser({ maxBulkLength: 512 * 1024 * 1024 })
  parser.authenticated = authenticated
  const bytes = latin1(text)
  parser.feed(bytes, 0, bytes.length)
  const replies: string[] = []
  for (let argv = parser.next(); argv !== null; argv = parser.next()) {
    const echoes = authenticated && argv.length === 2 && argv[0].toUpperCase() === 'ECHO'
    replies.push(echoes ? `$${argv[1].length}\r\n${argv[1]}\r\n` : 'an error')
  }
  if (parser.error !== null) replies.push(`-ERR ${parser.error}\r\n`)
  return replies
}

async function actualReplies(redis: RedisProcess, text: string): Promise<string[]> {
  const client = await redis.client()
  const received = client.readUntilClosed()
  client.send(text)
  client.end()
  const decoder = new ReplyDecoder()
  decoder.feed(latin1(await received))
  const replies: string[] = []
  for (let reply = decoder.next(); reply !== null; reply = decoder.next()) {
    const ordinary = reply.bytes[0] === '-' && !reply.bytes.startsWith('-ERR Protocol error')
    replies.push(ordinary ? 'an error' : reply.bytes)
  }
  expect(decoder.takeRest()).toBe('')
  return replies
}

describeWithRedis('protocol errors beside redis-server', () => {
  let open: RedisProcess
  let locked: RedisProcess
  beforeAll(async () => {
    open = await startRedis()
    locked = await startRedis({ config: { requirepass: 'secret' } })
  })
  afterAll(async () => {
    await open.stop()
    await locked.stop()
  })

  const byte = fc.constantFrom(...'*$-0123456789\r\n"\' \0xECHO\xff\t\x0b')
  const number = fc.oneof(
    fc.integer({ min: -2, max: 12 }).map(String),
    fc.constantFrom(
      '',
      '-',
      '00',
      '-0',
      '+1',
      '16384',
      '16385',
      String(constants.MAX_STRING_LENGTH),
      '536870913',
      '2147483647',
      '2147483648',
    ),
    fc.constantFrom('9223372036854775807', '-9223372036854775808', '-9223372036854775809', '99999999999999999999'),
  )
  const piece = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .string({ maxLength: 8, unit: fc.constantFrom(...'ab"\' \r\n') })
        .map((s) => `*2\r\n$4\r\nECHO\r\n$${s.length}\r\n${s}\r\n`),
    },
    fc.array(byte, { maxLength: 8 }).map((chars) => chars.join('')),
    number.map((n) => `*${n}\r\n`),
    number.map((n) => `$${n}\r\n`),
    fc.constantFrom('ECHO x\r\n', 'echo "a b"\n', '*2\r\n', '$4\r\nECHO\r\n', '\r\n', '*1\r\n\r\n', '*1\r\n\n\r\n'),
  )
  const stream = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))

  it('for anyone', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(stream, async (text) => {
        const expected = expectedReplies(text, true)
        if (expected.at(-1)?.startsWith('-')) refused++
        expect(await actualReplies(open, text)).toEqual(expected)
      }),
      { numRuns: 1500 },
    )
    expect(refused).toBeGreaterThan(300)
  })

  it('for strangers', async () => {
    await fc.assert(
      fc.asyncProperty(stream, async (text) => {
        expect(await actualReplies(locked, text)).toEqual(expectedReplies(text, false))
      }),
      { numRuns: 700 },
    )
  })

  it.each([
    ['', 0],
    ['*', 0],
    ['*1\r\n$', 4],
    ['*1\r\n', 4],
    ['*1\0\r\n', 0],
    ['*1\r\n\0', 4],
  ])('for endless lines after %j', async (start, lineStart) => {
    const text = (start + 'x'.repeat(70_000)).slice(0, lineStart + 65_537)
    expect(expectedReplies(text, true)).toHaveLength(1)
    for (const bytes of [text, text.slice(0, -1)])
      expect(await actualReplies(open, bytes)).toEqual(expectedReplies(bytes, true))
  })
})
