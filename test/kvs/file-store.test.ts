/** What a file keeps: across closing and opening, and across Nodes with and without SQLite. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFeatureFlags, createFileStore, createMemoryStore, NotFoundError } from '../../src/kvs/index.ts'
import { loadSqlite } from '../../src/kvs/sqlite.ts'
import { ManualClock } from '../../src/util/clock.ts'

const hasSqlite = (await loadSqlite()) !== null
const text = (value: Uint8Array) => Buffer.from(value).toString('utf8')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyper-files-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['embedded', 'sqlite'] as const)('%s', (engine) => {
  it.skipIf(engine === 'sqlite' && !hasSqlite)('keeps values and deadlines', async () => {
    const clock = new ManualClock(Date.UTC(2030, 0))
    const path = join(folder, engine, 'deep', 'values')
    const first = await createFileStore({ path, engine, clock, keyPrefix: 'p:' })
    expect(first.engine).toBe(engine)
    await first.set('kept', 'for ever', 0)
    await first.set('fleeting', 'x', 1000)
    await first.set('changed', '1', 1000)
    await first.set('changed', '2', 5000)
    await first.set('deleted', 'x', 0)
    await first.delete('deleted')
    await first.close()
    clock.advance(2000)
    const second = await createFileStore({ path, clock, keyPrefix: 'p:' })
    expect(second.engine).toBe(engine)
    expect(await second.list('')).toEqual(['changed', 'kept'])
    expect(text(await second.get('kept'))).toBe('for ever')
    clock.advance(3000)
    await expect(second.get('changed')).rejects.toThrow(NotFoundError)
    await second.close()
    expect(statSync(path).isDirectory()).toBe(engine === 'embedded')
  })
})

it('chooses SQLite where there is one', async () => {
  const store = await createFileStore({ path: join(folder, 'chosen') })
  expect(store.engine).toBe(hasSqlite ? 'sqlite' : 'embedded')
  await store.close()
})

it.skipIf(hasSqlite)('says that a file needs an SQLite that this Node has not', async () => {
  const path = join(folder, 'from-elsewhere')
  writeFileSync(path, '')
  await expect(createFileStore({ path })).rejects.toThrow(`${path} needs node:sqlite, which this Node`)
})

it.skipIf(!hasSqlite)('refuses a file that is none of its own', async () => {
  const path = join(folder, 'text')
  writeFileSync(path, 'a text of some length that no database would begin with, however old it is')
  await expect(createFileStore({ path })).rejects.toThrow('file is not a database')
})

it.skipIf(!hasSqlite)('sweeps out what has expired', async () => {
  const clock = new ManualClock(Date.UTC(2030, 0))
  const path = join(folder, 'swept')
  const store = await createFileStore({ path, clock })
  for (let i = 0; i < 100; i++) await store.set(`old${i}`, 'x'.repeat(1000), 10)
  clock.advance(10)
  for (let i = 0; i < 1001; i++) await store.set('busy', String(i), 0)
  await store.close()
  const { DatabaseSync } = (await loadSqlite())!
  const database = new DatabaseSync(path)
  expect(Number(database.prepare('SELECT count(*) AS n FROM entries').get()!['n'])).toBe(1)
  database.close()
})

it.skipIf(!hasSqlite)('tells a listener that slept too long', async () => {
  const path = join(folder, 'slept')
  const [awake, asleep] = [new ManualClock(Date.UTC(2030, 0)), new ManualClock(Date.UTC(2030, 0))]
  const writer = await createFileStore({ path, clock: awake })
  const reader = await createFileStore({ path, clock: asleep })
  const here = await createFeatureFlags({ store: writer })
  const there = await createFeatureFlags({ store: reader })
  await here.set('a', true)
  awake.advance(120_000)
  await here.set('b', true)
  const heard = new Promise<void>((resolve) => there.onChange((name) => name === 'a' && resolve()))
  asleep.advance(100)
  await heard
  expect(there.isEnabled('a')).toBe(true)
  await Promise.all([writer.close(), reader.close()])
})

it('a store in memory leaves no file, and reads none', async () => {
  const before = readdirSync('.')
  const store = await createMemoryStore()
  await store.set('k', 'x', 0)
  expect(await store.list('')).toEqual(['k'])
  await store.close()
  expect(readdirSync('.')).toEqual(before)
})
