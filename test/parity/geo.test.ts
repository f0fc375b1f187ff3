import { seededRandom } from '../../src/util/random.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

const SICILY = 'GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania'

describeWithRedis('geo commands reply as redis-server does', () => {
  const same = parityTests()
  same('GEOADD', [
    SICILY,
    SICILY,
    'GEOADD Sicily NX 1 1 Palermo 2 2 new',
    'GEOADD Sicily XX 3 3 Palermo 4 4 no',
    'GEOADD Sicily CH 5 5 Palermo 6 6 other',
    'GEOADD Sicily ch xx ch 5.5 5 Palermo 6 6 none',
    'GEOADD Sicily NX XX 1 1 a',
    'GEOADD Sicily NX XX 1 1',
    'GEOADD Sicily 1 1 a 2',
    'GEOADD Sicily 1 1 a 2 2',
    'GEOADD Sicily NX CH NX',
    'GEOADD Sicily NX CH NX CH',
    'GEOADD Sicily GT 1 1 a',
    'GEOADD Sicily 1 1',
    'GEOADD Sicily x 1 a',
    'GEOADD Sicily 1 x a',
    'GEOADD Sicily 200 x a',
    'GEOADD Sicily 200 100 a',
    'GEOADD Sicily 180.0001 0 a',
    'GEOADD Sicily 0 85.05112879 a',
    'GEOADD Sicily 0 -85.06 a',
    'GEOADD Sicily inf 0 a',
    'GEOADD Sicily 0 -inf a',
    'GEOADD Sicily 1e300 0 a',
    'GEOADD Sicily nan 0 a',
    'GEOADD Sicily 1 1 fine 200 0 bad x x worse',
    'ZRANGE Sicily 0 -1 WITHSCORES',
    'GEOADD edges 180 85.05112878 ne -180 -85.05112878 sw 180 -85.05112878 se -180 85.05112878 nw 0 0 middle 180 0.1 e',
    'ZRANGE edges 0 -1 WITHSCORES',
    'GEOPOS edges ne sw se nw middle e',
    'GEOHASH edges ne sw se nw middle e',
    'GEOADD missing XX 1 1 a',
    'EXISTS missing',
    'SET s 1',
    'GEOADD s 1 1 a',
    'GEOADD s 1 200 a',
  ])
  same('GEOPOS, GEOHASH, GEODIST', [
    SICILY,
    'GEOPOS Sicily Palermo Catania no',
    'GEOPOS Sicily',
    'GEOPOS no a b',
    'GEOHASH Sicily Palermo Catania no',
    'GEOHASH Sicily',
    'GEOHASH no a b',
    'GEODIST Sicily Palermo Catania',
    'GEODIST Sicily Palermo Catania m',
    'GEODIST Sicily Palermo Catania KM',
    'GEODIST Sicily Palermo Catania mi',
    'GEODIST Sicily Palermo Catania Ft',
    'GEODIST Sicily Palermo Palermo',
    'GEODIST Sicily Palermo no',
    'GEODIST no Palermo Catania',
    'GEODIST Sicily Palermo Catania yd',
    'GEODIST no Palermo Catania yd',
    'GEODIST Sicily Palermo Catania km km',
    'GEODIST no Palermo Catania yd km',
    'SET s 1',
    'GEOPOS s a',
    'GEOHASH s a',
    'GEODIST s a b',
    'GEODIST s a b yd',
    'ZADD scores 1 one -1 minus 1.5 half 4503599627370496 two52 1e18 big 1e300 huge -1e300 low inf inf -inf minf',
    'GEOPOS scores one minus half two52 big huge low inf minf',
    'GEOHASH scores one minus half two52 big huge low inf minf',
    'GEODIST scores one big',
    'GEODIST scores minus half km',
    'GEORADIUS scores 0 0 30000 km WITHHASH WITHDIST WITHCOORD',
    'GEORADIUSBYMEMBER scores half 1 m WITHHASH WITHDIST',
    'GEOADD near 10 10 a 10.000001 10 b 10 10.000001 c 10.00001 10.00001 d',
    'GEODIST near a b',
    'GEODIST near a c',
    'GEODIST near a d',
    'GEODIST near a d mi',
  ])
  same('GEOSEARCH', [
    SICILY,
    'GEOADD Sicily 12.758489 38.788135 edge1 17.241510 38.788135 edge2',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km DESC',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHCOORD WITHDIST',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHHASH',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 KM WITHCOORD WITHDIST WITHHASH COUNT 2',
    'GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 0 m WITHDIST',
    'GEOSEARCH Sicily FROMMEMBER Palermo BYBOX 0 0 m WITHDIST',
    'GEOSEARCH Sicily FROMMEMBER no BYRADIUS 1 m',
    'GEOSEARCH no FROMMEMBER no BYRADIUS 1 m',
    'GEOSEARCH no FROMLONLAT 1 1 BYRADIUS 1 yd',
    'GEOSEARCH no FROMLONLAT 1 1 BYRADIUS 1 m',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1 ANY',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1 ANY DESC',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ANY COUNT 3 ASC',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT 9223372036854775807',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT 9223372036854775808',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT 0',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT -1',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT x',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ANY',
    'GEOSEARCH Sicily FROMLONLAT 15 37 FROMMEMBER Palermo BYRADIUS 200 km',
    'GEOSEARCH Sicily FROMMEMBER Palermo FROMLONLAT 15 37 BYRADIUS 200 km',
    'GEOSEARCH Sicily FROMMEMBER Palermo FROMMEMBER Catania BYRADIUS 1 km',
    'GEOSEARCH Sicily FROMLONLAT 1 1 FROMLONLAT 15.087269 37.502669 BYRADIUS 1 km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km BYBOX 1 1 km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 1 1 km BYRADIUS 200 km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 1 1 km BYBOX 400 400 km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 m BYRADIUS 200 km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 WITHDIST WITHCOORD WITHHASH',
    'geosearch Sicily FROMLONLAT 15 37 ASC COUNT 1',
    'GeoSearch Sicily BYRADIUS 200 km ASC COUNT 1',
    'GEOSEARCH Sicily ASC COUNT 1 ANY ASC',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS -1 km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS x km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS nan km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS inf km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 yd',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS -1 yd',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX x y yd',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX -1 y yd',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX -1 1 yd',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 1 1 yd',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX inf 100 km',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 100 inf km',
    'GEOSEARCH Sicily FROMLONLAT 15 370 BYBOX 1 1 yd',
    'GEOSEARCH Sicily FROMLONLAT 15 x BYBOX 1 1 yd',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km STORE d',
    'GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km FOO',
    'GEOSEARCH Sicily FROMLONLAT 15 37',
    'SET s 1',
    'GEOSEARCH s FOO BAR BAZ QUX QUUX',
    'GEOSEARCH s FROMLONLAT 15 37 BYRADIUS 200 km',
  ])
  same('GEOSEARCHSTORE', [
    SICILY,
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 200 km',
    'ZRANGE d 0 -1 WITHSCORES',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1 STOREDIST DESC',
    'ZRANGE d 0 -1 WITHSCORES',
    'GEOSEARCHSTORE d Sicily FROMMEMBER Palermo BYBOX 1000 1000 ft STOREDIST',
    'ZRANGE d 0 -1 WITHSCORES',
    'GEOADD far 0 0 a 179 0.5 b -120 -30 c 77 80 d -77 80 e -77 -80 f',
    'GEOSEARCHSTORE d far FROMLONLAT 1.5 -2.5 BYRADIUS 30000 km STOREDIST',
    'ZRANGE d 0 -1 WITHSCORES',
    'GEOSEARCHSTORE d far FROMMEMBER d BYRADIUS 30000 mi STOREDIST',
    'ZRANGE d 0 -1 WITHSCORES',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 200 km WITHDIST',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 200 km WITHCOORD STOREDIST',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 WITHHASH ASC ASC',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 ASC ASC ASC',
    'GEOSEARCHSTORE d Sicily BYRADIUS 1 m ASC ASC ASC',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 1 m',
    'EXISTS d',
    'GEOSEARCHSTORE Sicily Sicily FROMMEMBER Palermo BYRADIUS 1 m',
    'ZRANGE Sicily 0 -1 WITHSCORES',
    'SET d 1',
    'GEOSEARCHSTORE d no FROMMEMBER Palermo BYRADIUS 1 m',
    'EXISTS d',
    'SET d 1',
    'GEOSEARCHSTORE Sicily d FROMMEMBER Palermo BYRADIUS 1 m',
    'GEOSEARCHSTORE d Sicily FROMMEMBER Palermo BYRADIUS 1 m',
    'TYPE d',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 200 km STORE x',
    'GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 200',
  ])
  same('GEORADIUS and GEORADIUSBYMEMBER', [
    SICILY,
    'GEORADIUS Sicily 15 37 200 km',
    'GEORADIUS Sicily 15 37 200 km WITHDIST WITHCOORD WITHHASH DESC',
    'GEORADIUS Sicily 15 37 200 km COUNT 1',
    'GEORADIUS Sicily 15 37 200 km COUNT 1 ANY',
    'GEORADIUS Sicily 15 37 200 km ANY',
    'GEORADIUS Sicily 15 37 200 yd FOO',
    'GEORADIUS Sicily 15 37 -200 yd',
    'GEORADIUS Sicily 15 37 x km',
    'GEORADIUS Sicily 15 x x km',
    'GEORADIUS Sicily 15 100 x km',
    'GEORADIUS Sicily 15 37 200 km FOO',
    'GEORADIUS no 15 37 200 km FOO',
    'GEORADIUS no 15 37 200 km',
    'GEORADIUS Sicily 15 37 200 km FROMLONLAT 1 1',
    'GEORADIUS Sicily 15 37 200',
    'GEORADIUS Sicily 15 37 200 km STORE d',
    'ZRANGE d 0 -1 WITHSCORES',
    'GEORADIUS Sicily 15 37 200 km STOREDIST d STORE e',
    'ZRANGE e 0 -1 WITHSCORES',
    'GEORADIUS Sicily 15 37 200 km STORE d WITHDIST',
    'GEORADIUS Sicily 15 37 200 km STORE',
    'GEORADIUS Sicily 15 37 1 m STORE d',
    'EXISTS d',
    'GEORADIUS no 15 37 1 m STORE e',
    'EXISTS e',
    'GEORADIUS_RO Sicily 15 37 200 km WITHDIST',
    'GEORADIUS_RO Sicily 15 37 200 km STORE d',
    'GEORADIUS_RO Sicily 15 37 200 km STOREDIST d',
    'GEORADIUSBYMEMBER Sicily Palermo 200 km ASC',
    'GEORADIUSBYMEMBER Sicily no 200 km',
    'GEORADIUSBYMEMBER Sicily no x yd FOO',
    'GEORADIUSBYMEMBER Sicily Palermo x yd FOO',
    'GEORADIUSBYMEMBER no no x yd',
    'GEORADIUSBYMEMBER no no x yd FOO',
    'GEORADIUSBYMEMBER no no x yd STORE d',
    'GEORADIUSBYMEMBER Sicily Palermo 200 km STORE d COUNT 1',
    'ZRANGE d 0 -1 WITHSCORES',
    'GEORADIUSBYMEMBER_RO Sicily Palermo 200 km DESC WITHDIST',
    'GEORADIUSBYMEMBER_RO Sicily Palermo 200 km STORE d',
    'GEORADIUSBYMEMBER Sicily Palermo 200',
    'SET s 1',
    'GEORADIUS s x x x x',
    'GEORADIUSBYMEMBER s x x x',
    'GEORADIUS_RO s 1 1 1 m',
  ])
  same('keys of the geo commands', [
    'COMMAND GETKEYS GEOADD k 1 1 a',
    'COMMAND GETKEYS GEOSEARCH k FROMLONLAT 15 37 BYRADIUS 200 km',
    'COMMAND GETKEYSANDFLAGS GEOSEARCHSTORE d k FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST',
    'COMMAND GETKEYSANDFLAGS GEORADIUS k 1 1 1 m',
    'COMMAND GETKEYSANDFLAGS GEORADIUS k 1 1 1 m store d',
    'COMMAND GETKEYSANDFLAGS GEORADIUS k 1 1 1 m COUNT 2 ASC STOREDIST d WITHDIST',
    'COMMAND GETKEYSANDFLAGS GEORADIUS k 1 1 1 m STOREDIST d STORE e',
    'COMMAND GETKEYSANDFLAGS GEORADIUSBYMEMBER k m 1 m STORE d',
    'COMMAND GETKEYSANDFLAGS GEORADIUSBYMEMBER k STORE 1 m STORE d',
    'COMMAND GETKEYS GEORADIUS_RO k 1 1 1 m',
    'COMMAND GETKEYS GEORADIUSBYMEMBER_RO k m 1 m',
    { command: 'COMMAND LIST FILTERBY ACLCAT geo', unordered: true },
  ])
  for (let seed = 1; seed <= 12; seed++) same(`searches at random, seed ${seed}`, searchesAtRandom(seed))
})

const UNITS = { m: 1, km: 1000, ft: 0.3048, mi: 1609.34 }

/** A world of places, gathered where the map is cut, and searches of all sizes through it. */
function searchesAtRandom(seed: number): string[] {
  const random = seededRandom(seed)
  const between = (min: number, max: number) => min + ((max - min) * random.int(1_000_000_000)) / 1_000_000_000
  const pick = <T>(items: readonly T[]): T => items[random.int(items.length)]
  const centre = pick([
    [0, 0],
    [180, 0],
    [-180, 84],
    [20, 85],
    [100, -85],
    [-70, -66],
    [13, 38],
    [179.9, 80],
  ])
  const spread = pick([0.001, 0.5, 10, 180])
  const clamp = (value: number, limit: number) => Math.min(Math.max(value, -limit), limit)
  const wrapped = (value: number) => (value > 180 ? value - 360 : value < -180 ? value + 360 : value)
  const place = () => {
    const longitude = clamp(wrapped(centre[0] + between(-spread, spread)), 180)
    const latitude = clamp(centre[1] + between(-spread, spread) / 2, 85.05112878)
    return `${longitude} ${latitude}`
  }
  // More than the small form holds, in some.
  const members = pick([5, 40, 100, 400])
  const lines: string[] = []
  for (let i = 0; i < members; i++) lines.push(`GEOADD w ${place()} m${i}`)
  // Equal distances, whose order shows how the sorting goes about it.
  const twin = place()
  for (let i = 0; i < members / 4; i++) lines.push(`GEOADD w ${twin} twin${i}`)
  const length = (unit: keyof typeof UNITS) => {
    const metres = spread * 111_000 * 10 ** between(-2, 1)
    return (metres / UNITS[unit]).toFixed(random.int(4))
  }
  const unit = () => pick(['m', 'km', 'ft', 'mi'] as const)
  const area = () => {
    const u = unit()
    return random.int(2) === 0 ? `BYRADIUS ${length(u)} ${u}` : `BYBOX ${length(u)} ${length(u)} ${u}`
  }
  const limit = () => pick(['', '', ' COUNT 1', ' COUNT 3', ' COUNT 10', ' COUNT 7 ANY', ' COUNT 50 ANY', ' COUNT 60'])
  const order = () => pick(['', '', ' ASC', ' DESC'])
  const extras = () => pick(['', '', ' WITHDIST', ' WITHCOORD', ' WITHHASH', ' WITHHASH WITHCOORD WITHDIST'])
  for (let i = 0; i < 60; i++) {
    const member = `m${random.int(members)}`
    const from = random.int(3) === 0 ? `FROMMEMBER ${member}` : `FROMLONLAT ${place()}`
    const u = unit()
    switch (random.int(8)) {
      case 0:
        lines.push(`GEODIST w ${member} m${random.int(members)} ${u}`)
        lines.push(`GEOPOS w ${member}`, `GEOHASH w ${member}`)
        break
      case 1:
        lines.push(`GEORADIUS w ${place()} ${length(u)} ${u}${extras()}${limit()}${order()}`)
        break
      case 2:
        lines.push(`GEORADIUSBYMEMBER_RO w ${member} ${length(u)} ${u}${extras()}${limit()}${order()}`)
        break
      case 3:
        lines.push(`GEOSEARCHSTORE d w ${from} ${area()}${limit()}${order()}`, 'ZRANGE d 0 -1 WITHSCORES')
        break
      default:
        lines.push(`GEOSEARCH w ${from} ${area()}${extras()}${limit()}${order()}`)
    }
  }
  return lines
}
