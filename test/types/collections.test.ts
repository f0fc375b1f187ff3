import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Hash } from '../../src/types/hash.ts'
import { defaultLimits } from '../../src/types/limits.ts'
import { MemberSet } from '../../src/types/member-set.ts'
import { SortedSet } from '../../src/types/sorted-set.ts'

const byte = fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n))
const word = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 150 }).map((n) => `word${n}`) },
  { weight: 2, arbitrary: fc.string({ unit: byte, maxLength: 70 }) },
)
const integer = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.integer({ min: -40_000, max: 40_000 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)
const limits = { ...defaultLimits(), setMaxIntsetEntries: 60, hashMaxListpackEntries: 100 }

describe('a set', () => {
  const member = fc.oneof({ weight: 20, arbitrary: integer.map(String) }, { weight: 1, arbitrary: word })
  it('does what a Set does, in every form', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), member), { maxLength: 200 }), (steps) => {
        const set = new MemberSet()
        const model = new Set<string>()
        for (const [adds, text] of steps) {
          if (adds) {
            expect(set.add(text, limits)).toBe(!model.has(text))
            model.add(text)
          } else {
            const victim = model.size > 0 && text.length % 2 === 0 ? [...model][text.length % model.size] : text
            expect(set.delete(victim)).toBe(model.delete(victim))
          }
        }
        expect(set.size).toBe(model.size)
        const seen: string[] = []
        set.forEach((text) => seen.push(text))
        expect(seen.toSorted()).toEqual([...model].sort())
        expect(seen.map((_, i) => set.memberAt(i))).toEqual(seen)
        for (const [, text] of steps) expect(set.has(text)).toBe(model.has(text))
        const copy = set.copy()
        for (const text of seen) expect(copy.delete(text)).toBe(true)
        expect(set.size).toBe(seen.length)
        if (set.encoding() === 'intset') {
          expect(seen).toEqual(seen.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('names its encoding by what it held', () => {
    const set = new MemberSet()
    for (let i = 0; i < 60; i++) set.add(String(i), limits)
    expect(set.encoding()).toBe('intset')
    set.add('60', limits)
    expect(set.encoding()).toBe('hashtable')
    expect(set.size).toBe(61)
  })
})

describe('a hash', () => {
  it('does what a Map does, as a row and as a table', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), word, word), { maxLength: 250 }), (steps) => {
        const hash = new Hash()
        const model = new Map<string, string>()
        for (const [dice, field, value] of steps) {
          if (dice > 1) {
            expect(hash.set(field, value, limits)).toBe(!model.has(field))
            model.set(field, value)
          } else expect(hash.delete(field)).toBe(model.delete(field))
        }
        expect(hash.size).toBe(model.size)
        const seen = new Map<string, string>()
        hash.forEach((field, value) => seen.set(field, value))
        expect(seen).toEqual(model)
        for (const [, field] of steps) expect(hash.get(field)).toBe(model.get(field))
        for (let i = 0; i < hash.size; i++) expect(model.get(hash.fieldAt(i))).toBe(hash.valueAt(i))
        const copy = hash.copy()
        copy.set('another', '1', limits)
        expect(hash.has('another')).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('calls itself a listpack until it was past a limit, also where it is kept as a table', () => {
    const hash = new Hash()
    for (let i = 0; i < 100; i++) hash.set(`field ${i}`, 'x'.repeat(60), limits)
    expect(hash.encoding()).toBe('listpack')
    hash.set('one more', '', limits)
    expect(hash.encoding()).toBe('hashtable')
    const long = new Hash()
    long.set('field', 'x'.repeat(65), limits)
    expect(long.encoding()).toBe('hashtable')
  })
})

describe('a sorted set', () => {
  const score = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true }))
  it('does what a sorted array does, as a row and as a tree', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), word, score), { maxLength: 250 }), fc.nat(), (steps, n) => {
        const set = new SortedSet()
        const model = new Map<string, number>()
        for (const [dice, member, given] of steps) {
          if (dice > 1) {
            const value = given === 0 ? 0 : given
            const old = model.get(member)
            expect(set.set(member, value, limits)).toBe(
              old === undefined ? 'added' : old === value ? 'same' : 'updated',
            )
            model.set(member, value)
          } else expect(set.delete(member)).toBe(model.delete(member))
        }
        const order = [...model].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : a > b ? 1 : 0))
        expect(set.size).toBe(order.length)
        const seen: [string, number][] = []
        set.forEach((member, value) => seen.push([member, value]))
        expect(seen).toEqual(order)
        for (const [i, [member, value]] of order.entries()) {
          expect(set.score(member)).toBe(value)
          expect(set.rank(member)).toBe(i)
        }
        if (order.length === 0) return
        const rank = n % order.length
        expect(set.entryAt(rank)).toEqual({ member: order[rank][0], score: order[rank][1] })
        const backward: string[] = []
        set.rangeByRank(0, rank, true, (member) => backward.push(member))
        expect(backward).toEqual(
          order
            .toReversed()
            .slice(0, rank + 1)
            .map(([member]) => member),
        )
        const range = { min: order[rank][1], minExclusive: false, max: order[rank][1], maxExclusive: false }
        expect(set.countByScore(range)).toBe(order.filter(([, value]) => value === order[rank][1]).length)
        const copy = set.copy()
        expect(copy.removeRangeByRank(0, rank)).toBe(rank + 1)
        expect(copy.size).toBe(order.length - rank - 1)
        expect(set.size).toBe(order.length)
      }),
      { numRuns: 300 },
    )
  })
})
