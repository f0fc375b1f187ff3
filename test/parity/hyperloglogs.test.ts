import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '../../src/util/random.ts'
import { type Line, type Parity, startParity } from '../support/parity.ts'
import type { Argument } from '../support/raw-client.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

const DENSE_BYTES = 16 + 12288

/** The header of a HyperLogLog: its encoding, and its cached cardinality out of date. */
const header = (encoding: number) => `HYLL${String.fromCharCode(encoding)}\0\0\0${'\0'.repeat(7)}\x80`

const numbered = (prefix: string, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}${from + i}`)

/** PFADDs of many elements, some at a time, with the whole string compared now and then. */
function additions(key: string, prefix: string, total: number, atOnce: number, getEvery = 1): Argument[][] {
  const lines: Argument[][] = []
  for (let from = 0, n = 0; from < total; from += atOnce, n++) {
    lines.push(['PFADD', key, ...numbered(prefix, from, Math.min(atOnce, total - from))])
    if (n % getEvery === 0) lines.push(['GET', key], ['PFCOUNT', key], ['GET', key])
  }
  lines.push(['PFDEBUG', 'ENCODING', key], ['GET', key])
  return lines
}

describeWithRedis('HyperLogLog commands reply as redis-server does', () => {
  const same = parityTests()

  same('PFADD and PFCOUNT', [
    'PFADD a',
    'GET a',
    'PFADD a',
    'PFCOUNT a',
    'GET a',
    'PFADD a x y z',
    'GET a',
    'PFADD a x y z',
    'PFCOUNT a',
    'GET a',
    'PFCOUNT nokey',
    'PFCOUNT nokey nokey2',
    'PFADD b z w v ""',
    ['PFADD', 'b', '\0\xff\x80 bytes \r\n', '\xff'.repeat(31), 'é'],
    'GET b',
    'PFCOUNT a b nokey',
    'PFCOUNT b b',
    'GET b',
    'STRLEN b',
    'TYPE b',
    'PFADD',
    'PFCOUNT',
    'PFADD t x',
    'EXPIRE t 100',
    'PFADD t y',
    'PERSIST t',
    ...Array.from(
      { length: 40 },
      (_, n): Line => ['PFADD', 'lengths', '0123456789abcdefghijklmnopqrstuvwxyzABCDEF'.slice(0, n)],
    ),
    'GET lengths',
  ])
  same('sparse strings byte for byte', additions('h', 'element:', 400, 7))
  same('promotion byte for byte', additions('h', 'e', 3000, 50, 5))
  same('dense strings byte for byte', additions('h', 'dense-', 60_000, 1500, 7))
  same('one by one', additions('h', '', 1200, 1, 40))

  same('PFMERGE', [
    ['PFADD', 'a', ...numbered('x', 0, 300)],
    ['PFADD', 'b', ...numbered('x', 200, 300)],
    ['PFADD', 'c', ...numbered('y', 0, 1000)],
    ['PFADD', 'd', ...numbered('z', 0, 9000)],
    'PFMERGE m a',
    'GET m',
    'PFMERGE m a b',
    'GET m',
    'PFCOUNT m',
    'PFMERGE m',
    'GET m',
    'PFMERGE m2 a b c',
    'PFDEBUG ENCODING m2',
    'GET m2',
    'PFMERGE m3 a d',
    'PFDEBUG ENCODING m3',
    'GET m3',
    'PFMERGE d a b c',
    'GET d',
    'PFCOUNT a b c d',
    'PFMERGE a d',
    'GET a',
    'PFMERGE empty',
    'GET empty',
    'PFMERGE empty nokey',
    'PFMERGE',
    'PFMERGE x y',
    'PFMERGE x x',
    'LPUSH l 1',
    'PFMERGE x l',
    'PFMERGE l x',
    'SET s str',
    'PFMERGE x s',
    'PFMERGE x a s nokey',
    'GET s',
  ])
  same('PFDEBUG', [
    ['PFADD', 'a', ...numbered('x', 0, 60)],
    'PFDEBUG DECODE a',
    'PFDEBUG ENCODING a',
    'PFCOUNT a',
    'PFDEBUG todense a',
    'GET a',
    'PFDEBUG TODENSE a',
    'PFDEBUG ENCODING a',
    'PFDEBUG DECODE a',
    'PFDEBUG GETREG a',
    'PFADD b x y',
    'PFDEBUG getreg b',
    'PFDEBUG ENCODING b',
    'GET b',
    'PFDEBUG FOO b',
    'PFDEBUG FOO nokey',
    'PFDEBUG GETREG',
    'PFDEBUG GETREG a b',
    'PFDEBUG',
    'LPUSH l 1',
    'PFDEBUG GETREG l',
    'SET s str',
    'PFDEBUG GETREG s',
  ])
  same('strings that are no HyperLogLog', [
    'SET s str',
    'SET n 12345',
    'SET e ""',
    'LPUSH l 1',
    ['SET', 'short', header(1).slice(0, 15)],
    ['SET', 'head', header(1)],
    ['SET', 'encoding', header(2)],
    ['SET', 'magic', `X${header(1).slice(1)}\x7f\xff`],
    ['SET', 'short-dense', header(0) + '\0'.repeat(DENSE_BYTES - 17)],
    ['SET', 'long-dense', header(0) + '\0'.repeat(DENSE_BYTES - 15)],
    ...['s', 'n', 'e', 'l', 'short', 'head', 'encoding', 'magic', 'short-dense', 'long-dense'].flatMap(
      (key): Line[] => [
        ['PFADD', key, 'x'],
        ['PFADD', key],
        ['PFCOUNT', key],
        ['PFCOUNT', 'nokey', key],
        ['PFMERGE', 'd', key],
        ['PFDEBUG', 'ENCODING', key],
        ['PFDEBUG', 'TODENSE', key],
        ['GET', key],
      ],
    ),
  ])
  same('runs that are corrupt', [
    ['SET', 'few', `${header(1)}\x7f\xfe`],
    ['SET', 'many', `${header(1)}\x7f\xff\x00`],
    ['SET', 'late', `${header(1)}\x80\x7f\xff`],
    ['SET', 'cut', `${header(1)}\x3f\x7f`],
    ['SET', 'run', `${header(1)}\x7f\xfd\xff`],
    ...['few', 'many', 'late', 'cut', 'run'].flatMap((key): Line[] => [
      ['PFCOUNT', key],
      ['PFCOUNT', key, key],
      ['PFMERGE', 'd', key],
      ['PFMERGE', key, 'nokey'],
      ['PFDEBUG', 'ENCODING', key],
      ['PFDEBUG', 'DECODE', key],
      ['PFDEBUG', 'TODENSE', key],
      ['PFDEBUG', 'GETREG', key],
      ['GET', key],
    ]),
    ['SET', 'few', `${header(1)}\x40\x63`],
    ...Array.from({ length: 60 }, (_, n): Line => ['PFADD', 'few', ...numbered('f', n * 40, n < 40 ? 40 : 1)]),
    'GET few',
    ['SET', 'cached', `${header(1).slice(0, 8)}\xff\xff\xff\xff\xff\xff\xff\x7f\x00`],
    'PFCOUNT cached',
    ['SET', 'cached', `${header(1).slice(0, 8)}\x01\x02\x03\x04\x05\x00\x00\x00\x00`],
    'PFCOUNT cached',
    ['SET', 'full', header(0) + '\xff'.repeat(DENSE_BYTES - 16)],
    'PFCOUNT full',
    'PFCOUNT full full',
    'PFADD full x',
    ['SET', 'top', header(0) + '\xcf\x3c\xf3'.repeat((DENSE_BYTES - 16) / 3)],
    'PFCOUNT top',
    'PFCOUNT top top',
    'GET top',
    ['SET', 'high', header(0) + '\xb2\x2c\xcb'.repeat((DENSE_BYTES - 16) / 3)],
    'PFCOUNT high',
    'GET high',
    ['SET', 'long', header(1) + '\x00'.repeat(16384)],
    'PFCOUNT long',
    'PFADD long a b c',
    'PFCOUNT long',
    'GET long',
  ])
  same('other forms of the same string', [
    'PFADD h a b c d e f g',
    'GETRANGE h 0 15',
    'SETRANGE h 8 ""',
    'APPEND copy ""',
    {
      command: ['SET', 'foreign', `${header(1)}\x40\x00\x40\x00\x00\x84\x84\x84\x84\x84\x40\x05\x7f\xf0`],
      ignore: false,
    },
    'PFDEBUG DECODE foreign',
    'PFCOUNT foreign',
    ['SET', 'foreign', `${header(1)}\x40\x00\x01\x80\x80\x83\x7f\xf6`],
    'PFCOUNT foreign',
    ['PFADD', 'foreign', ...numbered('q', 0, 50)],
    'PFDEBUG DECODE foreign',
    'PFCOUNT foreign',
    'COMMAND GETKEYS PFADD k x',
    'COMMAND GETKEYS PFMERGE d a b',
    'COMMAND GETKEYS PFCOUNT a b',
    'COMMAND GETKEYS PFDEBUG GETREG k',
  ])
  same('random commands', randomCommands(700))
})

describeWithRedis('hll-sparse-max-bytes', () => {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(async () => {
    await pair.redis.stop()
    // What is propagated are the commands: a replica with another limit may hold another form.
    await pair.keyper.close({ verify: false })
  })

  for (const limit of ['0', '30', '100', '1000', '20000']) {
    it(`${limit} bytes`, async () => {
      await pair.flush()
      await pair.compare([
        ['CONFIG', 'SET', 'hll-sparse-max-bytes', limit],
        ...additions('h', 'e', 600, 5, 9),
        ...additions('i', 'f', 4000, 100, 9),
        'PFMERGE m h i',
        'GET m',
        'PFMERGE h',
        'GET h',
      ])
    })
  }
})

describeWithRedis('PFSELFTEST', () => {
  it('finds nothing', async () => {
    const pair = await startParity()
    expect(await pair.keyper.run('PFSELFTEST')).toBe('OK')
    expect(await pair.keyper.run('PFSELFTEST x')).toEqual(
      expect.objectContaining({ message: "ERR wrong number of arguments for 'pfselftest' command" }),
    )
    await pair.close()
  })
})

function randomCommands(count: number): Line[] {
  const random = seededRandom(5)
  const keys = ['a', 'b', 'c', 'd', 'e']
  const key = () => keys[random.int(keys.length)]
  const lines: Line[] = []
  for (let i = 0; i < count; i++) {
    const roll = random.int(20)
    if (roll < 9) {
      const few = random.int(20)
      lines.push(['PFADD', key(), ...Array.from({ length: few }, () => random.hex(1 + random.int(20)))])
    } else if (roll === 9) lines.push(['PFADD', key(), ...numbered('n', random.int(1e6), 300)])
    else if (roll < 13) lines.push(['PFCOUNT', key()])
    else if (roll === 13) lines.push(['PFCOUNT', key(), key(), key()])
    else if (roll < 16) lines.push(['PFMERGE', key(), key(), key()])
    else if (roll === 16) lines.push(['DEL', key()])
    else if (roll === 17) lines.push(['PFDEBUG', ['DECODE', 'TODENSE', 'ENCODING'][random.int(3)], key()])
    else lines.push(['GET', key()])
    if (i % 10 === 0) lines.push(...keys.map((name) => ['GET', name]))
  }
  return lines
}
