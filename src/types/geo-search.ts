/** Finds the members of a sorted set of places that lie in a circle or a box around a point. */

import { DEGREE, distanceBetween, EARTH_RADIUS, latitudeDistance } from './geo-distance.ts'
import { cellLatitude, cellLongitude, decodeScore, latitudeCell, longitudeCell, MAX_STEP, weave } from './geohash.ts'
import type { SortedSet } from './sorted-set.ts'

/** Half the width of the Mercator map, in metres. */
const MERCATOR_MAX = 20037726.37

/** The area searched. Lengths are in a unit of `metres` metres; a box has its full width and height. */
export interface Area {
  readonly longitude: number
  readonly latitude: number
  readonly metres: number
  readonly extent:
    | { readonly kind: 'circle'; readonly radius: number }
    | { readonly kind: 'box'; readonly width: number; readonly height: number }
}

/** A member found; `distance` from the centre of the area in metres. */
export interface Found {
  readonly member: string
  readonly score: number
  readonly longitude: number
  readonly latitude: number
  readonly distance: number
}

/** How often the world must be halved for nine cells to cover a radius; 1..26. */
function stepForRadius(metres: number, latitude: number): number {
  if (metres === 0) return MAX_STEP
  let step = 1
  for (let range = metres; range < MERCATOR_MAX; range *= 2) step++
  step -= 2
  // Cells narrow towards the poles.
  if (Math.abs(latitude) > 66) step--
  if (Math.abs(latitude) > 80) step--
  return Math.min(Math.max(step, 1), MAX_STEP)
}

interface Bounds {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

/** Outermost degrees of an area. The wider of its edges is the one nearer to the pole of its hemisphere. */
function boundsOf(area: Area): Bounds {
  const { longitude, latitude, metres, extent } = area
  const circle = extent.kind === 'circle'
  const height = metres * (circle ? extent.radius : extent.height / 2)
  const width = metres * (circle ? extent.radius : extent.width / 2)
  const latitudeDelta = height / EARTH_RADIUS / DEGREE
  const edge = latitude < 0 ? latitude - latitudeDelta : latitude + latitudeDelta
  const longitudeDelta = width / EARTH_RADIUS / Math.cos(edge * DEGREE) / DEGREE
  return {
    west: longitude - longitudeDelta,
    east: longitude + longitudeDelta,
    south: latitude - latitudeDelta,
    north: latitude + latitudeDelta,
  }
}

/** The neighbours of a cell in the order in which they are searched, which unsorted replies show. */
const AROUND = [
  { x: 0, y: 0 },
  { x: 0, y: 1 },
  { x: 0, y: -1 },
  { x: 1, y: 0 },
  { x: -1, y: 0 },
  { x: 1, y: 1 },
  { x: -1, y: 1 },
  { x: 1, y: -1 },
  { x: -1, y: -1 },
] as const

/** A cell `by` further; cells at the edge of the map meet those at the other edge. */
function moved(cell: number, by: number, step: number): number {
  const cells = 2 ** step
  return by === 0 ? cell : (cell + by + cells) % cells
}

function radiusOf({ metres, extent }: Area): number {
  if (extent.kind === 'circle') return extent.radius * metres
  const halfWidth = extent.width / 2
  const halfHeight = extent.height / 2
  return Math.sqrt(halfWidth * halfWidth + halfHeight * halfHeight) * metres
}

/** Ranges of scores, from inclusive to exclusive, that together hold every place of an area, in order of search. */
export function scoreRangesOf(area: Area): { min: number; max: number }[] {
  const { longitude, latitude } = area
  const bounds = boundsOf(area)
  let step = stepForRadius(radiusOf(area), latitude)
  let x = longitudeCell(longitude, step)
  let y = latitudeCell(latitude, step)
  const tooFine =
    cellLatitude(moved(y, 1, step) + 1, step) < bounds.north ||
    cellLatitude(moved(y, -1, step), step) > bounds.south ||
    cellLongitude(moved(x, 1, step) + 1, step) < bounds.east ||
    cellLongitude(moved(x, -1, step), step) > bounds.west
  if (step > 1 && tooFine) {
    step--
    x = longitudeCell(longitude, step)
    y = latitudeCell(latitude, step)
  }
  // Neighbours behind an edge that the area does not reach are left out.
  const useful = { west: true, east: true, south: true, north: true }
  if (step >= 2) {
    useful.south = !(cellLatitude(y, step) < bounds.south)
    useful.north = !(cellLatitude(y + 1, step) > bounds.north)
    useful.west = !(cellLongitude(x, step) < bounds.west)
    useful.east = !(cellLongitude(x + 1, step) > bounds.east)
  }
  const ranges: { min: number; max: number }[] = []
  const scale = 2 ** (2 * (MAX_STEP - step))
  for (const by of AROUND) {
    if ((by.y < 0 && !useful.south) || (by.y > 0 && !useful.north)) continue
    if ((by.x < 0 && !useful.west) || (by.x > 0 && !useful.east)) continue
    const cell = weave(moved(x, by.x, step), moved(y, by.y, step))
    const min = cell * scale
    // Where the map is cut into few cells the same one lies on both sides. The centre is not compared.
    if (ranges.length > 1 && ranges[ranges.length - 1].min === min) continue
    ranges.push({ min, max: (cell + 1) * scale })
  }
  return ranges
}

/** Decides whether a place is inside; its distance from the centre in metres, or -1. */
function distanceTest(area: Area): (longitude: number, latitude: number) => number {
  const { extent, metres } = area
  if (extent.kind === 'circle') {
    const radius = extent.radius * metres
    return (longitude, latitude) => {
      const distance = distanceBetween(area.longitude, area.latitude, longitude, latitude)
      return distance > radius ? -1 : distance
    }
  }
  const halfHeight = (extent.height * metres) / 2
  const halfWidth = (extent.width * metres) / 2
  return (longitude, latitude) => {
    if (latitudeDistance(latitude, area.latitude) > halfHeight) return -1
    if (distanceBetween(longitude, latitude, area.longitude, latitude) > halfWidth) return -1
    return distanceBetween(area.longitude, area.latitude, longitude, latitude)
  }
}

/** Entries looked at between checks of the limit. */
const SLICE = 64

/** Members inside an area, unsorted. A `limit` other than 0 ends the search as soon as that many are found. */
export function searchArea(set: SortedSet, area: Area, limit: number): Found[] {
  const found: Found[] = []
  const distanceOf = distanceTest(area)
  const visit = (member: string, score: number): void => {
    if (limit > 0 && found.length >= limit) return
    const { longitude, latitude } = decodeScore(score)
    const distance = distanceOf(longitude, latitude)
    if (distance >= 0) found.push({ member, score, longitude, latitude, distance })
  }
  for (const { min, max } of scoreRangesOf(area)) {
    const range = { min, minExclusive: false, max, maxExclusive: true }
    if (limit === 0) {
      set.rangeByScore(range, false, 0, -1, visit)
      continue
    }
    const entries = set.countByScore(range)
    for (let at = 0; at < entries; at += SLICE) {
      set.rangeByScore(range, false, at, SLICE, visit)
      if (found.length >= limit) return found
    }
  }
  return found
}
