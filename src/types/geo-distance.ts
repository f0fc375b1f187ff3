/** Distances on Earth, taken as a sphere. Degrees in, metres out. */
import { exactArcSine, exactCosine, exactSine } from '../util/exact-trigonometry.ts'

/** Quadratic mean radius of the Earth (WGS 84), in metres. */
export const EARTH_RADIUS = 6372797.560856
/** Radians. */
export const DEGREE = Math.PI / 180

/** Distance in metres along a meridian. */
export function latitudeDistance(from: number, to: number): number {
  return EARTH_RADIUS * Math.abs(to * DEGREE - from * DEGREE)
}

/** Great-circle distance in metres, by the haversine formula on a sphere. */
export function distanceBetween(longitude1: number, latitude1: number, longitude2: number, latitude2: number): number {
  const v = Math.sin((longitude2 * DEGREE - longitude1 * DEGREE) / 2)
  if (v === 0) return latitudeDistance(latitude1, latitude2)
  const from = latitude1 * DEGREE
  const to = latitude2 * DEGREE
  const u = Math.sin((to - from) / 2)
  const a = u * u + Math.cos(from) * Math.cos(to) * v * v
  // Rounding may carry the sum past 1 at the opposite side of the Earth.
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(a)))
}

/** The same to the last digit that C libraries give, for where all digits are seen. Slower by far. */
export function exactDistanceBetween(
  longitude1: number,
  latitude1: number,
  longitude2: number,
  latitude2: number,
): number {
  const v = exactSine((longitude2 * DEGREE - longitude1 * DEGREE) / 2)
  if (v === 0) return latitudeDistance(latitude1, latitude2)
  const from = latitude1 * DEGREE
  const to = latitude2 * DEGREE
  const u = exactSine((to - from) / 2)
  const a = u * u + exactCosine(from) * exactCosine(to) * v * v
  return 2 * EARTH_RADIUS * exactArcSine(Math.min(1, Math.sqrt(a)))
}
