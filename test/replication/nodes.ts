/** Servers for replication tests, Keyper's and Redis's, behind one interface. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, startApp } from '../../src/app.ts'
import { Config } from '../../src/config/config.ts'
import type { Logger } from '../../src/logging/logger.ts'
import { type Clock, systemClock } from '../../src/util/clock.ts'
import { type Argument, RawClient } from '../support/raw-client.ts'
import { startRedis } from '../support/redis-oracle.ts'
import type { Decoded } from '../support/resp-decoder.ts'

export interface Node {
  readonly port: number
  /** Sends one command over a connection kept for that. */
  command(...args: Argument[]): Promise<Decoded>
  client(): Promise<RawClient>
  stop(): Promise<void>
}

export interface KeyperNode extends Node {
  readonly app: App
  readonly dir: string
  /** What was logged, one message a line. */
  readonly log: string[]
}

/** Directives both servers understand, fit for tests. */
export const QUICK = { 'repl-diskless-sync-delay': '0', 'enable-debug-command': 'yes' }

export async function startKeyper(
  directives: Readonly<Record<string, string>> = {},
  options: { clock?: Clock; dir?: string } = {},
): Promise<KeyperNode> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'keyper-replication-'))
  const config = new Config()
  config.listenOnAnyPort = true
  for (const [name, value] of Object.entries({ bind: '127.0.0.1', save: '', dir, ...QUICK, ...directives })) {
    const error = config.load(name, value)
    if (error !== null) throw new Error(`${name}: ${error}`)
  }
  const log: string[] = []
  const note = (message: string) => log.push(message)
  const logger: Logger = { debug: note, verbose: note, notice: note, warning: note, flush() {} }
  const app = await startApp({ config, log: logger, clock: options.clock ?? systemClock })
  const clients = new Set<RawClient>()
  const client = async () => {
    const made = await RawClient.connect(app.port)
    clients.add(made)
    return made
  }
  let main: RawClient | null = null
  return {
    app,
    dir,
    log,
    port: app.port,
    client,
    command: async (...args) => (main ??= await client()).command(...args),
    stop: async () => {
      for (const open of clients) await open.close()
      await app.close()
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true })
    },
  }
}

export async function startRedisNode(directives: Readonly<Record<string, string>> = {}): Promise<Node> {
  const redis = await startRedis({ config: { ...QUICK, ...directives } })
  let main: RawClient | null = null
  return {
    port: redis.port,
    client: redis.client,
    command: async (...args) => (main ??= await redis.client()).command(...args),
    stop: redis.stop,
  }
}

/** The fields of INFO replication. */
export async function replicationInfo(node: Node): Promise<Map<string, string>> {
  const text = String(await node.command('INFO', 'replication'))
  return new Map(
    text.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}

/** Polls until the condition holds; fails with what it last saw. */
export async function eventually<T>(look: () => Promise<T> | T, holds: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + 25_000
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > end) throw new Error(`never came true; last seen: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function follow(replica: Node, masterPort: number): Promise<void> {
  await replica.command('REPLICAOF', '127.0.0.1', masterPort)
}

export const linkIsUp = (node: Node): Promise<unknown> =>
  eventually(
    () => replicationInfo(node),
    (info) => info.get('master_link_status') === 'up',
  )

/** What must be the same on every server of one history. */
export interface Standing {
  readonly id: string
  readonly offset: string
  readonly digest: string
}

async function standing(node: Node): Promise<Standing> {
  const info = await replicationInfo(node)
  return {
    id: info.get('master_replid')!,
    offset: info.get('master_repl_offset')!,
    digest: String(await node.command('DEBUG', 'DIGEST')),
  }
}

/** Waits until all servers have the same history, offset and data, and returns these. */
export async function settled(...nodes: Node[]): Promise<Standing> {
  const same = (all: Standing[]) =>
    all.every((s) => s.id === all[0].id && s.offset === all[0].offset && s.digest === all[0].digest)
  try {
    const [first] = await eventually(() => Promise.all(nodes.map(standing)), same)
    return first
  } catch (error) {
    for (const node of nodes.slice(1)) {
      const found = await differences(nodes[0], node)
      if (found !== '') throw new Error(`${(error as Error).message}\n${found}`)
    }
    throw error
  }
}

const READERS: Record<string, Argument[]> = {
  string: ['GET'],
  list: ['LRANGE', 0, -1],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', 0, -1, 'WITHSCORES'],
  hash: ['HGETALL'],
}

/** The first few keys that differ between two servers, as text; empty when none does. */
async function differences(a: Node, b: Node): Promise<string> {
  const lines: string[] = []
  const clients = await Promise.all([a.client(), b.client()])
  for (let db = 0; db < 16 && lines.length < 5; db++) {
    for (const client of clients) await client.command('SELECT', db)
    const keys = new Set<string>()
    for (const client of clients) for (const key of (await client.command('KEYS', '*')) as string[]) keys.add(key)
    for (const key of keys) {
      const digests = await Promise.all(clients.map((c) => c.command('DEBUG', 'DIGEST-VALUE', key)))
      const ttls = await Promise.all(clients.map((c) => c.command('PEXPIRETIME', key)))
      if (JSON.stringify(digests[0]) === JSON.stringify(digests[1]) && ttls[0] === ttls[1]) continue
      const values = await Promise.all(
        clients.map(async (c) => {
          const type = String(await c.command('TYPE', key))
          const [name, ...rest] = READERS[type] ?? ['TYPE']
          const read = type === 'stream' ? ['XINFO', 'STREAM', key, 'FULL'] : [name, key, ...rest]
          return `${type} ${JSON.stringify(await c.command(...read))}`
        }),
      )
      lines.push(`db ${db} ${key}: ${ttls[0]} ${values[0]}\n    against ${ttls[1]} ${values[1]}`)
    }
  }
  return lines.slice(0, 5).join('\n')
}
