/**
 * Places on Earth as numbers of 52 bits, which serve as scores of sorted sets: a cell of longitude and a cell of
 * latitude, 26 bits each, woven bit by bit (latitude in the even bits), so that what is near usually has a near score.
 * Degrees throughout. Numbers hold all of it: the halves are woven in 32-bit integers and joined by one addition.
 */
export const LONGITUDE_MIN = -180
export const LONGITUDE_MAX = 180
/** Where a square Mercator map ends; nearer to the poles nothing can be encoded. */
export const LATITUDE_MIN = -85.05112878
export const LATITUDE_MAX = 85.05112878
const LONGITUDE_SPAN = LONGITUDE_MAX - LONGITUDE_MIN
const LATITUDE_SPAN = LATITUDE_MAX - LATITUDE_MIN

/** Halvings of the world in each direction at full precision. */
export const MAX_STEP = 26

const TWO_32 = 2 ** 32
const TWO_63 = 2 ** 63
const HALF_STEP = 13
const HALF_MASK = (1 << HALF_STEP) - 1

/** Can the place be encoded? */
export function isEncodable(longitude: number, latitude: number): boolean {
  return (
    longitude >= LONGITUDE_MIN && longitude <= LONGITUDE_MAX && latitude >= LATITUDE_MIN && latitude <= LATITUDE_MAX
  )
}

/** Puts a zero bit before each of the low 16 bits. */
function spread(n: number): number {
  n = (n | (n << 8)) & 0x00ff00ff
  n = (n | (n << 4)) & 0x0f0f0f0f
  n = (n | (n << 2)) & 0x33333333
  return (n | (n << 1)) & 0x55555555
}

/** The even bits of 32, moved together. */
function gather(n: number): number {
  n &= 0x55555555
  n = (n | (n >>> 1)) & 0x33333333
  n = (n | (n >>> 2)) & 0x0f0f0f0f
  n = (n | (n >>> 4)) & 0x00ff00ff
  return (n | (n >>> 8)) & 0xffff
}

/** Weaves two cells of at most 27 bits: the last one stands for the very edge of the map. */
export function weave(longitudeCell: number, latitudeCell: number): number {
  const low = spread(latitudeCell & HALF_MASK) | (spread(longitudeCell & HALF_MASK) << 1)
  const high = spread(latitudeCell >>> HALF_STEP) | (spread(longitudeCell >>> HALF_STEP) << 1)
  return high * 2 ** (2 * HALF_STEP) + low
}

export function longitudeCell(longitude: number, step: number): number {
  return Math.floor(((longitude - LONGITUDE_MIN) / LONGITUDE_SPAN) * 2 ** step)
}

export function latitudeCell(latitude: number, step: number): number {
  return Math.floor(((latitude - LATITUDE_MIN) / LATITUDE_SPAN) * 2 ** step)
}

/** Western edge of a cell; its eastern edge is that of the next one. */
export function cellLongitude(cell: number, step: number): number {
  return LONGITUDE_MIN + (cell / 2 ** step) * LONGITUDE_SPAN
}

/** Southern edge of a cell; its northern edge is that of the next one. */
export function cellLatitude(cell: number, step: number): number {
  return LATITUDE_MIN + (cell / 2 ** step) * LATITUDE_SPAN
}

/** The score of an encodable place. */
export function encodeScore(longitude: number, latitude: number): number {
  return weave(longitudeCell(longitude, MAX_STEP), latitudeCell(latitude, MAX_STEP))
}

/**
 * The whole part of any score as 64 bits, wrapped around like an integer register, for sorted sets hold scores that
 * were never places: `high` is the upper half, `low` the lower.
 */
function halves(score: number): { high: number; low: number } {
  const whole = Math.trunc(score)
  if (whole >= 2 * TWO_63) return { high: 0, low: 0 }
  if (whole < -TWO_63) return { high: 0x80000000, low: 0 }
  const high = Math.floor(whole / TWO_32)
  return { high: high >>> 0, low: (whole - high * TWO_32) >>> 0 }
}

const clamp = (value: number, min: number, max: number) => (value > max ? max : value < min ? min : value)

/** The middle of the cell of a score, kept inside the map. */
export function decodeScore(score: number): { longitude: number; latitude: number } {
  const { high, low } = halves(score)
  const x = (gather(low >>> 1) | (gather(high >>> 1) << 16)) >>> 0
  const y = (gather(low) | (gather(high) << 16)) >>> 0
  // Adding one wraps around in 32 bits, which only scores that were never places can show.
  const east = cellLongitude((x + 1) >>> 0, MAX_STEP)
  const north = cellLatitude((y + 1) >>> 0, MAX_STEP)
  return {
    longitude: clamp((cellLongitude(x, MAX_STEP) + east) / 2, LONGITUDE_MIN, LONGITUDE_MAX),
    latitude: clamp((cellLatitude(y, MAX_STEP) + north) / 2, LATITUDE_MIN, LATITUDE_MAX),
  }
}

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'
const TEXT_LETTERS = 10
const LETTER_BITS = 5

/** The common text form, of which latitudes span all 180 degrees: ten letters, and a zero for compatibility. */
export function geohashText(score: number): string {
  const { longitude, latitude } = decodeScore(score)
  const bits = weave(longitudeCell(longitude, MAX_STEP), Math.floor(((latitude + 90) / 180) * 2 ** MAX_STEP))
  let text = ''
  for (let letter = 1; letter <= TEXT_LETTERS; letter++) {
    text += ALPHABET[Math.floor(bits / 2 ** (2 * MAX_STEP - letter * LETTER_BITS)) % 32]
  }
  return `${text}0`
}
