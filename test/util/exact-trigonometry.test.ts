import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactArcSine, exactCosine, exactSine } from '../../src/util/exact-trigonometry.ts'

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })

/** Doubles between two values that are nearly the same. */
function unitsApart(a: number, b: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(a), Math.abs(b), 2 ** -900))) - 52)
  return Math.abs(a - b) / unit
}

describe('exact trigonometry', () => {
  it('is within one unit of the last place of the engine', () => {
    fc.assert(
      fc.property(angle, (x) => {
        expect(unitsApart(exactSine(x), Math.sin(x))).toBeLessThanOrEqual(2)
        expect(unitsApart(exactCosine(x), Math.cos(x))).toBeLessThanOrEqual(2)
      }),
    )
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (x) => {
        expect(unitsApart(exactArcSine(x), Math.asin(x))).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('knows the values that are known', () => {
    expect(exactSine(0)).toBe(0)
    expect(exactCosine(0)).toBe(1)
    expect(exactArcSine(0)).toBe(0)
    expect(exactArcSine(1)).toBe(Math.PI / 2)
    expect(exactArcSine(0.5)).toBe(0.5235987755982989)
    expect(exactSine(Math.PI / 2)).toBe(1)
    // What is left of pi behind the last digit of a double.
    expect(exactSine(Math.PI)).toBe(1.2246467991473532e-16)
    expect(exactCosine(Math.PI / 2)).toBe(6.123233995736766e-17)
  })
})
