import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bytes } from '../../src/types/bytes.ts'
import {
  addElements,
  cardinality,
  cardinalityOfRegisters,
  DENSE,
  EMPTY,
  encodingOf,
  isHyperLogLog,
  mergeInto,
  REGISTERS,
  raiseRegisters,
  SPARSE,
  toDense,
} from '../../src/types/hyperloglog.ts'
import { hashElement } from '../../src/types/hyperloglog-hash.ts'
import { testHyperLogLog } from '../../src/types/hyperloglog-self-test.ts'
import { describeRuns } from '../../src/types/hyperloglog-sparse.ts'
import { seededRandom } from '../../src/util/random.ts'

const bytesText = fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes).toString('latin1'))

/** The same hash by the book, on bigints. */
function murmur(element: string): bigint {
  const m = 0xc6a4a7935bd1e995n
  const wrap = (n: bigint) => BigInt.asUintN(64, n)
  const data = Buffer.from(element, 'latin1')
  let h = wrap(0xadc83b19n ^ (BigInt(data.length) * m))
  let at = 0
  for (; at + 8 <= data.length; at += 8) {
    let k = wrap(data.readBigUInt64LE(at) * m)
    k = wrap((k ^ (k >> 47n)) * m)
    h = wrap((h ^ k) * m)
  }
  if (at < data.length) {
    for (let i = at; i < data.length; i++) h ^= BigInt(data[i]) << BigInt(8 * (i - at))
    h = wrap(h * m)
  }
  h = wrap((h ^ (h >> 47n)) * m)
  return h ^ (h >> 47n)
}

function sketch(elements: readonly string[], sparseMaxBytes = 3000): Bytes {
  const hll = Bytes.from(EMPTY)
  addElements(hll, elements, sparseMaxBytes)
  return hll
}

function registersOf(hll: Bytes): Buffer {
  const registers = Buffer.alloc(REGISTERS)
  expect(mergeInto(registers, hll.buffer())).toBe(true)
  return registers
}

describe('hashElement', () => {
  it('is MurmurHash64A cut into a register and a rank', () => {
    fc.assert(
      fc.property(bytesText, (element) => {
        const hash = murmur(element)
        let rank = 1
        for (let rest = (hash >> 14n) | (1n << 50n); (rest & 1n) === 0n; rest >>= 1n) rank++
        expect(hashElement(element)).toBe(Number(hash & 16383n) * 64 + rank)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('HyperLogLog', () => {
  it('keeps the highest rank of each register, sparse and dense alike', () => {
    fc.assert(
      fc.property(fc.array(bytesText, { maxLength: 400 }), fc.constantFrom(0, 40, 300, 3000), (elements, limit) => {
        const expected = Buffer.alloc(REGISTERS)
        for (const element of elements) {
          const hashed = hashElement(element)
          expected[hashed >>> 6] = Math.max(expected[hashed >>> 6], hashed & 63)
        }
        const hll = sketch(elements, limit)
        expect(isHyperLogLog(hll)).toBe(true)
        expect(registersOf(hll).equals(expected)).toBe(true)
        const counted = cardinality(hll.buffer())
        expect(counted).toBe(cardinalityOfRegisters(expected))
        expect(toDense(hll)).toBe(true)
        expect(registersOf(hll).equals(expected)).toBe(true)
        expect(cardinality(hll.buffer())).toBe(counted)
      }),
      { numRuns: 60 },
    )
  })

  it('merges as if the elements had been added in the order of their registers', () => {
    fc.assert(
      fc.property(fc.array(bytesText, { maxLength: 300 }), fc.array(bytesText, { maxLength: 300 }), (first, second) => {
        const merged = sketch(first)
        raiseRegisters(merged, registersOf(sketch(second)), 3000)
        const ordered = [...second].sort((a, b) => (hashElement(a) >>> 6) - (hashElement(b) >>> 6))
        expect(describeRuns(merged.buffer())).toBe(describeRuns(sketch([...first, ...ordered]).buffer()))
      }),
      { numRuns: 60 },
    )
  })

  it('becomes dense when a rank is too high for a run', () => {
    const hll = Bytes.from(EMPTY)
    const registers = new Uint8Array(REGISTERS)
    registers[REGISTERS - 1] = 32
    raiseRegisters(hll, registers, 3000)
    expect(encodingOf(hll)).toBe(SPARSE)
    registers[REGISTERS - 1] = 33
    raiseRegisters(hll, registers, 3000)
    expect(encodingOf(hll)).toBe(DENSE)
    expect(registersOf(hll).equals(registers)).toBe(true)
  })

  it('survives any bytes behind the header', () => {
    const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
    fc.assert(
      fc.property(noise, fc.array(bytesText, { maxLength: 50 }), (runs, elements) => {
        const hll = Bytes.from(EMPTY.slice(0, 16) + runs)
        const valid = cardinality(hll.buffer()) !== null
        expect(mergeInto(new Uint8Array(REGISTERS), hll.buffer())).toBe(valid)
        describeRuns(hll.buffer())
        const { corrupt } = addElements(hll, elements, 3000)
        if (valid) expect(corrupt).toBe(false)
        expect(isHyperLogLog(hll)).toBe(true)
        toDense(hll)
      }),
      { numRuns: 500 },
    )
  })

  it('does not touch a run that the end of the string cuts off', () => {
    const hll = Bytes.from(`${EMPTY.slice(0, 16)}\x3f\x7f`)
    const before = hll.toString()
    expect(addElements(hll, ['a', 'b', 'c', 'd'], 3000)).toEqual({ changes: 0, corrupt: true })
    expect(hll.toString()).toBe(before)
  })

  it('passes its own test', () => {
    expect(testHyperLogLog(seededRandom(3), 3000)).toBeNull()
  })
})
