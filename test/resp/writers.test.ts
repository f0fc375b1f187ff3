import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { E } from '../../src/resp/errors.ts'
import { Output } from '../../src/resp/output.ts'
import type { Reply } from '../../src/resp/reply.ts'
import { Resp2Writer } from '../../src/resp/resp2-writer.ts'
import { Resp3Writer } from '../../src/resp/resp3-writer.ts'
import { describeReply, ReplyDecoder } from '../support/resp-decoder.ts'

function writer(protocol: 2 | 3): { output: Output; reply: Reply } {
  const output = new Output()
  return { output, reply: protocol === 3 ? new Resp3Writer(output) : new Resp2Writer(output) }
}

function written(protocol: 2 | 3, write: (reply: Reply) => void): string {
  const { output, reply } = writer(protocol)
  write(reply)
  const { length } = output
  const bytes = output.take().join('')
  expect(bytes.length).toBe(length)
  expect(output.isEmpty).toBe(true)
  expect(output.length).toBe(0)
  return bytes
}

/** Several replies written by one expression; arguments are evaluated in order. */
const inTurn = (..._replies: unknown[]): void => {}

describe('each reply in both protocols', () => {
  it.each<[string, (reply: Reply) => void, string, string]>([
    ['ok', (r) => r.ok(), '+OK', '+OK'],
    ['queued', (r) => r.queued(), '+QUEUED', '+QUEUED'],
    ['status', (r) => r.status('PONG'), '+PONG', '+PONG'],
    ['status of many lines', (r) => r.status('a\r\nb\0'), '+a  b ', '+a  b '],
    ['error', (r) => r.error(E.syntax), '-ERR syntax error', '-ERR syntax error'],
    ['int', (r) => r.int(7), ':7', ':7'],
    ['int -0', (r) => r.int(-0), ':0', ':0'],
    ['int negative', (r) => r.int(-2), ':-2', ':-2'],
    ['int uncached', (r) => r.int(123456789012), ':123456789012', ':123456789012'],
    ['int bigint', (r) => r.int(9223372036854775807n), ':9223372036854775807', ':9223372036854775807'],
    ['bulk', (r) => r.bulk('a\r\n\xff'), '$4 "a\\r\\nÿ"', '$4 "a\\r\\nÿ"'],
    ['bulk empty', (r) => r.bulk(''), '$0 ""', '$0 ""'],
    ['value string', (r) => r.value('a'), '$1 "a"', '$1 "a"'],
    ['value number', (r) => r.value(-12), '$3 "-12"', '$3 "-12"'],
    ['value other', (r) => r.value({ toString: () => 'bytes' }), '$5 "bytes"', '$5 "bytes"'],
    ['null', (r) => r.null(), '$-1', '_'],
    ['nullArray', (r) => r.nullArray(), '*-1', '_'],
    ['double', (r) => r.double(0.1), '$19 "0.10000000000000001"', ',0.10000000000000001'],
    ['double integral', (r) => r.double(3), '$1 "3"', ',3'],
    ['double inf', (r) => r.double(Number.POSITIVE_INFINITY), '$3 "inf"', ',inf'],
    ['double -inf', (r) => r.double(Number.NEGATIVE_INFINITY), '$4 "-inf"', ',-inf'],
    ['double nan', (r) => r.double(Number.NaN), '$3 "nan"', ',nan'],
    ['boolean true', (r) => r.boolean(true), ':1', '#t'],
    ['boolean false', (r) => r.boolean(false), ':0', '#f'],
    ['bigNumber', (r) => r.bigNumber('123456789012345678901'), '$21 "123456789012345678901"', '(123456789012345678901'],
    ['verbatim', (r) => r.verbatim('txt', 'a\nb'), '$3 "a\\nb"', '=7 "txt:a\\nb"'],
    ['array', (r) => r.array(0), '*0', '*0'],
    ['map', (r) => r.map(0), '*0', '%0'],
    ['set', (r) => r.set(0), '*0', '~0'],
    ['push', (r) => r.push(0), '*0', '>0'],
    ['map of pairs', (r) => inTurn(r.map(1), r.int(1), r.int(2)), '*2\n  :1\n  :2', '%1\n  :1\n  :2'],
    ['closed array', (r) => inTurn(r.open(), r.int(1), r.closeArray(1)), '*1\n  :1', '*1\n  :1'],
    ['closed map', (r) => inTurn(r.open(), r.int(1), r.int(2), r.closeMap(1)), '*2\n  :1\n  :2', '%1\n  :1\n  :2'],
    ['closed set', (r) => inTurn(r.open(), r.int(1), r.closeSet(1)), '*1\n  :1', '~1\n  :1'],
    ['closed empty', (r) => inTurn(r.open(), r.closeArray(0)), '*0', '*0'],
    ['raw', (r) => r.raw('*1\r\n:5\r\n'), '*1\n  :5', '*1\n  :5'],
  ])('%s', (_name, write, resp2, resp3) => {
    expect(describeReply(written(2, write))).toBe(resp2)
    expect(describeReply(written(3, write))).toBe(resp3)
  })

  it('the cached lines are those of their numbers', () => {
    const { output, reply } = writer(2)
    const numbers = [0, 1, 9, 10, 1023, 1024, 9999, 10_000, 2 ** 31, 2 ** 53, 0, 9999, -1]
    for (const n of numbers) reply.int(n)
    for (const n of [0, 1, 1023, 1024, 65_535, 65_536]) reply.bulk('x'.repeat(n))
    const decoder = new ReplyDecoder()
    decoder.feed(Buffer.from(output.take().join(''), 'latin1'))
    for (const n of numbers) expect(decoder.next()?.bytes).toBe(`:${n}\r\n`)
    for (const n of [0, 1, 1023, 1024, 65_535, 65_536]) expect(decoder.next()?.bytes.startsWith(`$${n}\r\n`)).toBe(true)
  })
})

type Tree = string | Tree[]

describe('collections of unknown length', () => {
  it('are the same as those announced, however deep and however large', () => {
    const leaf = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(100, 2000, 70_000, 1_100_000).map((n) => 'v'.repeat(n)),
    )
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree'), { maxLength: 5 })),
    }))
    const announced = (reply: Reply, node: Tree): void => {
      if (typeof node === 'string') return reply.bulk(node)
      reply.array(node.length)
      for (const item of node) announced(reply, item)
    }
    const counted = (reply: Reply, node: Tree): void => {
      if (typeof node === 'string') return reply.bulk(node)
      reply.open()
      for (const item of node) counted(reply, item)
      reply.closeArray(node.length)
    }
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (nodes) => {
        const expected = written(2, (reply) => nodes.forEach((node) => announced(reply, node)))
        expect(written(2, (reply) => nodes.forEach((node) => counted(reply, node))) === expected).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('output', () => {
  it('is cut into parts far below the longest string, whatever the replies are', () => {
    const { output, reply } = writer(3)
    for (let i = 0; i < 400_000; i++) {
      reply.int(i)
      reply.null()
      reply.bulk('0123456789')
      reply.double(0.5)
    }
    const { length } = output
    const parts = output.take()
    expect(parts.length).toBeGreaterThan(5)
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(2 ** 20 + 2 ** 16)
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(length)
    expect(parts[0].startsWith(':0\r\n_\r\n$10\r\n0123456789\r\n,0.5\r\n:1\r\n')).toBe(true)
  })

  it('passes big values on as they are', () => {
    const { output, reply } = writer(2)
    const big = Buffer.alloc(70_000, 'x').latin1Slice()
    reply.int(1)
    reply.bulk(big)
    reply.raw(big)
    expect(output.take()).toEqual([':1\r\n$70000\r\n', big, '\r\n', big])
  })
})
