import { describe, expect, it } from 'vitest'
import { type Random, seededRandom, systemRandom } from '../../src/util/random.ts'

function counts(random: Random, below: number, draws: number): number[] {
  const row = new Array<number>(below).fill(0)
  for (let i = 0; i < draws; i++) row[random.int(below)]++
  return row
}

describe.each([
  ['seededRandom', () => seededRandom(7)],
  ['systemRandom', () => systemRandom],
])('%s', (_name, make) => {
  const random = make()

  it('draws integers evenly', () => {
    for (const count of counts(random, 10, 100_000)) {
      // Ten standard deviations of the binomial distribution.
      expect(Math.abs(count - 10_000)).toBeLessThan(950)
    }
    expect(random.int(1)).toBe(0)
  })

  it('stays in range for any bound', () => {
    for (const below of [1, 2, 3, 2 ** 31, 2 ** 32, 2 ** 33 + 1, Number.MAX_SAFE_INTEGER]) {
      let largest = 0
      for (let i = 0; i < 1000; i++) {
        const n = random.int(below)
        expect(Number.isSafeInteger(n) && n >= 0 && n < below).toBe(true)
        largest = Math.max(largest, n)
      }
      expect(largest).toBeGreaterThanOrEqual(Math.floor((below - 1) / 2))
    }
  })

  it('draws floats below 1', () => {
    let sum = 0
    let outside = 0
    for (let i = 0; i < 100_000; i++) {
      const x = random.float()
      if (!(x >= 0 && x < 1)) outside++
      sum += x
    }
    expect(outside).toBe(0)
    expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.01)
  })

  it('writes hexadecimal digits of any length', () => {
    for (const length of [0, 1, 7, 8, 9, 40, 41])
      expect(random.hex(length)).toMatch(new RegExp(`^[0-9a-f]{${length}}$`))
    expect(random.hex(40)).not.toBe(random.hex(40))
  })
})

describe('seededRandom', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed)
    return [random.int(1000), random.float(), random.hex(12), random.int(2 ** 40)]
  }

  it('repeats itself for the same seed only', () => {
    expect(draw(1)).toEqual(draw(1))
    const seeds = [0, 1, 2, -1, 1.5e300, 2 ** 32, 2 ** 33]
    expect(new Set(seeds.map((seed) => JSON.stringify(draw(seed)))).size).toBe(seeds.length)
  })
})
