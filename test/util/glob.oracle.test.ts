import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { globMatch } from '../../src/util/glob.ts'
import { seededRandom } from '../../src/util/random.ts'
import { RedisOracle, redisAvailable } from './redis-oracle.ts'

describe.skipIf(!redisAvailable())('globMatch beside redis-server', () => {
  let redis: RedisOracle
  const random = seededRandom(99)
  beforeAll(async () => {
    redis = await RedisOracle.start()
  })
  afterAll(() => redis.stop())

  function text(alphabet: string, length: number): string {
    let s = ''
    for (let i = random.int(length + 1); i > 0; i--) s += alphabet[random.int(alphabet.length)]
    return s
  }

  it('selects the keys that KEYS selects', async () => {
    const keys = new Set(['', 'a', 'b', '[', ']', '\\', '-', '^', '*', '?'])
    for (let i = 0; i < 256; i++) keys.add(String.fromCharCode(i))
    while (keys.size < 1000) keys.add(text('aabbcdAB[]^-\\*?\0\x7f\x80\xff', 6))
    await redis.pipeline([...keys].map((key) => ['SET', key, '']))
    const patterns = Array.from({ length: 3000 }, (_, i) =>
      text(i % 2 ? 'aabc**?[]^-\\' : 'abdAB*?[[]]^--\\\0\x80\xff', i % 3 ? 7 : 12),
    )
    const replies = await redis.pipeline(patterns.map((pattern) => ['KEYS', pattern]))
    let matches = 0
    patterns.forEach((pattern, i) => {
      const real = (replies[i] as string[]).sort()
      const ours = [...keys].filter((key) => globMatch(pattern, key)).sort()
      expect([pattern, ours]).toEqual([pattern, real])
      matches += ours.length
    })
    expect(matches).toBeGreaterThan(10_000)
  })

  it('selects the settings that CONFIG GET selects, ignoring case', async () => {
    const all = (await redis.call('CONFIG', 'GET', '*')) as string[]
    const names = all.filter((_, i) => i % 2 === 0)
    const patterns = Array.from({ length: 1500 }, () => {
      const name = names[random.int(names.length)]
      const at = random.int(name.length)
      const middle = text('*?[]^-\\aZeTY', 5)
      const cut = name.slice(0, at) + middle + name.slice(at + random.int(3))
      return (
        (random.int(2) ? '' : '*') +
        cut.replace(/[a-m]/g, (c) => (random.int(3) ? c : c.toUpperCase())) +
        (random.int(2) ? '' : '*')
      )
    })
    const special = patterns.filter((pattern) => /[*?[]/.test(pattern))
    const replies = await redis.pipeline(special.map((pattern) => ['CONFIG', 'GET', pattern]))
    let matches = 0
    special.forEach((pattern, i) => {
      const real = (replies[i] as string[]).filter((_, k) => k % 2 === 0).sort()
      const ours = names.filter((name) => globMatch(pattern, name, true)).sort()
      expect([pattern, ours]).toEqual([pattern, real])
      matches += ours.length
    })
    expect(matches).toBeGreaterThan(300)
  })
})
