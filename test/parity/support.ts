/** A pair of servers for a parity test file: started once, emptied before each test. */
import { afterAll, beforeAll, beforeEach, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import { Parity, type ParityOptions, type Line } from '../support/parity.ts'
import { type RedisProcess, startRedis } from '../support/redis-oracle.ts'

/** Inside `describeWithRedis`: gives `same(name, lines)`, which compares the lines in RESP2 and in RESP3. */
export function parityTests(options: ParityOptions = {}): (name: string, lines: readonly Line[]) => void {
  let keyper: TestServer
  let redis: RedisProcess
  const pairs = new Map<2 | 3, Parity>()
  beforeAll(async () => {
    keyper = await startKeyper({ clock: 'system' })
    redis = await startRedis({ config: { 'enable-debug-command': 'yes' } })
    for (const protocol of [2, 3] as const) {
      pairs.set(protocol, await Parity.connect(keyper, redis, { ...options, protocol }))
    }
  })
  afterAll(async () => {
    await keyper?.close()
    await redis?.stop()
  })
  beforeEach(async () => {
    for (const pair of pairs.values()) await pair.compare(['DISCARD', 'FLUSHALL', 'SELECT 0'].slice(1))
  })
  return (name, lines) => {
    for (const protocol of [2, 3] as const) {
      it(`${name} (RESP${protocol})`, async () => {
        const pair = pairs.get(protocol)!
        await pair.compare(lines)
        await pair.compareDigests()
        keyper.verifyMirrors()
      })
    }
  }
}
