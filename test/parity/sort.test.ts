import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/util/random.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { Line } from '../support/parity.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

describeWithRedis('SORT replies as redis-server does', () => {
  const same = parityTests()
  same('numbers', [
    'RPUSH l 3 1 2 10 -5 1.5 1e2 0x10',
    'SORT l',
    'SORT l ASC',
    'SORT l desc',
    'SORT l ASC DESC',
    'SORT l ALPHA',
    'SORT l ALPHA DESC',
    'SORT l LIMIT 0 3',
    'SORT l LIMIT 2 2 DESC',
    'SORT l LIMIT -5 3',
    'SORT l LIMIT 1 -1',
    'SORT l LIMIT 1 -7',
    'SORT l LIMIT 3 0',
    'SORT l LIMIT 8 1',
    'SORT l LIMIT 100 1',
    'SORT l LIMIT 7 9223372036854775807',
    'SORT l LIMIT 9223372036854775807 9223372036854775807',
    'SORT l LIMIT -9223372036854775808 -9223372036854775808',
    'SORT l LIMIT 9223372036854775808 1',
    'SORT l LIMIT x 1',
    'SORT l LIMIT 1 x',
    'SORT l LIMIT 1',
    'SORT l LIMIT',
    'SORT l FOO',
    'SORT l BY',
    'SORT l GET',
    'SORT l STORE',
    'SORT l ASC x',
    'SORT no',
    'SORT no ALPHA LIMIT 0 10',
    'SORT no GET # GET x_*',
    'SORT_RO l',
    'SORT_RO l LIMIT 0 2 DESC',
    'SORT_RO l STORE d',
    'SORT_RO no',
    'SORT',
    'RPUSH words b a c',
    'SORT words',
    'SORT words DESC STORE d',
    'EXISTS d',
    'SORT words LIMIT 0 0',
    'SORT words ALPHA',
    [
      'RPUSH',
      'odd',
      ' 5',
      '',
      '7\0x',
      '\t\n4',
      '+3',
      '-inf',
      'inf',
      '.5',
      '5.',
      '9007199254740993',
      '9007199254740992',
    ],
    'SORT odd',
    'SORT odd DESC',
    ['RPUSH', 'bad1', '1 '],
    ['RPUSH', 'bad2', ' '],
    'RPUSH bad3 1e400',
    'RPUSH bad4 nan',
    'RPUSH bad5 1e-400',
    'RPUSH bad6 0x',
    'SORT bad1',
    'SORT bad2',
    'SORT bad3',
    'SORT bad4',
    'SORT bad5',
    'SORT bad6',
    'SET s 1',
    'SORT s',
    'SORT s FOO',
    'HSET h a 1',
    'SORT h',
    'XADD x 1-1 a 1',
    'SORT_RO x',
  ])
  same('texts', [
    ['RPUSH', 'l', 'b', 'B', 'a', '', '\xff', 'ab', 'a\0b', 'a\0a', 'aa', '\x80'],
    'SORT l ALPHA',
    'SORT l ALPHA DESC',
    'SORT l ALPHA STORE d',
    'LRANGE d 0 -1',
    'SORT l ALPHA DESC STORE d',
    'LRANGE d 0 -1',
    'SORT l ALPHA LIMIT 2 3',
  ])
  same('BY and GET', [
    'RPUSH l 1 2 3 4 5',
    'MSET w_1 30 w_2 10 w_3 20 w_4 10 d_1 one d_2 two d_3 three',
    'HSET h_1 weight 5 name eins',
    'HSET h_2 weight 4 name zwei',
    'HSET h_3 weight 9 name drei',
    'SORT l BY w_*',
    'SORT l BY w_* DESC',
    'SORT l BY w_* LIMIT 1 3',
    'SORT l BY w_* GET d_*',
    'SORT l BY w_* GET # GET d_* GET w_*',
    'SORT l BY h_*->weight GET h_*->name GET #',
    'SORT l BY h_*->none',
    'SORT l BY h_*->weight ALPHA DESC',
    'SORT l BY d_*',
    'SORT l BY d_* ALPHA',
    'SORT l BY d_* ALPHA DESC',
    'SORT l BY d_* ALPHA LIMIT 0 2',
    'SORT l BY nosort',
    'SORT l BY nosort DESC',
    'SORT l BY nosort LIMIT 1 2',
    'SORT l BY nosort LIMIT 1 2 DESC',
    'SORT l BY nosort DESC LIMIT 3 20',
    'SORT l BY nosort LIMIT 9 2 DESC',
    'SORT l BY # DESC',
    'SORT l BY nosort BY w_*',
    'SORT l BY w_* BY nosort',
    'SORT l BY nosort GET d_* GET nothing GET h_*',
    'SORT l BY h_*',
    'SORT l GET l_*',
    'SORT l GET w_*->field',
    'SORT l GET h_*->',
    'SORT l GET *',
    'SORT l GET **',
    'SORT l BY * GET #',
    'SET w_9-> arrow',
    'RPUSH nine 9',
    'SORT nine GET w_*->',
    'SORT nine GET w_*->x->y',
    'HSET w_9 x->y deep -> arrow',
    'SET a->b9 before',
    'SORT nine GET a->b*',
    'DEL w_9->',
    'SORT nine GET w_*->x->y GET w_*->-> GET w_*->',
    ['SORT', 'nine', 'GET', '#\0', 'GET', 'x\0*', 'GET', 'w_*\0->x'],
    'APPEND d_1 !',
    'SETRANGE w_1 0 5',
    'SORT l BY w_* GET d_*',
    'SORT l BY w_* ALPHA GET w_*',
    'SORT_RO l BY w_* GET # GET d_*',
    'SORT l BY w_* GET d_* STORE out',
    'LRANGE out 0 -1',
    'SORT l BY d_* GET d_* STORE out',
    'SORT l BY nosort GET # GET none_* STORE out',
    'LRANGE out 0 -1',
    'LLEN out',
  ])
  same('sets and sorted sets', [
    'SADD ints 5 3 9 1',
    'SORT ints',
    'SORT ints BY nosort',
    'SORT ints BY nosort DESC',
    'SORT ints BY nosort LIMIT 1 2',
    'SORT ints BY nosort LIMIT 1 2 STORE d',
    'LRANGE d 0 -1',
    'SADD words pear apple fig',
    'SORT words ALPHA',
    'SORT words',
    { command: 'SORT words BY nosort', unordered: true },
    'SORT words BY nosort STORE d',
    'LRANGE d 0 -1',
    'SORT words BY nosort DESC STORE d',
    'LRANGE d 0 -1',
    'SORT words BY nosort BY w_* STORE d',
    'LRANGE d 0 -1',
    'ZADD z 1 c 2 b 3 a 4 e 5 d',
    'SORT z',
    'SORT z ALPHA',
    'SORT z ALPHA DESC LIMIT 1 2',
    'SORT z BY nosort',
    'SORT z BY nosort ASC LIMIT 1 3',
    'SORT z BY nosort DESC LIMIT 1 3',
    'SORT z BY nosort DESC',
    'SORT z BY nosort LIMIT 5 1',
    'SORT z BY nosort LIMIT 0 0',
    'SORT z BY nosort STORE d',
    'LRANGE d 0 -1',
    'ZADD n 1 30 2 20 3 10',
    'SORT n',
    'SORT n DESC GET # GET w_*',
  ])
  same('STORE', [
    'RPUSH l 3 1 2',
    'SORT l STORE d',
    'LRANGE d 0 -1',
    'SORT l DESC STORE l',
    'LRANGE l 0 -1',
    'SET d x EX 100',
    'SORT l STORE d',
    'TTL d',
    'TYPE d',
    'SORT l LIMIT 5 5 STORE d',
    'EXISTS d',
    'SORT no STORE l',
    'EXISTS l',
    'RPUSH l 1 2',
    'SORT l STORE a STORE b',
    'EXISTS a b',
    'OBJECT ENCODING b',
    'MULTI',
    'SORT l DESC STORE c',
    'LRANGE c 0 -1',
    'SORT l BY nosort GET #',
    'EXEC',
  ])
  same('keys', [
    'COMMAND GETKEYS SORT k',
    'COMMAND GETKEYSANDFLAGS SORT k STORE d',
    'COMMAND GETKEYSANDFLAGS SORT k BY store GET store LIMIT store store STORE d ALPHA',
    'COMMAND GETKEYS SORT k STORE a STORE b',
    'COMMAND GETKEYS SORT k GET STORE x',
    'COMMAND GETKEYS SORT k STORE',
    'COMMAND GETKEYSANDFLAGS SORT_RO k BY w_* GET #',
    'COMMAND GETKEYS SORT_RO k STORE a',
  ])
  for (let seed = 1; seed <= 10; seed++) same(`at random, seed ${seed}`, sortsAtRandom(seed))
})

/** Lists with many equal weights, some missing, sorted in every way. */
function sortsAtRandom(seed: number): Line[] {
  const random = seededRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[random.int(items.length)]
  const size = pick([3, 7, 8, 39, 41, 100, 300])
  const weights = pick([1, 3, 20, 1000])
  const lines: Line[] = []
  const elements = Array.from({ length: size }, (_, i) => String(random.int(2) === 0 ? i : random.int(size)))
  lines.push(['RPUSH', 'l', ...elements])
  lines.push(['SADD', 's', ...elements])
  lines.push(['ZADD', 'z', ...elements.flatMap((element) => [String(random.int(weights)), element])])
  for (const element of new Set(elements)) {
    if (random.int(5) > 0) lines.push(['SET', `w_${element}`, String(random.int(weights))])
    if (random.int(5) > 0) lines.push(['HSET', `h_${element}`, 'f', `text${random.int(weights)}`])
  }
  for (let i = 0; i < 60; i++) {
    const alphaByHash = random.int(3) === 0
    // Where texts are equal a set's order is that of its own table, which differs between servers.
    const source = alphaByHash ? 'l' : pick(['l', 's', 'z'])
    const by = alphaByHash
      ? ' BY h_*->f ALPHA'
      : pick(['', ' BY w_*', ' ALPHA', ...(source === 's' ? [] : [' BY none'])])
    const limit = pick(['', ` LIMIT ${random.int(size)} ${random.int(size)}`, ` LIMIT 0 ${random.int(20)}`])
    const order = pick(['', ' ASC', ' DESC'])
    const get = pick(['', ' GET #', ' GET h_*->f GET #', ' GET w_*'])
    const store = pick(['', '', ' STORE d'])
    lines.push(`SORT ${source}${by}${limit}${order}${get}${store}`)
    if (store !== '') lines.push('LRANGE d 0 -1')
  }
  return lines
}

describe('what STORE leaves behind', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startKeyper()
  })
  afterAll(() => server.close())

  it('wakes clients that wait for the destination', async () => {
    await server.run('RPUSH l 3 1 2')
    await server.run('GEOADD g 1 1 near 1 2 far')
    const list = await server.client()
    const sortedSet = await server.client()
    const popped = list.command('BLPOP', 'd', 0)
    const least = sortedSet.command('BZPOPMIN', 'e', 0)
    await server.until(async () => String(await server.run('INFO clients')).includes('blocked_clients:2'))
    expect(await server.run('SORT l STORE d')).toBe(3)
    expect(await popped).toEqual(['d', '1'])
    expect(await server.run('LRANGE d 0 -1')).toEqual(['2', '3'])
    expect(await server.run('GEOSEARCHSTORE e g FROMMEMBER near BYRADIUS 1000 km STOREDIST')).toBe(2)
    expect(await least).toEqual(['e', 'near', '0'])
  })

  it('stores a set the same way everywhere when what it is sorted by is equal', async () => {
    await server.run('SADD words delta alpha charlie bravo')
    expect(await server.run('SORT words BY none_* ALPHA STORE f')).toBe(4)
    expect(await server.run('LRANGE f 0 -1')).toEqual(['alpha', 'bravo', 'charlie', 'delta'])
  })
})
