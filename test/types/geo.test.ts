import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distanceBetween, exactDistanceBetween } from '../../src/types/geo-distance.ts'
import { type Area, scoreRangesOf, searchArea } from '../../src/types/geo-search.ts'
import {
  decodeScore,
  encodeScore,
  geohashText,
  LATITUDE_MAX,
  LATITUDE_MIN,
  latitudeCell,
  longitudeCell,
  weave,
} from '../../src/types/geohash.ts'
import type { EncodingLimits } from '../../src/types/limits.ts'
import { SortedSet } from '../../src/types/sorted-set.ts'

const longitude = fc.double({ min: -180, max: 180, noNaN: true })
const latitude = fc.double({ min: LATITUDE_MIN, max: LATITUDE_MAX, noNaN: true })
const limits = { zsetMaxListpackEntries: 8, zsetMaxListpackValue: 64 } as EncodingLimits

/** The bits of two cells in turn, latitude first, from the lowest. */
function wovenBit(x: number, y: number, bit: number): number {
  return Math.floor((bit % 2 === 0 ? y : x) / 2 ** (bit >> 1)) % 2
}

describe('geohash', () => {
  it('weaves cells bit by bit', () => {
    const cell = fc.integer({ min: 0, max: 2 ** 26 - 1 })
    fc.assert(
      fc.property(cell, cell, (x, y) => {
        let expected = 0
        for (let bit = 0; bit < 52; bit++) expected += wovenBit(x, y, bit) * 2 ** bit
        expect(weave(x, y)).toBe(expected)
      }),
    )
  })

  it('decodes to the middle of the cell that was encoded', () => {
    // Half a cell, and what rounding adds.
    const half = (width: number) => (width / 2 ** 26) * (1 + 1e-8)
    fc.assert(
      fc.property(longitude, latitude, (x, y) => {
        const place = decodeScore(encodeScore(x, y))
        expect(Math.abs(place.longitude - x)).toBeLessThanOrEqual(half(180))
        expect(Math.abs(place.latitude - y)).toBeLessThanOrEqual(half(86))
      }),
    )
  })

  it('decodes any score to a place on the map', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (score) => {
        const place = decodeScore(score)
        expect(Math.abs(place.longitude)).toBeLessThanOrEqual(180)
        expect(Math.abs(place.latitude)).toBeLessThanOrEqual(LATITUDE_MAX)
        expect(geohashText(score)).toMatch(/^[0-9b-hjkmnp-z]{10}0$/)
      }),
    )
  })

  it('spells places as everyone does', () => {
    expect(geohashText(encodeScore(-5.6, 42.6))).toBe('ezs42e44yx0')
    expect(geohashText(encodeScore(10.40744, 57.64911)).slice(0, 8)).toBe('u4pruydq')
  })
})

describe('distances', () => {
  it('are the same to 9 digits however they are computed', () => {
    fc.assert(
      fc.property(longitude, latitude, longitude, latitude, (x1, y1, x2, y2) => {
        const fast = distanceBetween(x1, y1, x2, y2)
        const exact = exactDistanceBetween(x1, y1, x2, y2)
        expect(fast).toBeLessThanOrEqual(Math.PI * 6372797.561)
        // Towards the opposite side of the Earth the formula itself loses digits.
        expect(Math.abs(fast - exact)).toBeLessThanOrEqual(fast > 2e7 ? 1 : 1e-6 + exact * 1e-9)
      }),
    )
  })
})

describe('searching', () => {
  const places = fc.array(fc.tuple(longitude, latitude), { maxLength: 60 })
  const setOf = (at: readonly (readonly [number, number])[]) => {
    const set = new SortedSet()
    for (const [i, [x, y]] of at.entries()) set.set(`m${i}`, encodeScore(x, y), limits)
    return set
  }
  const circle = fc.record({
    longitude,
    latitude: fc.double({ min: -60, max: 60, noNaN: true }),
    metres: fc.constantFrom(1, 1000, 0.3048, 1609.34),
    extent: fc.record({ kind: fc.constant('circle' as const), radius: fc.double({ min: 0, max: 100, noNaN: true }) }),
  })

  it('finds nothing outside a circle, nothing twice, and as many as the limit allows', () => {
    fc.assert(
      fc.property(places, circle, fc.integer({ min: 1, max: 5 }), (at, area: Area, limit) => {
        const set = setOf(at)
        const found = searchArea(set, area, 0)
        const radius = area.extent.kind === 'circle' ? area.extent.radius * area.metres : 0
        expect(new Set(found.map(({ member }) => member)).size).toBe(found.length)
        for (const { distance } of found) expect(distance).toBeLessThanOrEqual(radius)
        expect(searchArea(set, area, limit)).toEqual(found.slice(0, limit))
      }),
    )
  })

  it('finds every member near its centre, away from the edges of the map', () => {
    const inland = fc.double({ min: -150, max: 150, noNaN: true })
    const offset = fc.double({ min: -0.1, max: 0.1, noNaN: true })
    fc.assert(
      fc.property(inland, fc.double({ min: -60, max: 60, noNaN: true }), offset, offset, (x, y, dx, dy) => {
        const set = setOf([[x + dx, y + dy]])
        const area: Area = { longitude: x, latitude: y, metres: 1000, extent: { kind: 'circle', radius: 16 } }
        expect(searchArea(set, area, 0)).toHaveLength(1)
      }),
    )
  })

  it('looks at no score twice', () => {
    fc.assert(
      fc.property(circle, fc.double({ min: 0, max: 3e7, noNaN: true }), (area, radius) => {
        const ranges = scoreRangesOf({ ...area, metres: 1, extent: { kind: 'circle', radius } })
        const sorted = [...ranges].sort((a, b) => a.min - b.min)
        for (let i = 1; i < sorted.length; i++) expect(sorted[i].min).toBeGreaterThanOrEqual(sorted[i - 1].max)
        const centre = weave(longitudeCell(area.longitude, 26), latitudeCell(area.latitude, 26))
        expect(ranges.some(({ min, max }) => min <= centre && centre < max)).toBe(true)
      }),
    )
  })
})
