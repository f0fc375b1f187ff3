/** The real redis-server, to compare with: started on a free port in a directory of its own, and always stopped. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { RawClient } from './raw-client.ts'
import { ReplyErrorValue } from './resp-decoder.ts'

export interface RedisOptions {
  /** Further command line arguments, as they are. */
  readonly args?: readonly string[]
  /** Directives by name. Nothing is saved unless they say so. */
  readonly config?: Readonly<Record<string, string | number>>
}

export interface RedisProcess {
  readonly port: number
  readonly pid: number
  /** Its working directory, removed by `stop`. */
  readonly dir: string
  /** A new connection; closed by `stop`. */
  client(): Promise<RawClient>
  stop(): Promise<void>
}

let available: boolean | null = null

export function redisAvailable(): boolean {
  available ??= spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0
  return available
}

/** A `describe` that needs redis-server: skipped with one line where there is none, but a failure under CI. */
export function describeWithRedis(name: string, body: () => void): void {
  if (redisAvailable()) {
    describe(name, body)
  } else if (process.env['CI'] === 'true') {
    it(name, () => {
      throw new Error('redis-server is not installed, and CI requires it')
    })
  } else {
    console.log(`skipped: ${name} (redis-server is not installed)`)
    describe.skip(name, body)
  }
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

const ATTEMPTS = 10

/** Resolves once the server answers PING; rejects with its log when it does not start. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisProcess> {
  for (let attempt = 1; ; attempt++) {
    const started = await tryStart(options)
    if (typeof started !== 'string') return started
    // Someone else may have taken the port in between.
    if (attempt === ATTEMPTS || !/address already in use/i.test(started)) {
      throw new Error(`redis-server did not start:\n${started}`)
    }
  }
}

/** The running server, or the log of one that ended. */
async function tryStart({ args = [], config = {} }: RedisOptions): Promise<RedisProcess | string> {
  const dir = mkdtempSync(join(tmpdir(), 'redis-oracle-'))
  const port = await freePort()
  const directives = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir, ...config }
  const line = Object.entries(directives).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn('redis-server', [...line, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const exited = new Promise<void>((resolve) => {
    child.on('close', () => {
      running.delete(child)
      resolve()
    })
  })
  const clients = new Set<RawClient>()
  const client = async () => {
    const connected = await RawClient.connect(port)
    clients.add(connected)
    return connected
  }
  const stop = async () => {
    for (const open of clients) await open.close()
    child.kill('SIGKILL')
    await exited
    rmSync(dir, { recursive: true, force: true })
  }
  let log = ''
  const ready = new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      log += error.message
      running.delete(child)
      resolve(false)
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1').on('data', (text: string) => {
        // Kept short: a long test may log for ever.
        log = (log + text).slice(-65536)
        if (/ready to accept connections/i.test(log)) resolve(true)
      })
    }
    exited.then(() => resolve(false))
  })
  if (!(await ready)) {
    rmSync(dir, { recursive: true, force: true })
    return log
  }
  const probe = await RawClient.connect(port)
  const reply = await probe.command('PING')
  await probe.close()
  if (reply !== 'PONG' && !(reply instanceof ReplyErrorValue)) {
    await stop()
    return `unexpected reply to PING\n${log}`
  }
  return { port, pid: child.pid!, dir, client, stop }
}
