/** Folders of the real redis-server load here, and ours there. */
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Workload } from '../replication/workload.ts'
import { startKeyper } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeWithRedis, startRedis } from '../support/redis-oracle.ts'
import { bulk, manifest, newFolder, part, start } from './support.ts'

const DATABASES = 4
const LONG_MS = 50_000

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setImmediate(resolve))
}

const field = async (client: RawClient, name: string): Promise<string> =>
  new RegExp(`^${name}:(.*)\r$`, 'm').exec(String(await client.command('INFO', 'persistence')))?.[1] ?? ''

const noRewrite = (client: RawClient) =>
  until(async () => {
    const running = await field(client, 'aof_rewrite_in_progress')
    return running === '0' && (await field(client, 'aof_rewrite_scheduled')) === '0'
  })

/** Resolves when no key is left that is about to expire. */
async function calm(client: RawClient): Promise<void> {
  for (let db = 0; db < DATABASES; db++) {
    await client.command('SELECT', db)
    await until(async () => {
      const keys = (await client.command('KEYS', '*')) as string[]
      const left = (await client.pipeline(keys.map((key) => ['PTTL', key]))) as number[]
      // KEYS shows no key that is past its deadline, but DEBUG DIGEST counts it until it is removed.
      return (await client.command('DBSIZE')) === keys.length && left.every((ms) => ms === -1 || ms > LONG_MS)
    })
  }
}

/** Loads a server with writes of all kinds, rewriting in the middle; returns its digest. */
async function work(client: RawClient, seed: number, rewrites: boolean): Promise<unknown> {
  const load = new Workload(seed)
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 40; i++) await client.pipeline(load.batch(50))
    if (!rewrites || round === 2) continue
    await client.command('BGREWRITEAOF')
    if (round === 0) await noRewrite(client)
  }
  await noRewrite(client)
  await calm(client)
  return client.command('DEBUG', 'DIGEST')
}

describeWithRedis('an appendonlydir', () => {
  for (const preamble of ['yes', 'no']) {
    for (const rewrites of [true, false]) {
      const what = `aof-use-rdb-preamble ${preamble}, ${rewrites ? 'rewritten' : 'never rewritten'}`

      it(`of Redis loads here (${what})`, async () => {
        const redis = await startRedis({
          config: {
            appendonly: 'yes',
            'aof-use-rdb-preamble': preamble,
            'aof-timestamp-enabled': 'yes',
            'enable-debug-command': 'yes',
            'auto-aof-rewrite-percentage': 0,
          },
        })
        try {
          const digest = await work(await redis.client(), 11, rewrites)
          const dir = newFolder()
          cpSync(join(redis.dir, 'appendonlydir'), join(dir, 'appendonlydir'), { recursive: true })
          const server = await start(dir)
          expect(await server.run('DEBUG DIGEST')).toBe(digest)
          expect(server.log.filter((line) => line.includes('failed while'))).toEqual([])
        } finally {
          await redis.stop()
        }
      })

      it(`of ours loads in Redis, and redis-check-aof finds nothing wrong with it (${what})`, async () => {
        const dir = newFolder()
        const server = await start(dir, {
          'aof-use-rdb-preamble': preamble,
          'aof-timestamp-enabled': 'yes',
          'auto-aof-rewrite-percentage': '0',
        })
        const digest = await work(await server.client(), 12, rewrites)
        await server.close()
        const checked = execFileSync('redis-check-aof', [part(dir, 'appendonly.aof.manifest')], { encoding: 'utf8' })
        expect(checked).toMatch(/All AOF files and manifest are valid/)
        const redis = await startRedis({ config: { appendonly: 'yes', dir, 'enable-debug-command': 'yes' } })
        try {
          const client = await redis.client()
          expect(await client.command('DEBUG', 'DIGEST')).toBe(digest)
          await client.command('SET', 'and', 'back')
        } finally {
          await redis.stop()
        }
        const again = await start(dir)
        expect(await again.run('GET and')).toBe('back')
      })
    }
  }

  it('is named as Redis names it, step by step', async () => {
    const redis = await startRedis({ config: { appendonly: 'yes' } })
    const ours = newFolder()
    const server = await start(ours)
    try {
      const client = await redis.client()
      const mine = await server.client()
      for (let round = 0; round < 3; round++) {
        for (const each of [client, mine]) {
          await each.command('SET', 'a', round)
          if (round > 0) await each.command('BGREWRITEAOF')
          await noRewrite(each)
        }
        const theirs = join(redis.dir, 'appendonlydir')
        await until(
          async () => readdirSync(theirs).length === 3 && readdirSync(join(ours, 'appendonlydir')).length === 3,
        )
        await until(async () => !manifest(ours).includes('type h') && !manifest(redis.dir).includes('type h'))
        expect(readdirSync(join(ours, 'appendonlydir')).sort()).toEqual(readdirSync(theirs).sort())
        expect(manifest(ours)).toBe(manifest(redis.dir))
      }
    } finally {
      await redis.stop()
    }
  })

  it('of old, a single file, is taken over as Redis does it', async () => {
    const ours = newFolder()
    const dir = newFolder()
    for (const folder of [ours, dir]) {
      writeFileSync(join(folder, 'appendonly.aof'), bulk('SELECT', '0') + bulk('SET', 'old', 'yes'))
    }
    const redis = await startRedis({ config: { appendonly: 'yes', dir } })
    const server = await start(ours)
    try {
      expect(await (await redis.client()).command('GET', 'old')).toBe('yes')
      expect(await server.run('GET old')).toBe('yes')
      expect(manifest(ours)).toBe(manifest(dir))
      expect(readdirSync(ours).sort()).toEqual(readdirSync(dir).sort())
    } finally {
      await redis.stop()
    }
  })

  it('makes INFO show the fields Redis shows', async () => {
    const redis = await startRedis({ config: { appendonly: 'yes' } })
    const server = await startKeyper({ mirror: false, clock: 'system', config: { appendonly: 'yes' } })
    const fields = (text: unknown) =>
      String(text)
        .split('\r\n')
        .filter((line) => line.startsWith('aof_'))
        .map((line) => line.slice(0, line.indexOf(':')))
    try {
      const client = await redis.client()
      expect(fields(await server.run('INFO persistence'))).toEqual(fields(await client.command('INFO', 'persistence')))
    } finally {
      await redis.stop()
      await server.close()
      rmSync(server.dir, { recursive: true, force: true })
    }
  })
})
