/** What a server does with the dump it finds, sound or not. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RdbFormatError } from '../../src/rdb/format.ts'
import { type LoadOptions, type LoadResult, RdbLoader } from '../../src/rdb/load.ts'
import { Store } from '../../src/store/store.ts'
import { ManualClock } from '../../src/util/clock.ts'
import { seededRandom } from '../../src/util/random.ts'
import { startKeyper } from '../support/harness.ts'
import { bytes, DumpBuilder, length, string } from './dump-builder.ts'
import { fixtureBytes } from './fixture.ts'

const NOW = 1_700_000_000_000
const OPTIONS: LoadOptions = { checksum: true, dropExpired: true, skipModules: false }

function newStore(databases = 16): Store {
  return new Store({ clock: new ManualClock(NOW), random: seededRandom(1), databases })
}

function load(
  file: Buffer,
  options: Partial<LoadOptions> = {},
  store = newStore(),
): { store: Store; result: LoadResult } {
  const loader = new RdbLoader(store, { ...OPTIONS, ...options })
  loader.push(file)
  return { store, result: loader.end() }
}

const text = (store: Store, db: number, key: string) => store.databases[db].peek(key)

describe('loading into a store', () => {
  it('counts keys, and returns facts and functions', () => {
    const file = new DumpBuilder(10)
      .aux('redis-ver', '7.0.15')
      .aux('repl-offset', '12')
      .raw(245, string('#!lua name=a\n'))
      .entry(0, 'a', string('1'))
      .select(2)
      .entry(0, 'a', string('2'))
      .end()
    const { store, result } = load(file)
    expect(result.keys).toBe(2)
    expect([...result.aux]).toEqual([
      ['redis-ver', '7.0.15'],
      ['repl-offset', '12'],
    ])
    expect(result.functions).toEqual(['#!lua name=a\n'])
    expect([text(store, 0, 'a'), text(store, 2, 'a')]).toEqual([1, 2])
  })

  it('leaves out what has expired, unless it is told to wait', () => {
    const file = new DumpBuilder(10)
      .expireMs(NOW - 1)
      .entry(0, 'past', string('x'))
      .expireMs(NOW + 1)
      .entry(0, 'coming', string('y'))
      .end()
    const dropped = load(file)
    expect(dropped.result).toMatchObject({ keys: 1, expired: 1 })
    const kept = load(file, { dropExpired: false })
    expect(kept.result).toMatchObject({ keys: 2, expired: 0 })
  })

  it('takes a deadline of -1 for none, and any other before 1970 for long past', () => {
    const file = new DumpBuilder(10)
      .expireMs(-1)
      .entry(0, 'none', string('x'))
      .expireMs(-2)
      .entry(0, 'past', string('y'))
      .end()
    const { store, result } = load(file, { dropExpired: false })
    expect(result.keys).toBe(2)
    const { keyspace } = store.databases[0]
    expect(keyspace.deadlines.deadlineOf(keyspace.find('none'))).toBe(-1)
    expect(keyspace.deadlines.deadlineOf(keyspace.find('past'))).toBe(0)
    expect(load(file).result).toMatchObject({ keys: 1, expired: 1 })
  })

  it('refuses a key that is there, unless it may replace it', () => {
    const file = new DumpBuilder(10).entry(0, 'a', string('new')).end()
    const store = newStore()
    load(
      new DumpBuilder(10)
        .expireMs(NOW + 5)
        .entry(0, 'a', string('old'))
        .end(),
      {},
      store,
    )
    expect(() => load(file, {}, store)).toThrow(/^the key 'a' is there twice \(at byte \d+\)$/)
    load(file, { mayReplace: true }, store)
    expect(text(store, 0, 'a')).toBe('new')
    const { keyspace } = store.databases[0]
    expect(keyspace.deadlines.deadlineOf(keyspace.find('a'))).toBe(-1)
  })

  it('refuses databases it does not have', () => {
    const file = new DumpBuilder(10).select(5).entry(0, 'a', string('x')).end()
    expect(() => load(file, {}, newStore(5))).toThrow(/database 5, but there are only 5 \(at byte \d+\)$/)
    expect(load(file, {}, newStore(6)).result.keys).toBe(1)
  })

  it('refuses what is wrong inside a value, naming the key', () => {
    const node = bytes(length(1), string('\0'.repeat(16)), string('not a listpack'), length(1))
    const file = new DumpBuilder(10).entry(19, 'events', node, ...Array(8).fill(length(0))).end()
    expect(() => load(file)).toThrow(/^key 'events': corrupt stream node \(at byte \d+\)$/)
  })

  it('tells where the dump ended and what came behind', () => {
    const file = new DumpBuilder(10).entry(0, 'a', string('x')).end()
    const loader = new RdbLoader(newStore(), OPTIONS)
    for (const byte of bytes(file, 'tail')) loader.push(Buffer.of(byte))
    expect(loader.finished).toBe(true)
    expect(loader.offset).toBe(file.length)
    expect(loader.rest.latin1Slice()).toBe('tail')
  })
})

describe('starting on a dump', () => {
  let dir: string
  let path: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'load-test-'))
    path = join(dir, 'dump.rdb')
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  const start = (config: Record<string, string> = {}) => startKeyper({ dir, config, mirror: false })

  it.each(['strings', 'lists', 'streams', 'ziplists', 'databases'])(
    'fixture %s: cut or spoilt, it is refused with the place, and left as it is',
    async (name) => {
      const sound = fixtureBytes(name)
      const places = Array.from({ length: 12 }, (_, i) => Math.floor((sound.length * (i + 0.5)) / 12))
      for (const place of places) {
        const spoilt = Buffer.from(sound)
        spoilt[place] ^= 0x21
        for (const file of [sound.subarray(0, place), spoilt]) {
          writeFileSync(path, file)
          // With save points a server that gave up might be tempted to save.
          await expect(start({ save: '1 1' })).rejects.toThrow(/^Could not load .*dump\.rdb: .+ \(at byte \d+\)$/)
          expect(readFileSync(path).equals(file)).toBe(true)
          expect(readdirSync(dir)).toEqual(['dump.rdb'])
        }
      }
    },
  )

  it('an empty file is no dump', async () => {
    writeFileSync(path, '')
    await expect(start()).rejects.toThrow(/truncated \(at byte 0\)$/)
  })

  it('the checksum is not looked at with rdbchecksum no', async () => {
    const file = Buffer.from(fixtureBytes('databases'))
    file[file.length - 1] ^= 1
    writeFileSync(path, file)
    await expect(start()).rejects.toThrow(/wrong checksum/)
    const server = await start({ rdbchecksum: 'no' })
    expect(await server.run('DBSIZE')).toBe(8)
    await server.close()
  })

  it('DEBUG RELOAD of a spoilt file is refused, and the server lives', async () => {
    const server = await start()
    try {
      await server.run('SET a b')
      expect(await server.run('SAVE')).toBe('OK')
      const sound = readFileSync(path)
      writeFileSync(path, sound.subarray(0, -9))
      expect(await server.run('DEBUG RELOAD NOSAVE NOFLUSH MERGE')).toHaveProperty('message')
      expect(await server.run('PING')).toBe('PONG')
      writeFileSync(path, sound)
      expect(await server.run('DEBUG RELOAD NOSAVE')).toBe('OK')
      expect(await server.run('GET a')).toBe('b')
    } finally {
      await server.close()
    }
  })
})

it('errors say what and where', () => {
  const error = new RdbFormatError('something is wrong', 17)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'RdbFormatError', offset: 17, message: 'something is wrong (at byte 17)' })
})
