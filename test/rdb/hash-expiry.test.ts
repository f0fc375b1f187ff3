import { describe, expect, it } from 'vitest'
import { RdbFormatError } from '../../src/rdb/format.ts'
import { checkDumpFooter, parseDumpPayload } from '../../src/rdb/parser.ts'
import { storedValue } from '../../src/rdb/value.ts'
import { dumpPayload } from '../../src/rdb/writer.ts'
import { Hash } from '../../src/types/hash.ts'
import { defaultLimits } from '../../src/types/limits.ts'
import { Crc64 } from '../../src/util/crc64.ts'

// Bytes as Redis 7.4 writes them: least deadline (8, little-endian), then the fields.
const METADATA = 24
const LISTPACK_EX = 25
const T = 1_700_000_000_000

const int64 = (n: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(n))
  return [...bytes]
}
const text = (s: string) => [s.length, ...Buffer.from(s, 'latin1')]

/** Each field: deadline less the least one plus 1, or 0; name; value. */
const metadata = [
  METADATA,
  ...int64(T),
  4,
  ...[1, ...text('near'), ...text('v1')],
  ...[0, ...text('never'), ...text('v2')],
  // 14-bit and 32-bit lengths.
  ...[0x40 | (1001 >> 8), 1001 & 255, ...text('later'), ...text('v3')],
  ...[0x80, 0x00, 0x01, 0x51, 0x81, ...text('far'), ...text('v4')],
]
const fields = ['near', 'never', 'later', 'far']
const values = ['v1', 'v2', 'v3', 'v4']
const expiries = [T, 0, T + 1000, T + 0x15180]

/** One listpack entry: a short string, or a 64-bit integer, or a small one. */
const packedText = (s: string) => [0x80 | s.length, ...Buffer.from(s, 'latin1'), s.length + 1]
const packedTime = (n: number) => (n === 0 ? [0, 1] : [0xf4, ...int64(n), 9])

function listpackEx(rows: readonly (readonly [string, string, number])[]): number[] {
  const entries = rows.flatMap(([f, v, t]) => [...packedText(f), ...packedText(v), ...packedTime(t)])
  const total = entries.length + 7
  const listpack = [total & 255, total >> 8, 0, 0, rows.length * 3, 0, ...entries, 255]
  return [
    LISTPACK_EX,
    ...int64(rows[0][2]),
    ...(total < 64 ? [total] : [0x40 | (total >> 8), total & 255]),
    ...listpack,
  ]
}
const rows = [
  ['near', 'v1', T],
  ['later', 'v3', T + 1000],
  ['never', 'v2', 0],
] as const

function payload(body: readonly number[]): Buffer {
  const bytes = Buffer.from([...body, 12, 0])
  const crc = new Crc64()
  crc.update(bytes)
  const sum = Buffer.alloc(8)
  crc.writeTo(sum, 0)
  return Buffer.concat([bytes, sum])
}

const small = defaultLimits()
const large = { ...small, hashMaxListpackEntries: 0 }

describe('hashes with deadlines in dumps', () => {
  it('are read in their plain form', () => {
    const bytes = payload(metadata)
    expect(checkDumpFooter(bytes)).toBe(true)
    expect(parseDumpPayload(bytes)).toEqual({ type: 'hash', encoding: 'metadata', fields, values, expiries })
  })

  it('are read in their packed form', () => {
    expect(parseDumpPayload(payload(listpackEx(rows)))).toEqual({
      type: 'hash',
      encoding: 'listpackex',
      fields: rows.map(([f]) => f),
      values: rows.map(([, v]) => v),
      expiries: rows.map(([, , t]) => t),
    })
  })

  it('are written just so', () => {
    const inTable = Hash.fromPairs(fields, values, large, expiries)
    expect([...Buffer.from(dumpPayload(inTable), 'latin1')]).toEqual([...payload(metadata)])
    const one = Hash.fromPairs(['near'], ['v1'], small, [T])
    expect([...Buffer.from(dumpPayload(one), 'latin1')]).toEqual([...payload(listpackEx([rows[0]]))])
    // In whatever order the fields came, the row is in order of deadlines; longer ones are compressed.
    const inRow = Hash.fromPairs(['never', 'later', 'near'], ['v2', 'v3', 'v1'], small, [0, T + 1000, T])
    const bytes = Buffer.from(dumpPayload(inRow), 'latin1')
    expect([...bytes.subarray(0, 9)]).toEqual([LISTPACK_EX, ...int64(T)])
    expect(parseDumpPayload(bytes)).toEqual(parseDumpPayload(payload(listpackEx(rows))))
  })

  it('are written as any hash once no field has a deadline', () => {
    const hash = Hash.fromPairs(['a'], ['1'], small, [T])
    hash.persist('a')
    const bytes = dumpPayload(hash)
    expect(bytes.charCodeAt(0)).toBe(4)
    expect(bytes.charCodeAt(bytes.length - 10)).toBe(10)
  })

  it('keep hidden fields', () => {
    for (const limits of [small, large]) {
      const hash = Hash.fromPairs(fields, values, limits, expiries)
      hash.hideDue(T + 1000)
      const copy = storedValue(parseDumpPayload(Buffer.from(dumpPayload(hash), 'latin1')), small) as Hash
      expect(copy.size).toBe(4)
      expect(fields.map((field) => copy.deadlineOf(field))).toEqual(expiries.map((at) => (at === 0 ? -1 : at)))
    }
  })

  it.each([
    ['a deadline beyond 48 bits', [METADATA, ...int64(2 ** 48), 1, 2, ...text('a'), ...text('b')]],
    ['a deadline before 1970', [METADATA, ...int64(-5), 1, 2, ...text('a'), ...text('b')]],
    ['a field twice', [METADATA, ...int64(T), 2, 1, ...text('a'), ...text('b'), 0, ...text('a'), ...text('c')]],
    ['more fields than bytes', [METADATA, ...int64(T), 0x80, 0xff, 0xff, 0xff, 0xff, 1, ...text('a'), ...text('b')]],
    ['a packed deadline that is no time', listpackEx([['a', 'b', -7]])],
    ['a packed field twice', listpackEx([...rows, rows[0]])],
    ['a packed row that is cut', listpackEx(rows).slice(0, -3)],
    ['an end too early', metadata.slice(0, -2)],
  ])('are refused with %s', (_, body) => {
    expect(() => parseDumpPayload(payload(body))).toThrow(RdbFormatError)
  })
})
