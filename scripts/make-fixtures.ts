/**
 * Makes rdb-fixtures/ anew: `npm run fixtures`. Needs redis-server 7.0 on the path.
 *
 * - Live ones are data that a real redis-server is filled with and saves (fixtures-live.ts).
 * - Built ones are put together byte by byte (fixtures-built.ts), for forms that servers read but no longer write.
 *
 * A real redis-server then loads every file, checking it as deeply as it can, and what it says goes into the note
 * beside it: number of keys, DEBUG DIGEST, DEBUG DIGEST-VALUE of each key, deadlines, consumer groups, functions.
 * Files that no server should load are only checked to be refused by it too.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FIXTURES, type FixtureNote, type StreamNote } from '../test/rdb/fixture.ts'
import type { RawClient } from '../test/support/raw-client.ts'
import { startRedis } from '../test/support/redis-oracle.ts'
import { type Decoded, ReplyErrorValue } from '../test/support/resp-decoder.ts'
import { builtFixtures } from './fixtures-built.ts'
import { liveFixtures } from './fixtures-live.ts'

type Commands = readonly (readonly (string | number | bigint | Uint8Array)[])[]
type Directives = Readonly<Record<string, string>>

const MOST_BYTES = 300_000

/** Fills a server and has it save its data to a file. */
async function save(commands: Commands, config: Directives, path: string): Promise<void> {
  const redis = await startRedis({ config })
  try {
    const client = await redis.client()
    for (const command of commands) {
      const reply = await client.command(...command)
      if (reply instanceof ReplyErrorValue) throw new Error(`${command.slice(0, 3).join(' ')}: ${reply.message}`)
    }
    await client.command('SAVE')
    copyFileSync(join(redis.dir, 'dump.rdb'), path)
  } finally {
    await redis.stop()
  }
}

/** Loads a file in a server and asks it for everything the file holds. Rejects with its log when it does not load. */
async function describeFile(path: string, config: Directives) {
  const dir = mkdtempSync(join(tmpdir(), 'fixture-'))
  copyFileSync(path, join(dir, 'dump.rdb'))
  try {
    const redis = await startRedis({
      config: { ...config, dir, 'enable-debug-command': 'yes', 'sanitize-dump-payload': 'yes' },
    })
    try {
      return await describeServer(await redis.client())
    } finally {
      await redis.stop()
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

async function describeServer(client: RawClient) {
  const databases: Record<string, number> = {}
  const values: Record<string, Record<string, string>> = {}
  const deadlines: Record<string, Record<string, number>> = {}
  const streams: Record<string, Record<string, StreamNote>> = {}
  // Without a prototype, for the key `__proto__`.
  const table = () => Object.create(null) as Record<string, never>
  for (let db = 0; db < 16; db++) {
    await client.command('SELECT', db)
    const keys = ((await client.command('KEYS', '*')) as string[]).sort()
    if (keys.length === 0) continue
    databases[db] = keys.length
    values[db] = table()
    for (const key of keys) {
      values[db][key] = ((await client.command('DEBUG', 'DIGEST-VALUE', key)) as string[])[0]
      const deadline = (await client.command('PEXPIRETIME', key)) as number
      if (deadline >= 0) (deadlines[db] ??= table())[key] = deadline
      if ((await client.command('TYPE', key)) === 'stream')
        (streams[db] ??= table())[key] = await streamNote(client, key)
    }
  }
  const libraries = (await client.command('FUNCTION', 'LIST', 'WITHCODE')) as Decoded[][]
  return {
    keys: Object.values(databases).reduce((sum, n) => sum + n, 0),
    databases,
    digest: (await client.command('DEBUG', 'DIGEST')) as string,
    values,
    deadlines,
    streams,
    functions: libraries.map((library) => named(library)['library_code'] as string).sort(),
  }
}

/** A flat reply of names and values. */
function named(reply: Decoded): Record<string, Decoded> {
  const items = reply as Decoded[]
  return Object.fromEntries(items.flatMap((name, i) => (i % 2 === 0 ? [[name as string, items[i + 1]]] : [])))
}

async function streamNote(client: RawClient, key: string): Promise<StreamNote> {
  const stream = named(await client.command('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0))
  return {
    lastId: stream['last-generated-id'] as string,
    maxDeletedId: stream['max-deleted-entry-id'] as string,
    entriesAdded: stream['entries-added'] as number,
    groups: (stream['groups'] as Decoded[]).map(named).map((group) => ({
      name: group['name'] as string,
      lastDeliveredId: group['last-delivered-id'] as string,
      entriesRead: group['entries-read'] as number | null,
      pending: group['pending'] as unknown as [string, string, number, number][],
      consumers: (group['consumers'] as Decoded[]).map((consumer) => named(consumer)['name'] as string).sort(),
    })),
  }
}

const NOTHING = { keys: 0, databases: {}, digest: '', values: {}, deadlines: {}, streams: {}, functions: [] }

function writeNote(name: string, note: FixtureNote): void {
  writeFileSync(join(FIXTURES, `${name}.json`), `${JSON.stringify(note, null, 1)}\n`)
}

mkdirSync(FIXTURES, { recursive: true })
for (const file of readdirSync(FIXTURES)) if (/\.(rdb|json)$/.test(file)) unlinkSync(join(FIXTURES, file))

for (const { name, holds, config = {}, loadConfig = {}, commands } of liveFixtures) {
  const path = join(FIXTURES, `${name}.rdb`)
  await save(commands, config, path)
  const described = await describeFile(path, loadConfig)
  const writtenBy = 'redis-server 7.0'
  writeNote(name, { holds, writtenBy, version: 10, config: loadConfig, refused: null, ...described })
}

for (const { name, holds, file, refused = null, equivalent } of builtFixtures) {
  const path = join(FIXTURES, `${name}.rdb`)
  writeFileSync(path, file)
  const head = { holds, writtenBy: 'hand', version: Number(file.latin1Slice(5, 9)), config: {}, refused }
  if (equivalent !== undefined) {
    const other = join(mkdtempSync(join(tmpdir(), 'fixture-')), 'dump.rdb')
    await save(equivalent, {}, other)
    writeNote(name, { ...head, ...(await describeFile(other, {})) })
  } else if (refused === null) {
    writeNote(name, { ...head, ...(await describeFile(path, {})) })
  } else {
    const loaded = await describeFile(path, {}).then(
      () => true,
      () => false,
    )
    if (loaded) throw new Error(`${name} should be refused, but redis-server loads it`)
    writeNote(name, { ...head, ...NOTHING })
  }
}

const total = readdirSync(FIXTURES).reduce((sum, file) => sum + statSync(join(FIXTURES, file)).size, 0)
console.log(`${liveFixtures.length + builtFixtures.length} fixtures, ${total} bytes`)
if (total > MOST_BYTES) throw new Error(`the fixtures should take less than ${MOST_BYTES} bytes`)
