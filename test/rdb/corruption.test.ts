/**
 * Files and payloads that were spoilt, their checksums right or not looked at: what loads them says what is wrong or
 * keeps data that can be used. Never an exception of ours, a loop without end, much time or much memory.
 *
 * `KEYPER_SOAK=1` runs 100,000 cases; KEYPER_FUZZ_CASES=n runs n, KEYPER_FUZZ_SEED=n repeats the one of this number.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AofFiles } from '../../src/aof/files.ts'
import { AofLoadError, AofLoader } from '../../src/aof/loader.ts'
import { Manifest } from '../../src/aof/manifest.ts'
import { Opcode, RdbFormatError } from '../../src/rdb/format.ts'
import { RdbLoader } from '../../src/rdb/load.ts'
import { parseDumpPayload, RdbParser } from '../../src/rdb/parser.ts'
import { Reader } from '../../src/rdb/reader.ts'
import { storedValue } from '../../src/rdb/value.ts'
import { dumpPayload } from '../../src/rdb/writer.ts'
import type { Session } from '../../src/server/session.ts'
import { storeDigest, valueDigest } from '../../src/store/digest.ts'
import { Store } from '../../src/store/store.ts'
import { ManualClock } from '../../src/util/clock.ts'
import { type Random, seededRandom } from '../../src/util/random.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'
import { aofFile } from './aof-commands.ts'
import { type Extremes, Watchdog, withinLimits } from './case-limits.ts'
import { dumpPayloadOf, lzfRun } from './dump-builder.ts'
import { FIXTURES } from './fixture.ts'
import { mutate } from './mutate.ts'

const SOAK = process.env['KEYPER_SOAK'] === '1'
const CASES = Number(process.env['KEYPER_FUZZ_CASES'] ?? (SOAK ? 100_000 : 3_000))
const SEED = process.env['KEYPER_FUZZ_SEED']
const LARGEST_SEED_BYTES = 20_000

const dumps = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.rdb') && !name.startsWith('refused-'))
  .map((name) => readFileSync(join(FIXTURES, name)))

/** Type byte and value of every entry of the fixtures, each type in each encoding; and compressed strings, which lie best. */
const contents = dumps.flatMap(contentsOf)
for (const size of [30, 300, 3000]) contents.push(Buffer.concat([Buffer.of(0), lzfRun('x', size)]))

function contentsOf(dump: Buffer): Buffer[] {
  const found: Buffer[] = []
  let from = 0
  const passed = () => {
    from = parser.offset
  }
  const parser: RdbParser = new RdbParser({
    header: passed,
    aux: passed,
    sizes: passed,
    functionLibrary: passed,
    entry() {
      const content = valueContent(dump.subarray(from, parser.offset))
      if (content.length <= LARGEST_SEED_BYTES) found.push(content)
      passed()
    },
  })
  parser.push(dump)
  return found
}

function valueContent(entry: Buffer): Buffer {
  const reader = new Reader()
  reader.buffer = entry
  reader.end = entry.length
  for (;;) {
    const code = reader.byte()
    if (code === Opcode.expireMs) reader.raw(8)
    else if (code === Opcode.expireSeconds) reader.raw(4)
    else if (code === Opcode.freq) reader.byte()
    else if (code === Opcode.idle || code === Opcode.selectDb) reader.length()
    else {
      reader.string()
      return Buffer.concat([Buffer.of(code), entry.subarray(reader.at)])
    }
  }
}

/** Runs `share` of the cases, each with a number, which is its seed. */
async function fuzz(name: string, first: number, share: number, play: (random: Random) => boolean): Promise<void> {
  const count = Math.round(CASES * share)
  const numbers = SEED === undefined ? { from: first, to: first + count } : { from: Number(SEED), to: Number(SEED) + 1 }
  const extremes: Extremes = { cpuMs: 0, bytes: 0, repeated: 0 }
  let kept = 0
  const watchdog = new Watchdog(name)
  try {
    for (let number = numbers.from; number < numbers.to; number++) {
      watchdog.begin(number)
      try {
        let loaded = false
        withinLimits(() => {
          loaded = play(seededRandom(number))
        }, extremes)
        if (loaded) kept++
      } catch (error) {
        throw new Error(`${name}, KEYPER_FUZZ_SEED=${number}: ${(error as Error).message}`, { cause: error })
      }
      // The worker's reports, and the runner's, have their turn.
      if (number % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    await watchdog.end()
  }
  if (SOAK) {
    const most = `at most ${extremes.cpuMs.toFixed(0)} ms and ${(extremes.bytes / 2 ** 20).toFixed(1)} MiB`
    console.log(
      `${name}: ${count} cases, ${count - kept} refused, ${kept} kept, ${most}, ${extremes.repeated} repeated`,
    )
  }
  // A sound test spoils much and not all.
  if (SEED === undefined) expect(kept).toBeGreaterThan(0)
  if (SEED === undefined) expect(kept).toBeLessThan(count)
}

const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)]

it('the limits are limits', () => {
  const extremes: Extremes = { cpuMs: 0, bytes: 0, repeated: 0 }
  const held: Buffer[] = []
  expect(() => withinLimits(() => held.push(Buffer.alloc(80 << 20)), extremes)).toThrow(/ MiB$/)
  const busy = () => {
    const before = process.cpuUsage()
    while (process.cpuUsage(before).user < 150_000);
  }
  expect(() => withinLimits(busy, extremes)).toThrow(/^it takes \d{3,} ms/)
  expect(extremes).toEqual({ cpuMs: 0, bytes: 0, repeated: 6 })
})

describe('spoilt dumps', () => {
  const small = dumps.filter((dump) => dump.length <= LARGEST_SEED_BYTES)
  const clock = new ManualClock()
  const storeRandom = seededRandom(1)

  it('are refused with a reason, or loaded', { timeout: 3_600_000 }, () =>
    fuzz('dumps', 1_000_000, 0.4, (random) => {
      const dump = mutate(pick(random, small), random, small)
      const store = new Store({ clock, random: storeRandom })
      const loader = new RdbLoader(store, { checksum: random.int(8) === 0, dropExpired: false, skipModules: true })
      let loaded = true
      try {
        if (random.int(4) > 0) loader.push(dump)
        else {
          const step = 1 + random.int(200)
          for (let at = 0; at < dump.length && !loader.finished; at += step) loader.push(dump.subarray(at, at + step))
        }
        loader.end()
      } catch (error) {
        if (!(error instanceof RdbFormatError)) throw error
        expect(error.message).toMatch(/ \(at byte \d+\)$/)
        expect(error.offset).toBeLessThanOrEqual(dump.length)
        loaded = false
      }
      // What was loaded before the fault is sound, too.
      expect(storeDigest(store)).toMatch(/^[0-9a-f]{40}$/)
      return loaded
    }),
  )
})

describe('a server', () => {
  let server: TestServer
  let session: Session
  let refusal: string | null = null

  beforeAll(async () => {
    server = await startKeyper({ mirror: false })
    session = server.server.openFileSession((message) => {
      refusal = message
    })
  })
  afterAll(() => server.close())

  /** The error that a command replied, or null. */
  function run(...argv: string[]): string | null {
    refusal = null
    server.server.run(session, argv)
    return refusal
  }

  function empty(): void {
    server.store.flushAll()
    server.server.scripting.libraries.restore([], 'flush')
  }

  function noException(): void {
    if (server.server.stats.unexpectedErrors === 0) return
    server.server.stats.unexpectedErrors = 0
    throw new Error(server.log.findLast((line) => line.startsWith('Unexpected exception')))
  }

  const READS = [
    ...['GET k', 'GETRANGE k 1 -2', 'BITCOUNT k', 'PFCOUNT k', 'LRANGE k 0 -1', 'LPOS k a', 'SMEMBERS k', 'SSCAN k 0'],
    ...[
      'ZRANGE k 0 -1 WITHSCORES',
      'ZRANGE k -inf +inf BYSCORE',
      'ZSCAN k 0',
      'HGETALL k',
      'HSCAN k 0',
      'XRANGE k - +',
    ],
    ...['XINFO STREAM k FULL', 'XREVRANGE k + -', 'OBJECT ENCODING k', 'MEMORY USAGE k', 'DEBUG OBJECT k', 'COPY k k2'],
    ...[
      'APPEND k x',
      'RPUSH k x',
      'LPOP k',
      'SADD k x 5',
      'SPOP k',
      'ZADD k 3 x',
      'ZPOPMIN k',
      'HSET k x y',
      'HDEL k a',
    ],
    ...['XADD k * x y', 'XTRIM k MAXLEN 1', 'XAUTOCLAIM k group me 0 0', 'XGROUP DESTROY k group'],
  ].map((line) => line.split(' '))

  it('refuses spoilt payloads of RESTORE, or keeps a value that every command can use', {
    timeout: 3_600_000,
  }, async () => {
    const { store } = server
    const db = store.databases[0]
    await fuzz('payloads', 2_000_000, 0.4, (random) => {
      const content = mutate(pick(random, contents), random, contents)
      const payload = dumpPayloadOf(content, 12).toString('latin1')
      const wrong = run('RESTORE', 'k', '0', payload, 'REPLACE')
      noException()
      if (wrong !== null) {
        expect(wrong).toBe('ERR Bad data format')
        expect(store.keyCount).toBe(0)
        return false
      }
      // Fields whose deadlines have passed go with time, and are not written.
      const value = db.peek('k')
      if (value !== undefined) {
        const digest = valueDigest(db, 'k')
        const again = storedValue(parseDumpPayload(Buffer.from(dumpPayload(value), 'latin1')), store.limits)
        if ('refused' in Object(again)) throw new Error('what was restored cannot be restored from its own dump')
        db.insert('again', again as typeof value)
        expect(valueDigest(db, 'again')).toBe(digest)
      }
      for (const argv of READS) run(...argv)
      noException()
      expect(storeDigest(store)).toMatch(/^[0-9a-f]{40}$/)
      empty()
      return true
    })
  })

  it('refuses spoilt append-only files with a reason, or loads them', { timeout: 3_600_000 }, async () => {
    const noFunctions = dumps.filter((dump) => dump.length < 5_000 && !dump.includes('#!lua'))
    const manifest = new Manifest({ name: 'base', seq: 1 }, [{ name: 'incr', seq: 1 }])
    const { log } = server.server
    // The log of thousands of loads would be all that is in memory.
    const quiet = { notice: log.notice, warning: log.warning }
    await fuzz('append-only files', 3_000_000, 0.2, (random) => {
      const dump = pick(random, noFunctions)
      const tail = aofFile(random, random.int(2) === 0)
      const commands = aofFile(random, random.int(4) === 0)
      const files = new Map([
        ['base', random.int(2) === 0 ? commands : Buffer.concat([dump, commands])],
        ['incr', tail],
      ])
      const [spoilt] = pick(random, [['base'], ['incr'], ['incr'], ['none']])
      const content = files.get(spoilt)
      if (content !== undefined) files.set(spoilt, mutate(content, random, [commands, tail]))
      let loaded = true
      try {
        Object.assign(log, { notice() {}, warning: (line: string) => quietly(line) })
        for (const _ of new AofLoader(server.server, inMemory(files), '').load(manifest));
      } catch (error) {
        if (!(error instanceof AofLoadError)) throw error
        // What the loader did not foresee is passed on in these words; only a library may be wrong in many ways.
        if (/cannot be read: (?!ERR |Missing|Engine|Library|Unknown|Invalid)/.test(error.message)) throw error
        loaded = false
      } finally {
        Object.assign(log, quiet)
      }
      noException()
      expect(storeDigest(server.store)).toMatch(/^[0-9a-f]{40}$/)
      empty()
      return loaded
    })
  })

  function quietly(line: string): void {
    if (line.startsWith('Unexpected exception')) throw new Error(line)
  }
})

function inMemory(files: ReadonlyMap<string, Buffer>): AofFiles {
  const unused = () => {
    throw new Error('no loader does that')
  }
  return {
    exists: (path) => files.has(path),
    makeFolder: unused,
    readText: unused,
    openToRead(path) {
      const content = files.get(path)!
      return { size: content.length, read: (into, position) => content.copy(into, 0, position), close() {} }
    },
    openToWrite: unused,
    replace: unused,
    replaceNow: unused,
    rename: unused,
    truncate() {},
    remove: unused,
  }
}
