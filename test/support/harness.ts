/**
 * A Keyper in this process for tests, with its clock in the test's hand.
 *
 *   const server = await startKeyper()
 *   await server.run('SET a 1')            // 'OK'
 *   await cases(server, [['INCR a', 2]])
 *   server.clock.advance(1000)
 *   await server.close()                   // compares the mirrors, then closes
 *
 * Every server has two mirrors. One store applies everything it propagates, as a replica would; the other is loaded
 * from a dump of it. `close` compares their digests with the server's, so every test of a command is also a test of
 * its replication and of its place in a dump.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type App, startApp } from '../../src/app.ts'
import { commands } from '../../src/commands/index.ts'
import { Config } from '../../src/config/config.ts'
import { silentLogger } from '../../src/logging/logger.ts'
import { RdbLoader } from '../../src/rdb/load.ts'
import { RdbWriter } from '../../src/rdb/writer.ts'
import { Server } from '../../src/server/server.ts'
import type { Session } from '../../src/server/session.ts'
import { storeDigest } from '../../src/store/digest.ts'
import { Snapshot } from '../../src/store/snapshot.ts'
import { Store } from '../../src/store/store.ts'
import { type Clock, ManualClock, systemClock } from '../../src/util/clock.ts'
import { splitArguments } from '../../src/util/parse-quoted.ts'
import { seededRandom } from '../../src/util/random.ts'
import { type Argument, RawClient } from './raw-client.ts'
import type { Decoded } from './resp-decoder.ts'

export interface TestOptions {
  /** Directives by name, over those of a test server: no saving, DEBUG allowed, no waiting before a copy. */
  readonly config?: Readonly<Record<string, string | number>>
  /** Default 'manual'; 'system' where real sockets have to see time pass. */
  readonly clock?: 'manual' | 'system'
  /** Keep the mirrors (default true); a replica has none, since it propagates nothing of its own. */
  readonly mirrored?: boolean
  readonly seed?: number
  readonly sharedBuffer?: boolean
}

/** The second store, which sees only what is propagated. */
class Mirror {
  readonly server: Server
  private readonly session: Session

  constructor(clock: Clock, databases: number) {
    const config = new Config()
    config.databases = databases
    this.server = new Server({ config, log: silentLogger, clock, random: seededRandom(7), commands })
    this.session = this.server.openMasterSession()
    // Like a replica it removes nothing by itself.
    this.server.store.expiryMode = 'ignore'
  }

  append(db: number, argv: readonly string[]): void {
    this.session.db = this.server.store.databases[db]
    this.server.run(this.session, argv)
  }
}

export class TestServer {
  readonly app: App
  readonly dir: string
  private readonly clients: RawClient[] = []
  private readonly mirror: Mirror | null
  private readonly testClock: Clock
  private first: RawClient | null = null

  constructor(app: App, dir: string, mirror: Mirror | null, clock: Clock) {
    this.app = app
    this.dir = dir
    this.mirror = mirror
    this.testClock = clock
  }

  get port(): number {
    return this.app.port
  }

  get server(): Server {
    return this.app.server
  }

  get store(): Store {
    return this.app.server.store
  }

  get clock(): ManualClock {
    if (!(this.testClock instanceof ManualClock)) throw new Error('this server runs on the system clock')
    return this.testClock
  }

  /** A new connection, in RESP2 unless asked otherwise; closed with the server. */
  async client(protocol: 2 | 3 = 2): Promise<RawClient> {
    const client = await RawClient.connect(this.port)
    this.clients.push(client)
    if (protocol === 3) await client.command('HELLO', 3)
    return client
  }

  /** Runs a line, split as a shell would, or words as they are, on the server's first connection. */
  async run(line: string | readonly Argument[]): Promise<Decoded> {
    this.first ??= await this.client()
    return this.first.command(...wordsOf(line))
  }

  digest(): string {
    return storeDigest(this.store)
  }

  /** Compares the digest with that of both mirrors. */
  verifyMirrors(): void {
    const digest = this.digest()
    if (this.mirror !== null) expect(storeDigest(this.mirror.server.store), 'the propagated stream').toBe(digest)
    expect(storeDigest(reloaded(this.store)), 'through a dump').toBe(digest)
  }

  async close(options: { verify?: boolean } = {}): Promise<void> {
    try {
      if (options.verify !== false && this.mirror !== null) this.verifyMirrors()
    } finally {
      for (const client of this.clients) await client.close()
      await this.app.close()
      rmSync(this.dir, { recursive: true, force: true })
    }
  }
}

/** The words of a line as a shell would split it. */
export function wordsOf(line: string | readonly Argument[]): readonly Argument[] {
  if (typeof line !== 'string') return line
  const words = splitArguments(line)
  if (words === null) throw new Error(`unbalanced quotes: ${line}`)
  return words
}

/** A store loaded from a dump of another. */
export function reloaded(store: Store): Store {
  const copy = new Store({ clock: store.clock, random: seededRandom(1), databases: store.databases.length })
  copy.now = store.now
  const loader = new RdbLoader(copy, { checksum: true, dropExpired: false, skipModules: false })
  const writer = new RdbWriter((chunk) => loader.push(chunk), { aux: [], compression: true, checksum: true })
  const snapshot = new Snapshot(store, (entry) => writer.entry(entry))
  writer.begin(snapshot.sizes)
  snapshot.finish()
  writer.end()
  loader.end()
  return copy
}

export async function startKeyper(options: TestOptions = {}): Promise<TestServer> {
  const dir = mkdtempSync(join(tmpdir(), 'keyper-test-'))
  const clock = options.clock === 'system' ? systemClock : new ManualClock()
  const config = new Config()
  const directives = {
    bind: '127.0.0.1',
    dir,
    save: '',
    'enable-debug-command': 'yes',
    'repl-diskless-sync-delay': '0',
    ...options.config,
  }
  for (const [name, value] of Object.entries(directives)) {
    const error = config.load(name, String(value))
    if (error !== null) throw new Error(`${name} ${value}: ${error}`)
  }
  config.listenOnAnyPort = true
  const app = await startApp({
    config,
    clock,
    random: seededRandom(options.seed ?? 42),
    sharedBuffer: options.sharedBuffer ?? true,
  })
  const mirrored = options.mirrored !== false && config.replicaof === null
  const mirror = mirrored ? new Mirror(clock, config.databases) : null
  if (mirror !== null) app.server.propagation.sinks.push(mirror)
  return new TestServer(app, dir, mirror, clock)
}

/** Runs lines in order and compares each reply. */
export async function cases(
  server: TestServer,
  table: readonly (readonly [line: string | readonly Argument[], expected: unknown])[],
): Promise<void> {
  for (const [line, expected] of table) {
    const reply = plain(await server.run(line))
    expect(reply, typeof line === 'string' ? line : line.join(' ')).toEqual(expected)
  }
}

/** A reply with errors as `-text` lines, so that tables can hold them. */
export function plain(reply: Decoded): unknown {
  if (Array.isArray(reply)) return reply.map(plain)
  if (reply !== null && typeof reply === 'object' && 'message' in reply) return `-${(reply as { message: string }).message}`
  return reply
}

/** Waits until a condition holds, looking again with every turn of the event loop; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what = 'the condition'): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`timed out waiting for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
