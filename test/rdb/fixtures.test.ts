/** Every dump in rdb-fixtures/ loads as its note says, and survives being saved and loaded again. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Stream } from '../../src/types/stream.ts'
import { formatId, MAX_ID, MIN_ID } from '../../src/types/stream-id.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'
import { FIXTURES, fixtureBytes, fixtureNames, fixtureNote, type StreamNote } from './fixture.ts'

const names = fixtureNames()

it('there are fixtures of every kind', () => {
  expect(names.length).toBeGreaterThan(30)
  const bytes = names.reduce((sum, name) => sum + statSync(join(FIXTURES, `${name}.rdb`)).size, 0)
  expect(bytes).toBeLessThan(250_000)
})

async function startOn(dir: string, config: Readonly<Record<string, string>>): Promise<TestServer> {
  return startKeyper({ dir, config, mirror: false })
}

function streamNote(stream: Stream): StreamNote {
  const groups = [...(stream.groups?.values() ?? [])].map((group) => {
    const pending: [string, string, number, number][] = []
    group.pel.range(MIN_ID, MAX_ID, -1, (id, { consumer, deliveryTime, deliveryCount }) => {
      pending.push([formatId(id), consumer.name, deliveryTime, deliveryCount])
    })
    return {
      name: group.name,
      lastDeliveredId: formatId(group.lastDeliveredId),
      entriesRead: group.entriesRead < 0 ? null : group.entriesRead,
      // The pending entries a note shows are bounded by none: XINFO was asked for all.
      pending,
      consumers: [...group.consumers.keys()].sort(),
    }
  })
  return {
    lastId: formatId(stream.lastId),
    maxDeletedId: formatId(stream.maxDeletedId),
    entriesAdded: stream.entriesAdded,
    groups: groups.sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

async function expectContent(server: TestServer, name: string): Promise<void> {
  const note = fixtureNote(name)
  const sizes = server.store.databases.filter((db) => db.keyspace.size > 0).map((db) => [db.index, db.keyspace.size])
  expect(Object.fromEntries(sizes)).toEqual(note.databases)
  for (const [db, keys] of Object.entries(note.values)) {
    await server.call('SELECT', db)
    for (const [key, digest] of Object.entries(keys)) {
      expect(await server.call('DEBUG', 'DIGEST-VALUE', key), `digest of ${key}`).toEqual([digest])
      const deadline = note.deadlines[db]?.[key] ?? -1
      expect(await server.call('PEXPIRETIME', key), `deadline of ${key}`).toBe(deadline)
      const stream = note.streams[db]?.[key]
      const value = server.store.databases[Number(db)].peek(key)
      if (stream !== undefined) expect(streamNote(value as Stream)).toEqual(stream)
    }
  }
  expect(await server.run('DEBUG DIGEST')).toBe(note.digest)
  expect([...server.server.persistence.functions].sort()).toEqual(note.functions)
}

describe.each(names.filter((name) => fixtureNote(name).refused === null))('%s', (name) => {
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'fixture-test-'))
    copyFileSync(join(FIXTURES, `${name}.rdb`), join(dir, 'dump.rdb'))
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  it('loads, and is the same when saved and loaded again', async () => {
    const { config } = fixtureNote(name)
    const server = await startOn(dir, config)
    try {
      await expectContent(server, name)
      expect(await server.run('DEBUG RELOAD')).toBe('OK')
      await expectContent(server, name)
      expect(await server.run('SAVE')).toBe('OK')
    } finally {
      await server.close()
    }
    const second = await startOn(dir, config)
    try {
      await expectContent(second, name)
    } finally {
      await second.close()
    }
  })
})

describe.each(names.filter((name) => fixtureNote(name).refused !== null))('%s', (name) => {
  it('is refused with the reason and the place, and stays as it is', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'fixture-test-'))
    try {
      const path = join(dir, 'dump.rdb')
      copyFileSync(join(FIXTURES, `${name}.rdb`), path)
      const failure = await startOn(dir, { save: '1 1' }).then(
        () => null,
        (error: Error) => error,
      )
      expect(failure?.message).toMatch(fixtureNote(name).refused!)
      expect(failure?.message).toMatch(/^Could not load .*dump\.rdb: .* \(at byte \d+\)$/)
      expect(readFileSync(path).equals(fixtureBytes(name))).toBe(true)
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})

it('rdb-skip-modules passes over what modules stored', async () => {
  for (const name of ['refused-module-data', 'refused-module-value']) {
    const dir = mkdtempSync(join(tmpdir(), 'fixture-test-'))
    copyFileSync(join(FIXTURES, `${name}.rdb`), join(dir, 'dump.rdb'))
    const server = await startOn(dir, { 'rdb-skip-modules': 'yes' })
    try {
      expect(await server.run('KEYS *')).toEqual(['key'])
    } finally {
      await server.close()
      rmSync(dir, { recursive: true })
    }
  }
})
