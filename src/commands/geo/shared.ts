/** What the geo commands share: units, places as arguments, and how distances and coordinates are printed. */

import { E } from '../../resp/errors.ts'
import type { Reply } from '../../resp/reply.ts'
import { choice } from '../../spec/args.ts'
import { isEncodable } from '../../types/geohash.ts'
import { parseDouble } from '../../util/numbers.ts'

const METRES: ReadonlyMap<string, number> = new Map([
  ['M', 1],
  ['KM', 1000],
  ['FT', 0.3048],
  ['MI', 1609.34],
])

export const unit = choice('unit', { m: 'M', km: 'KM', ft: 'FT', mi: 'MI' })

/** How many metres a unit has. Throws E.geoUnit. */
export function metresOf(unit: string): number {
  const metres = METRES.get(unit.toUpperCase())
  if (metres === undefined) throw E.geoUnit
  return metres
}

/** Two arguments, longitude first. Throws E.notFloat, and E.geoInvalidPair for what cannot be encoded. */
export function readPlace(longitudeText: string, latitudeText: string): { longitude: number; latitude: number } {
  const longitude = parseDouble(longitudeText)
  const latitude = parseDouble(latitudeText)
  if (longitude !== longitude || latitude !== latitude) throw E.notFloat
  if (!isEncodable(longitude, latitude)) throw E.geoInvalidPair(longitude, latitude)
  return { longitude, latitude }
}

/** A distance with four decimals, ties rounded to even. */
export function distanceText(distance: number): string {
  const scaled = distance * 10000
  let whole = Math.floor(scaled)
  const rest = scaled - whole
  if (rest > 0.5 || (rest === 0.5 && whole % 2 !== 0)) whole++
  const digits = String(whole).padStart(5, '0')
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`
}

/** 17 decimals, without zeros at the end. */
export function coordinateText(degrees: number): string {
  const text = degrees.toFixed(17).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}

export function replyPlace(reply: Reply, place: { longitude: number; latitude: number }): void {
  reply.array(2)
  replyCoordinate(reply, place.longitude)
  replyCoordinate(reply, place.latitude)
}

function replyCoordinate(reply: Reply, degrees: number): void {
  const text = coordinateText(degrees)
  if (reply.protocol === 2) reply.bulk(text)
  else reply.double(degrees, text)
}
