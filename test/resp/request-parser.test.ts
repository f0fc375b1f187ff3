import { constants } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RequestParser } from '../../src/resp/request-parser.ts'
import { encodeRequest } from '../support/raw-client.ts'

const LIMITS = { maxBulkLength: 512 * 1024 * 1024 }

interface Outcome {
  readonly requests: string[][]
  readonly error: string | null
  /** Bytes still held. */
  readonly held: number
}

/** Feeds pieces of the given sizes (the last takes the rest) through one buffer that is overwritten after each. */
function parse(
  bytes: Uint8Array,
  sizes: readonly number[] = [],
  setUp: (parser: RequestParser) => void = () => {},
): Outcome {
  const parser = new RequestParser(LIMITS)
  setUp(parser)
  const requests: string[][] = []
  const shared = Buffer.alloc(Math.max(bytes.length, 1) + 3)
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    const piece = bytes.subarray(at, at + size)
    at += piece.length
    shared.fill('!')
    shared.set(piece, 3)
    parser.feed(shared, 3, 3 + piece.length)
    for (let argv = parser.next(); argv !== null; argv = parser.next()) requests.push(argv)
    parser.keep()
  }
  return { requests, error: parser.error, held: parser.buffered }
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const singly = (bytes: Uint8Array) => Array.from(bytes, () => 1)

/** What the parser says of a text, and that it says the same when it comes byte by byte. */
function outcome(text: string, setUp?: (parser: RequestParser) => void): Outcome {
  const whole = parse(latin1(text), [], setUp)
  const { requests, error } = parse(latin1(text), singly(latin1(text)), setUp)
  expect({ requests, error }).toEqual({ requests: whole.requests, error: whole.error })
  return whole
}

describe('requests', () => {
  it.each([
    ['*1\r\n$4\r\nPING\r\n', [['PING']]],
    ['*2\r\n$4\r\nECHO\r\n$0\r\n\r\n', [['ECHO', '']]],
    ['*2\r\n$4\r\nECHO\r\n$6\r\n\r\n\0\xff*1\r\n', [['ECHO', '\r\n\0\xff*1']]],
    ['*0\r\n*-1\r\n*-9223372036854775808\r\n*1\r\n$1\r\nx\r\n', [['x']]],
    ['*1\rX$4\rXPINGXX', [['PING']]],
    ['\r\n\n  \r\nPING\r\n', [['PING']]],
    ['PING\nECHO "a\\x00 b" \'c\'\r\n', [['PING'], ['ECHO', 'a\0 b', 'c']]],
    ['*1\r\n$4\r\nPINGxx', [['PING']]],
  ])('%j', (text, requests) => expect(outcome(text)).toEqual({ requests, error: null, held: 0 }))

  it.each([
    '*',
    '*1',
    '*1\r',
    '*1\r\n',
    '*1\r\n$',
    '*1\r\n$1\r\nx',
    '*1\r\n$1\r\nx\r',
    '*1\r\nx',
    '*1\r\nx\r',
    'PING',
    'PING\r',
  ])('waits for more of %j', (text) =>
    expect(outcome(text)).toEqual({ requests: [], error: null, held: expect.any(Number) }),
  )

  it('are the same however they are cut', () => {
    const argument = fc.oneof(
      fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 30 }),
      fc
        .constantFrom(0, 1, 9, 10, 24, 25, 99, 100, 999, 1000, 16_382, 16_383, 16_384, 70_000)
        .map((n) => 'x\r\n*$1'.repeat(n).slice(0, n)),
    )
    const request = fc.oneof(
      { weight: 6, arbitrary: fc.array(argument, { minLength: 1, maxLength: 12 }) },
      fc.nat(300).map((n) => Array.from({ length: n + 1 }, String)),
    )
    fc.assert(
      fc.property(
        fc.array(request, { maxLength: 6 }),
        fc.array(fc.nat(40)),
        fc.array(fc.nat(20_000)),
        (requests, small, large) => {
          const bytes = Buffer.concat(requests.map(encodeRequest))
          expect(parse(bytes)).toEqual({ requests, error: null, held: 0 })
          expect(parse(bytes, [...small, ...large])).toEqual({ requests, error: null, held: 0 })
          expect(parse(bytes, [...large, ...small])).toEqual({ requests, error: null, held: 0 })
        },
      ),
    )
  })

  it('are the same with two cuts anywhere', () => {
    const text =
      'PING\r\n*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n4\n*1\r\n$12\r\n123456789\r\n\n\r\n\n\r\nPING "a b"\r\n*0\r\n*1\r\n$0\r\n\r\nx\n'
    const bytes = latin1(text)
    const { requests } = parse(bytes)
    expect(requests).toEqual([['PING'], ['ECHO', 'x'], ['4'], ['123456789\r\n\n'], ['PING', 'a b'], [''], ['x']])
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = 0; first + second <= bytes.length; second++) {
        expect(parse(bytes, [first, second])).toEqual({ requests, error: null, held: 0 })
      }
    }
  })

  it('may have thousands of arguments', () => {
    const bytes = encodeRequest(['MSET', ...Array.from({ length: 5000 }, String)])
    expect(parse(bytes).requests[0]).toHaveLength(5001)
    expect(parse(bytes, singly(bytes)).requests[0]).toHaveLength(5001)
  })
})

describe('hostile input', () => {
  it.each([
    ['*\r\n', 'invalid multibulk length'],
    ['*x\r\n', 'invalid multibulk length'],
    ['*01\r\n', 'invalid multibulk length'],
    ['*-0\r\n', 'invalid multibulk length'],
    ['*+1\r\n', 'invalid multibulk length'],
    ['*1 \r\n', 'invalid multibulk length'],
    ['*1\n$4\r\n', 'invalid multibulk length'],
    ['*2147483648\r\n', 'invalid multibulk length'],
    ['*-9223372036854775809\r\n', 'invalid multibulk length'],
    [`*${'1'.repeat(100)}\r\n`, 'invalid multibulk length'],
    ['*1\r\n$\r\n', 'invalid bulk length'],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$04\r\nPING\r\n', 'invalid bulk length'],
    ['*1\r\n$4x\r\nPING\r\n', 'invalid bulk length'],
    ['*1\r\n$536870913\r\n', 'invalid bulk length'],
    [`*1\r\n$${constants.MAX_STRING_LENGTH + 1}\r\n`, 'invalid bulk length'],
    ['*1\r\n$9999999999999999999\r\n', 'invalid bulk length'],
    ['*1\r\n:4\r\n', "expected '$', got ':'"],
    ['*1\r\n\r\n', "expected '$', got ' '"],
    ['*1\r\n\nx\r\n', "expected '$', got ' '"],
    ['*2\r\n$4\r\nECHO\r\n\xff\r\n', "expected '$', got '\xff'"],
    ['GET "a\r\n', 'unbalanced quotes in request'],
    ["GET 'a'b\r\n", 'unbalanced quotes in request'],
  ])('%j', (text, error) => {
    expect(outcome(`PING\r\n${text}*1\r\n$4\r\nPING\r\n`)).toMatchObject({
      requests: [['PING']],
      error: `Protocol error: ${error}`,
    })
  })

  it.each([
    ['', 0, 'too big inline request'],
    ['*', 0, 'too big mbulk count string'],
    ['*1\r\n$', 4, 'too big bulk count string'],
    ['*1\r\n', 4, 'too big bulk count string'],
    ['*1\0\r\n', 0, 'too big mbulk count string'],
  ])('an endless line after %j', (start, lineStart, error) => {
    const text = (start + 'x'.repeat(70_000)).slice(0, lineStart + 65_537)
    expect(parse(latin1(text.slice(0, -1)))).toMatchObject({ requests: [], error: null })
    expect(parse(latin1(text))).toMatchObject({ requests: [], error: `Protocol error: ${error}` })
    expect(parse(latin1(text), new Array(65).fill(1000)).error).toBe(`Protocol error: ${error}`)
  })

  it('a NUL hides the end of its line, as in Redis', () => {
    expect(outcome('PING\0\r\nPING\r\n')).toMatchObject({ requests: [], error: null })
    expect(outcome('*1\0\r\n')).toMatchObject({ requests: [], error: null })
  })

  it('is limited before authentication', () => {
    const stranger = (parser: RequestParser) => {
      parser.authenticated = false
    }
    const big = 'x'.repeat(16384)
    expect(outcome(`*2\r\n$4\r\nAUTH\r\n$16384\r\n${big}\r\n`, stranger).requests).toEqual([['AUTH', big]])
    expect(outcome('*10\r\n$1\r\nx\r\n', stranger).error).toBe(null)
    expect(outcome('*11\r\n', stranger).error).toBe('Protocol error: unauthenticated multibulk length')
    expect(parse(encodeRequest(singly(Buffer.alloc(11))), [], stranger).error).toBe(
      'Protocol error: unauthenticated multibulk length',
    )
    expect(outcome('*1\r\n$16385\r\n', stranger).error).toBe('Protocol error: unauthenticated bulk length')
    expect(outcome('*1\r\n$536870913\r\n', stranger).error).toBe('Protocol error: invalid bulk length')
  })

  it('announcing much makes nothing large', () => {
    const parser = new RequestParser(LIMITS)
    const chunk = latin1('*2147483647\r\n$536870000\r\nabc')
    parser.feed(chunk, 0, chunk.length)
    expect(parser.next()).toBe(null)
    parser.keep()
    const held = parser as unknown as { big: Buffer; argv: string[] }
    expect(held.big.length).toBeLessThanOrEqual(64 * 1024)
    expect(held.argv.length).toBeLessThanOrEqual(1024)
    expect(parser.buffered).toBe(3)
  })

  it('never throws, and means the same however it is cut', () => {
    const byte = fc.oneof(
      fc.constantFrom(...latin1('*$-0123456789\r\n\r\n\r\n"\' \0x')),
      fc.integer({ min: 0, max: 255 }),
    )
    const piece = fc.oneof(
      fc.array(byte, { maxLength: 12 }).map((codes) => String.fromCharCode(...codes)),
      fc.constantFrom(
        '*1\r\n',
        '*3\r\n',
        '*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n',
        '$3\r\nfoo\r\n',
        '$0\r\n\r\n',
        '$12\r\n',
        'PING\r\n',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 10 }),
        fc.array(fc.nat(30)),
        fc.boolean(),
        (pieces, sizes, authenticated) => {
          const bytes = latin1(pieces.join(''))
          const setUp = (parser: RequestParser) => {
            parser.authenticated = authenticated
          }
          const { requests, error } = parse(bytes, [], setUp)
          expect(parse(bytes, sizes, setUp)).toMatchObject({ requests, error })
          expect(parse(bytes, singly(bytes), setUp)).toMatchObject({ requests, error })
          expect(error ?? '').not.toMatch(/[\r\n]/)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('a connection', () => {
  it('may wait with requests unread while more arrive', () => {
    const parser = new RequestParser(LIMITS)
    const chunk = Buffer.alloc(1000)
    const expected: string[][] = []
    for (let i = 0; i < 200; i++) {
      const argv = ['SET', `key:${i}`, 'v'.repeat(i * 4)]
      expected.push(argv)
      const bytes = encodeRequest(argv)
      bytes.copy(chunk)
      parser.feed(chunk, 0, bytes.length)
      parser.keep()
      chunk.fill(0)
    }
    const seen: string[][] = []
    for (let argv = parser.next(); argv !== null; argv = parser.next()) {
      seen.push(argv)
      parser.keep()
    }
    expect(seen).toEqual(expected)
    expect(parser.buffered).toBe(0)
  })

  it('may take back what it has not read', () => {
    const parser = new RequestParser(LIMITS)
    const chunk = latin1('PSYNC ? -1\r\nrest\r\nof it')
    parser.feed(chunk, 0, chunk.length)
    expect(parser.next()).toEqual(['PSYNC', '?', '-1'])
    expect(parser.takeRest().latin1Slice()).toBe('rest\r\nof it')
    expect(parser.buffered).toBe(0)
    expect(parser.next()).toBe(null)
  })

  it('tells how much it holds', () => {
    const parser = new RequestParser(LIMITS)
    const chunk = latin1(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$50000\r\n${'x'.repeat(20000)}`)
    parser.feed(chunk, 0, chunk.length)
    expect(parser.next()).toBe(null)
    expect(parser.buffered).toBe(20004)
  })
})
