/**
 * A Keyper in this process for tests of commands, watched by mirrors.
 *
 *     const server = await startKeyper()                     // port 0, a clock that stands still, DEBUG allowed
 *     afterEach(() => server.reset())                        // compares the mirrors, then empties everything
 *     afterAll(() => server.close())                         // compares the mirrors, then stops
 *
 *     expect(await server.run('SET a 1')).toBe('OK')         // one line, quoted as in redis-cli ("\x00", 'a b')
 *     expect(await server.call('SET', 'a', '\xff')).toBe('OK') // or words as they are
 *     await cases(server, [
 *       ['RPUSH l a b', 2],
 *       ['LRANGE l 0 -1', ['a', 'b']],
 *       ['INCR l', error('WRONGTYPE Operation against a key holding the wrong kind of value')],
 *       ['SMEMBERS s', anyOrder(['x', 'y'])],
 *       ['GET missing', null],
 *     ])
 *     server.advance(1000)                                   // time moves, and what falls due happens
 *     const other = await server.client(3)                   // further connections, here with RESP3
 *
 * Every change is also replayed, as a replica would get it, in a second server, and the data is written to a dump and
 * loaded again. `verifyMirrors` compares all three: DEBUG DIGEST, and beyond it deadlines, stream positions and
 * groups. So each test of a command is also a test of its replication and of the dump format. `mirror: false` turns
 * that off for tests that change data behind the server's back.
 *
 * A command that cannot be repeated on a replica shows up as an error there; `verifyMirrors` reports it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type App, startApp } from '../../src/app.ts'
import { Config } from '../../src/config/config.ts'
import type { Logger } from '../../src/logging/logger.ts'
import type { Server } from '../../src/server/server.ts'
import type { Store } from '../../src/store/store.ts'
import { type Clock, ManualClock, systemClock } from '../../src/util/clock.ts'
import { splitArguments } from '../../src/util/parse-quoted.ts'
import { seededRandom } from '../../src/util/random.ts'
import { Mirrors } from './mirrors.ts'
import { type Argument, RawClient } from './raw-client.ts'
import { type Decoded, ReplyErrorValue, SetReply } from './resp-decoder.ts'

export interface KeyperOptions {
  /** Directives as in redis.conf. By default nothing is saved by itself and DEBUG is allowed. */
  readonly config?: Readonly<Record<string, string>>
  /** 'manual' (default): time moves only by `advance`. */
  readonly clock?: 'manual' | 'system' | Clock
  /** False: no mirrors. */
  readonly mirror?: boolean
  /** The folder of dumps; by default one of its own, removed by `close`. */
  readonly dir?: string
  /** Seed of the random source; by default each server of a process has another. */
  readonly seed?: number
  /** Protocol of `run` and `call`. */
  readonly protocol?: 2 | 3
  /** False: sockets are read the ordinary way, not into the shared buffer. */
  readonly sharedBuffer?: boolean
}

let serversStarted = 0

/** Starts a server. Rejects when its dump does not load. */
export async function startKeyper(options: KeyperOptions = {}): Promise<TestServer> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'keyper-test-'))
  const config = new Config()
  config.listenOnAnyPort = true
  const directives = { bind: '127.0.0.1', save: '', dir, 'enable-debug-command': 'yes', ...options.config }
  for (const [name, value] of Object.entries(directives)) {
    const refused = config.load(name, value)
    if (refused !== null) throw new Error(`${name}: ${refused}`)
  }
  const clock = clockOf(options.clock)
  const log: string[] = []
  try {
    const app = await startApp({
      config,
      clock,
      random: seededRandom(options.seed ?? ++serversStarted),
      log: keepLines(log),
      sharedBuffer: options.sharedBuffer ?? true,
    })
    const mirrors = options.mirror === false ? null : new Mirrors(app.server)
    return new TestServer(app, {
      clock,
      mirrors,
      dir,
      ownDir: options.dir === undefined,
      log,
      protocol: options.protocol ?? 2,
    })
  } catch (failure) {
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true })
    throw failure
  }
}

function clockOf(option: KeyperOptions['clock']): Clock {
  if (option === undefined || option === 'manual') return new ManualClock()
  return option === 'system' ? systemClock : option
}

function keepLines(lines: string[]): Logger {
  const keep = (message: string) => {
    lines.push(message)
  }
  return { debug() {}, verbose: keep, notice: keep, warning: keep, flush() {} }
}

interface Parts {
  readonly clock: Clock
  readonly mirrors: Mirrors | null
  readonly dir: string
  readonly ownDir: boolean
  readonly log: readonly string[]
  readonly protocol: 2 | 3
}

export class TestServer {
  readonly port: number
  /** The server itself, for what no command shows. */
  readonly server: Server
  /** What it logged, at level verbose and above. */
  readonly log: readonly string[]
  /** Where it keeps its dump. */
  readonly dir: string
  private readonly app: App
  private readonly parts: Parts
  private readonly clients = new Set<RawClient>()
  private main: Promise<RawClient> | null = null
  private closed = false

  constructor(app: App, parts: Parts) {
    this.app = app
    this.server = app.server
    this.port = app.port
    this.parts = parts
    this.log = parts.log
    this.dir = parts.dir
  }

  /** The clock in the test's hand; throws when the server runs by the system's. */
  get clock(): ManualClock {
    const { clock } = this.parts
    if (clock instanceof ManualClock) return clock
    throw new Error('this server runs by the system clock')
  }

  get store(): Store {
    return this.server.store
  }

  /** Moves the time; everything that falls due happens before this returns. */
  advance(ms: number): void {
    this.clock.advance(ms)
  }

  /** A further connection, closed by `close`. */
  async client(protocol: 2 | 3 = 2): Promise<RawClient> {
    const client = await RawClient.connect(this.port)
    this.clients.add(client)
    if (protocol === 3) await client.command('HELLO', 3)
    return client
  }

  /** Runs one command line on the server's first connection. */
  run(line: string): Promise<Decoded> {
    return this.call(...words(line))
  }

  /** Runs one command, its words given. */
  async call(...argv: Argument[]): Promise<Decoded> {
    this.main ??= this.client(this.parts.protocol)
    return (await this.main).command(...argv)
  }

  /** The exact bytes of the reply to a command line. */
  async raw(line: string): Promise<string> {
    this.main ??= this.client(this.parts.protocol)
    return (await this.main).raw(...words(line))
  }

  /** Resolves when `condition` holds; looks after each turn of the event loop. Rejects after ten seconds. */
  async until(condition: () => boolean | Promise<boolean>, what = 'the condition'): Promise<void> {
    const end = performance.now() + 10_000
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(`${what} did not come about`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Throws, saying which keys differ how, when a replica or a reloaded dump would hold other data than the server. */
  async verifyMirrors(): Promise<void> {
    this.parts.mirrors?.verify()
  }

  /** Compares the mirrors, then removes all data and forgets the state of the first connection. */
  async reset(): Promise<void> {
    try {
      await this.verifyMirrors()
    } finally {
      await this.run('RESET')
      if (this.parts.protocol === 3) await this.run('HELLO 3')
      await this.run('FLUSHALL')
      this.parts.mirrors?.forgetErrors()
    }
  }

  /** Compares the mirrors (unless told not to), then stops. Idempotent. */
  async close(options: { verify?: boolean } = {}): Promise<void> {
    if (this.closed) return
    this.closed = true
    try {
      if (options.verify !== false) await this.verifyMirrors()
    } finally {
      for (const client of this.clients) await client.close()
      await this.app.close()
      this.parts.mirrors?.stop()
      if (this.parts.ownDir) rmSync(this.dir, { recursive: true, force: true })
    }
  }
}

/** Splits a command line. Throws on unbalanced quotes. */
export function words(line: string): string[] {
  const argv = splitArguments(line)
  if (argv === null || argv.length === 0) throw new Error(`not a command line: ${line}`)
  return argv
}

/** The error reply with this text, code included. */
export function error(message: string): ReplyErrorValue {
  return new ReplyErrorValue(message)
}

/** Matches an array or a RESP3 set with these elements in whatever order. */
export function anyOrder(items: readonly Decoded[]): AnyOrder {
  return new AnyOrder(items)
}

class AnyOrder {
  /** What vitest looks for in a value to let it decide equality itself. */
  readonly $$typeof = Symbol.for('jest.asymmetricMatcher')
  private readonly items: readonly Decoded[]

  constructor(items: readonly Decoded[]) {
    this.items = items
  }

  asymmetricMatch(other: unknown): boolean {
    const list = other instanceof SetReply ? other.items : other
    if (!Array.isArray(list) || list.length !== this.items.length) return false
    const text = (item: unknown) => JSON.stringify(item)
    const mine = this.items.map(text).sort()
    const theirs = list.map(text).sort()
    return mine.every((item, i) => item === theirs[i])
  }

  toString(): string {
    return 'AnyOrder'
  }

  toAsymmetricMatcher(): string {
    return `AnyOrder ${JSON.stringify(this.items)}`
  }
}

/** A function looks at the reply itself. */
export type Expected = Decoded | AnyOrder | ((reply: Decoded) => void) | readonly unknown[]

/** A command line or its words, and the reply it must get. */
export type Case = readonly [command: string | readonly Argument[], reply: Expected]

/** Runs commands one after the other and checks each reply. On a client of its own when one is given. */
export async function cases(target: TestServer | RawClient, table: readonly Case[]): Promise<void> {
  for (const [i, [command, expected]] of table.entries()) {
    const argv = typeof command === 'string' ? words(command) : command
    const reply = await (target instanceof RawClient ? target.command(...argv) : target.call(...argv))
    if (typeof expected === 'function') expected(reply)
    else expect(reply, `case ${i}: ${typeof command === 'string' ? command : argv.join(' ')}`).toEqual(expected)
  }
}
