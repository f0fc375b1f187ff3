import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToField, type FieldType, fitField, readField, writeField } from '../../src/types/bitfield.ts'
import { combineBits, countOnes, findBit } from '../../src/types/bitmap.ts'
import { Bytes } from '../../src/types/bytes.ts'

/** Long runs of one byte, so that searches have something to skip, and sizes around those of words and blocks. */
const runs = fc
  .array(fc.tuple(fc.constantFrom(0, 255, 255, 0, 1, 128, 170), fc.constantFrom(1, 3, 60, 64, 700, 65_536)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => Buffer.concat(parts.map(([byte, count]) => Buffer.alloc(count, byte))))
/** At an odd place in its memory, too. */
const value = fc
  .tuple(runs, fc.nat(5))
  .map(([bytes, shift]) => Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift))

const bitOf = (bytes: Buffer, at: number) => (bytes[at >> 3] >> (7 - (at & 7))) & 1

describe('bitmaps', () => {
  it('are counted and searched alike as text and as bytes, in any range of bits', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.nat(), (bytes, a, b) => {
        const bits = bytes.length * 8
        const first = Math.min(a % bits, b % bits)
        const last = Math.max(a % bits, b % bits)
        let count = 0
        const found: [number, number] = [-1, -1]
        for (let i = first; i <= last; i++) {
          const bit = bitOf(bytes, i)
          count += bit
          if (found[bit] < 0) found[bit] = i
        }
        const text = bytes.toString('latin1')
        for (const form of [bytes, text]) {
          expect(countOnes(form, first, last)).toBe(count)
          expect(findBit(form, 0, first, last)).toBe(found[0])
          expect(findBit(form, 1, first, last)).toBe(found[1])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('are combined byte by byte, the shorter ones continued with zeros', () => {
    const form = fc.tuple(value, fc.boolean())
    fc.assert(
      fc.property(fc.array(form, { minLength: 1, maxLength: 4 }), (forms) => {
        const values = forms.map(([bytes]) => bytes)
        const length = Math.max(...values.map((v) => v.length))
        const arguments_ = forms.map(([bytes, asText]) => (asText ? bytes.toString('latin1') : bytes))
        const byByte = (f: (a: number, b: number) => number) =>
          Buffer.from(Array.from({ length }, (_, i) => values.map((v) => v[i] ?? 0).reduce(f)))
        expect(combineBits('and', arguments_).equals(byByte((a, b) => a & b))).toBe(true)
        expect(combineBits('or', arguments_).equals(byByte((a, b) => a | b))).toBe(true)
        expect(combineBits('xor', arguments_).equals(byByte((a, b) => a ^ b))).toBe(true)
        expect(combineBits('not', [arguments_[0]]).equals(Buffer.from(values[0].map((a) => ~a & 255)))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })
})

describe('fields', () => {
  const fieldType = fc.oneof(
    fc.integer({ min: 1, max: 64 }).map((bits): FieldType => ({ signed: true, bits })),
    fc.integer({ min: 1, max: 63 }).map((bits): FieldType => ({ signed: false, bits })),
  )
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  const plain = (n: bigint) => (Number.isSafeInteger(Number(n)) ? Number(n) : n)

  it('are what the bits of the value say, and writing one touches no other bit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fieldType,
        fc.nat(95),
        int64,
        (data, type, at, n) => {
          const { signed, bits } = type
          const before = BigInt(`0x${Buffer.from(data).toString('hex')}`)
          const shift = BigInt(160 - at - bits)
          const shown = signed ? BigInt.asIntN : BigInt.asUintN
          const bytes = Bytes.owning(Buffer.from(data))
          expect(BigInt(readField(bytes, type, at))).toBe(shown(bits, before >> shift))
          expect(readField(bytes.toString(), type, at)).toBe(readField(bytes, type, at))
          const fresh = shown(bits, n)
          writeField(bytes, bits, at, plain(fresh))
          const mask = ((1n << BigInt(bits)) - 1n) << shift
          const after = (before & ~mask) | (BigInt.asUintN(bits, fresh) << shift)
          expect(BigInt(`0x${bytes.buffer().toString('hex')}`)).toBe(after)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('overflow as told', () => {
    fc.assert(
      fc.property(fieldType, int64, int64, (type, stored, increment) => {
        const { signed, bits } = type
        const shown = signed ? BigInt.asIntN : BigInt.asUintN
        const old = shown(bits, stored)
        const max = 2n ** BigInt(signed ? bits - 1 : bits) - 1n
        const min = signed ? -max - 1n : 0n
        const same = (a: number | bigint | null, b: bigint | null) => expect(a === null ? null : BigInt(a)).toBe(b)
        const check = (exact: bigint, run: (overflow: 'wrap' | 'saturate' | 'fail') => number | bigint | null) => {
          const fits = exact >= min && exact <= max
          same(run('wrap'), shown(bits, exact))
          same(run('saturate'), fits ? exact : exact > max ? max : min)
          same(run('fail'), fits ? exact : null)
        }
        const field = bits <= 32 ? Number(old) : old
        check(old + increment, (overflow) => addToField(type, field, plain(increment), overflow))
        // What is negative is far too large for an unsigned field, and for a signed one when 64 bits do not hold how far.
        const beyond = signed && bits < 64 && max - increment >= 2n ** 63n
        const exact = beyond || (!signed && increment < 0n) ? BigInt.asUintN(64, increment) : increment
        check(exact, (overflow) => fitField(type, plain(increment), overflow))
      }),
      { numRuns: 1000 },
    )
  })
})
