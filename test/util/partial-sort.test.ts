import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partialSort } from '../../src/util/partial-sort.ts'

const ascending = (a: number, b: number) => a - b

describe('partialSort', () => {
  it('puts into the range what a whole sort would, and loses nothing', () => {
    const items = fc.oneof(
      fc.array(fc.integer(), { maxLength: 200 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 200 }),
    )
    fc.assert(
      fc.property(items, fc.nat(220), fc.nat(220), (given, first, length) => {
        const sorted = [...given].sort(ascending)
        const mine = [...given]
        partialSort(mine, ascending, first, first + length)
        expect(mine.slice(first, first + length + 1)).toEqual(sorted.slice(first, first + length + 1))
        expect([...mine].sort(ascending)).toEqual(sorted)
      }),
    )
  })

  it('changes nothing when there is nothing to sort', () => {
    for (const given of [[], [1]]) {
      const items = [...given]
      partialSort(items, ascending, 0, 10)
      expect(items).toEqual(given)
    }
  })
})
