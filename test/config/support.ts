/** Keyper's executable and the real redis-server, started with the same words, to see what each makes of them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RawClient } from '../support/raw-client.ts'
import { freePort } from '../support/redis-oracle.ts'
import { ReplyErrorValue } from '../support/resp-decoder.ts'

export type Kind = 'keyper' | 'redis'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

function executable(kind: Kind): string[] {
  if (kind === 'redis') return ['redis-server']
  if (!existsSync(MAIN)) throw new Error('dist/main.js is missing: run npm run build')
  return [process.execPath, MAIN]
}

export interface Started {
  readonly port: number
  readonly dir: string
  readonly client: RawClient
  /** CONFIG GET, as an object. */
  get(...patterns: string[]): Promise<Record<string, string>>
  /** CONFIG SET: `OK` or the error's text. */
  set(...words: string[]): Promise<string>
  stop(): Promise<void>
}

export interface StartOptions {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A directory of its own for a test's files; `realpath`, because servers show their directories so. */
export function scratch(files: Readonly<Record<string, string>> = {}): { path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'keyper-config-')))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content, 'latin1')
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts a server and resolves once it is ready; `words` places the words for its port and directory. */
export async function start(
  kind: Kind,
  words: (base: readonly string[]) => readonly string[] = (base) => base,
  options: StartOptions = {},
): Promise<Started> {
  for (let attempt = 0; ; attempt++) {
    const started = await tryStart(kind, words, options)
    if (typeof started !== 'string') return started
    // Someone else may have taken the port in between.
    if (attempt === 5 || !/already in use/i.test(started)) throw new Error(`${kind} did not start:\n${started}`)
  }
}

async function tryStart(
  kind: Kind,
  words: (base: readonly string[]) => readonly string[],
  { input, cwd, env }: StartOptions,
): Promise<Started | string> {
  const home = scratch()
  const port = await freePort()
  const [command, ...first] = executable(kind)
  const argv = [...first, ...words(['--port', String(port), '--bind', '127.0.0.1', '--dir', home.path])]
  const child = spawn(command, argv, { cwd: cwd ?? home.path, env: { ...process.env, ...env } })
  const exited = once(child, 'close')
  let log = ''
  const ready = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1').on('data', (text: string) => {
        log += text
        if (log.includes('Ready to accept connections')) resolve(true)
      })
    }
    void exited.then(() => resolve(false))
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '', 'latin1')
  if (!(await ready)) {
    home.remove()
    return log
  }
  const client = await RawClient.connect(port)
  return {
    port,
    dir: home.path,
    client,
    async get(...patterns) {
      const reply = (await client.command('CONFIG', 'GET', ...patterns)) as string[]
      const found: [string, string][] = []
      for (let i = 0; i < reply.length; i += 2) found.push([reply[i], reply[i + 1]])
      return Object.fromEntries(found)
    },
    async set(...list) {
      const reply = await client.command('CONFIG', 'SET', ...list)
      return reply instanceof ReplyErrorValue ? reply.message : String(reply)
    },
    async stop() {
      await client.close()
      child.kill('SIGKILL')
      await exited
      home.remove()
    },
  }
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a server that is expected to end by itself; one that does not is killed, and its code is null. */
export async function run(kind: Kind, argv: readonly string[], options: StartOptions = {}): Promise<Ended> {
  const [command, ...first] = executable(kind)
  const child = spawn(command, [...first, ...argv], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: 10_000,
    killSignal: 'SIGKILL',
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '', 'latin1')
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

/** Starts both, runs `body`, and stops both whatever happens. */
export async function withBoth(
  words: (base: readonly string[]) => readonly string[],
  body: (keyper: Started, redis: Started) => Promise<void>,
  options: StartOptions = {},
): Promise<void> {
  const [keyper, redis] = await Promise.allSettled([start('keyper', words, options), start('redis', words, options)])
  try {
    if (keyper.status === 'rejected') throw keyper.reason
    if (redis.status === 'rejected') throw redis.reason
    await body(keyper.value, redis.value)
  } finally {
    if (keyper.status === 'fulfilled') await keyper.value.stop()
    if (redis.status === 'fulfilled') await redis.value.stop()
  }
}
