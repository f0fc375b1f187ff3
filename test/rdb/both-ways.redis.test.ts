/** Dumps go both ways between Keyper and the real server: what one saves, the other loads, whatever the data. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '../../src/util/random.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeWithRedis, type RedisProcess, startRedis } from '../support/redis-oracle.ts'
import { type Decoded, ReplyErrorValue } from '../support/resp-decoder.ts'
import { randomCommands } from './random-data.ts'

const REDIS_CONFIG = { 'enable-debug-command': 'yes', 'sanitize-dump-payload': 'yes' }

/** The command, on whichever server. */
type Ask = (...argv: (string | number)[]) => Promise<Decoded>

/** Everything that digests leave out too: deadlines, and what XINFO tells of streams. */
async function describeAll(ask: Ask): Promise<Record<string, Decoded>> {
  const found: Record<string, Decoded> = { digest: await ask('DEBUG', 'DIGEST') }
  for (let db = 0; db < 16; db++) {
    await ask('SELECT', db)
    const keys = ((await ask('KEYS', '*')) as string[]).sort()
    for (const key of keys) {
      const name = `${db} ${JSON.stringify(key)}`
      const type = await ask('TYPE', key)
      found[name] = [type, await ask('DEBUG', 'DIGEST-VALUE', key), await ask('PEXPIRETIME', key)]
      if (type === 'stream') {
        found[`stream ${name}`] = withoutSurroundings(await ask('XINFO', 'STREAM', key))
        found[`groups ${name}`] = await groupsOf(ask, key)
      }
    }
  }
  return found
}

/** How the radix tree happens to look is no data. */
function withoutSurroundings(reply: Decoded): Decoded {
  const items = reply as Decoded[]
  return items.filter((_, i) => !String(items[i - (i % 2)]).startsWith('radix-tree'))
}

async function groupsOf(ask: Ask, key: string): Promise<Decoded> {
  const groups = (await ask('XINFO', 'GROUPS', key)) as Decoded[][]
  const all: Decoded[] = []
  for (const group of groups) {
    const name = group[1] as string
    const consumers = (await ask('XINFO', 'CONSUMERS', key, name)) as Decoded[][]
    // Idle times pass; and Redis 7.2 tells one more, after them.
    const known = consumers.map((consumer) => consumer.slice(0, 4))
    const pending = (await ask('XPENDING', key, name, '-', '+', 10_000)) as Decoded[][]
    all.push(group, known, ...pending.map(([id, owner, , times]) => [id, owner, times]))
  }
  return all
}

async function fill(commands: readonly (readonly (string | number | bigint | Uint8Array)[])[], client: RawClient) {
  const replies = await client.pipeline(commands)
  replies.forEach((reply, i) => {
    if (reply instanceof ReplyErrorValue) throw new Error(`${commands[i].slice(0, 4).join(' ')}: ${reply.message}`)
  })
}

describeWithRedis('dumps between Keyper and redis-server', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'both-ways-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function redisOn(dir: string, config: Readonly<Record<string, string>> = {}): Promise<RedisProcess> {
    return startRedis({ config: { ...REDIS_CONFIG, ...config, dir } })
  }
  async function keyperOn(dir: string, config: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    return startKeyper({ dir, config, mirror: false, clock: 'system' })
  }
  const freshDir = () => mkdtempSync(join(folder, 'dump-'))

  const settings: Record<string, Readonly<Record<string, string>>> = {
    'usual settings': {},
    'no compression, no checksum': { rdbcompression: 'no', rdbchecksum: 'no' },
    'nothing packed': {
      'hash-max-listpack-entries': '0',
      'zset-max-listpack-entries': '0',
      'set-max-intset-entries': '0',
      'list-max-listpack-size': '1',
      'stream-node-max-entries': '1',
    },
    'all packed': {
      'hash-max-listpack-entries': '10000',
      'hash-max-listpack-value': '100000',
      'zset-max-listpack-entries': '10000',
      'zset-max-listpack-value': '100000',
      'set-max-intset-entries': '10000',
      'list-max-listpack-size': '-5',
      'stream-node-max-entries': '0',
      'stream-node-max-bytes': '0',
    },
  }

  it.each(Object.entries(settings).map(([name, config], i) => [name, config, 100 + i] as const))(
    'from Redis to Keyper and back, with %s',
    async (_, config, seed) => {
      const origin = await redisOn(freshDir(), config)
      const dir = freshDir()
      let expected: Record<string, Decoded>
      try {
        const client = await origin.client()
        await fill(randomCommands(seededRandom(seed), 400), client)
        expected = await describeAll((...argv) => client.command(...argv))
        const [, where] = (await client.command('CONFIG', 'GET', 'dir')) as string[]
        expect(await client.command('SAVE')).toBe('OK')
        copyFileSync(join(where, 'dump.rdb'), join(dir, 'dump.rdb'))
      } finally {
        await origin.stop()
      }
      expect(Object.keys(expected).length).toBeGreaterThan(300)

      const keyper = await keyperOn(dir)
      try {
        const ours = await describeAll((...argv) => keyper.call(...argv))
        expect(ours).toEqual(expected)
        expect(await keyper.run('SAVE')).toBe('OK')
      } finally {
        await keyper.close()
      }

      const back = await redisOn(dir, config)
      try {
        const client = await back.client()
        expect(await describeAll((...argv) => client.command(...argv))).toEqual(expected)
      } finally {
        await back.stop()
      }
    },
  )

  it.each([1, 2, 3])('from Keyper, filled by commands, to Redis and back (seed %i)', async (seed) => {
    const dir = freshDir()
    const keyper = await keyperOn(dir)
    let expected: Record<string, Decoded>
    try {
      await fill(randomCommands(seededRandom(seed), 300), await keyper.client())
      expected = await describeAll((...argv) => keyper.call(...argv))
      expect(await keyper.run('SAVE')).toBe('OK')
    } finally {
      await keyper.close()
    }
    const redis = await redisOn(dir)
    try {
      const client = await redis.client()
      expect(await describeAll((...argv) => client.command(...argv))).toEqual(expected)
      expect(await client.command('SAVE')).toBe('OK')
    } finally {
      await redis.stop()
    }
    const again = await keyperOn(dir)
    try {
      expect(await describeAll((...argv) => again.call(...argv))).toEqual(expected)
    } finally {
      await again.close()
    }
  })

  it('DUMP payloads go both ways', async () => {
    const redis = await redisOn(freshDir())
    const keyper = await keyperOn(freshDir())
    try {
      const client = await redis.client()
      const commands = randomCommands(seededRandom(9), 200).filter(([name]) => name !== 'SELECT')
      await fill(commands, client)
      const keys = (await client.command('KEYS', '*')) as string[]
      for (const key of keys) {
        const payload = (await client.command('DUMP', key)) as string
        expect(await keyper.call('RESTORE', key, 0, payload), key).toBe('OK')
        const digest = await keyper.call('DEBUG', 'DIGEST-VALUE', key)
        await client.command('PERSIST', key)
        expect(digest).toEqual(await client.command('DEBUG', 'DIGEST-VALUE', key))
        const ours = (await keyper.call('DUMP', key)) as string
        expect(await client.command('RESTORE', `back:${key}`, 0, Buffer.from(ours, 'latin1')), key).toBe('OK')
        expect(await client.command('DEBUG', 'DIGEST-VALUE', `back:${key}`)).toEqual(digest)
      }
      expect(keys.length).toBeGreaterThan(150)
    } finally {
      await keyper.close()
      await redis.stop()
    }
  })

  it('the largest stream ids survive', async () => {
    const keyper = await keyperOn(freshDir())
    try {
      const dir = keyper.dir
      await keyper.call('XADD', 'stream', `18446744073709551614-18446744073709551615`, 'a', 'b')
      await keyper.call('XADD', 'stream', `18446744073709551615-18446744073709551615`, 'a', 'b')
      const digest = await keyper.run('DEBUG DIGEST')
      expect(await keyper.run('SAVE')).toBe('OK')
      const redis = await redisOn(dir)
      try {
        const client = await redis.client()
        expect(await client.command('DEBUG', 'DIGEST')).toBe(digest)
        expect(await client.command('XLEN', 'stream')).toBe(2)
      } finally {
        await redis.stop()
      }
    } finally {
      await keyper.close()
    }
  })
})
