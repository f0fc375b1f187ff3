import { afterAll, beforeAll, it } from 'vitest'
import { type Parity, startParity } from '../support/parity.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { hashes, lists, sets } from './differential-collections.ts'
import type { Generate } from './differential-dice.ts'
import { keys } from './differential-keys.ts'
import { type Run, runDifferential } from './differential-run.ts'
import { sortedSets } from './differential-sorted-sets.ts'
import { bitmaps, hyperloglogs, strings } from './differential-strings.ts'

const SEED = Number(process.env['KEYPER_SEED'] ?? 1)
const OPERATIONS = 10_000 * (process.env['KEYPER_SOAK'] === '1' ? 20 : 1)

/** Thresholds that a few elements cross. */
const LISTS = { 'list-max-listpack-size': ['-2', '3', '-1', '1'], 'list-compress-depth': ['0', '1'] }
const HASHES = { 'hash-max-listpack-entries': ['0', '4', '8', '512'], 'hash-max-listpack-value': ['0', '5', '64'] }
const SETS = { 'set-max-intset-entries': ['0', '3', '8', '512'] }
const ZSETS = { 'zset-max-listpack-entries': ['0', '4', '8', '128'], 'zset-max-listpack-value': ['0', '5', '64'] }
const LOGS = { 'hll-sparse-max-bytes': ['0', '40', '300', '3000'] }

describeWithRedis('random sequences of commands reply as redis-server does', () => {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(() => pair?.close())

  const types: Readonly<Record<string, readonly [Generate, Run['limits']]>> = {
    strings: [strings, {}],
    lists: [lists, LISTS],
    hashes: [hashes, HASHES],
    sets: [sets, SETS],
    'sorted sets': [sortedSets, ZSETS],
    keys: [keys, { ...HASHES, ...SETS, ...ZSETS }],
    bitmaps: [bitmaps, {}],
    HyperLogLogs: [hyperloglogs, LOGS],
  }
  for (const [name, [generate, limits]] of Object.entries(types)) {
    it(`${name}, seed ${SEED}`, () =>
      runDifferential(pair, { name, seed: SEED, operations: OPERATIONS, generate, limits }))
  }
})
