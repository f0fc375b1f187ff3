/** Keyper as its users run it: the built executable in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RawClient } from './raw-client.ts'
import { freePort } from './redis-oracle.ts'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export interface KeyperProcess {
  readonly port: number
  readonly pid: number
  readonly dir: string
  readonly child: ChildProcess
  /** All that it wrote so far. */
  output(): string
  client(): Promise<RawClient>
  /** Sends a signal and resolves with the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
  /** Kills it and removes its directory. */
  stop(): Promise<void>
}

/** Runs the executable to its end. */
export async function runKeyper(
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string; cwd?: string } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  if (!existsSync(main)) throw new Error('dist/main.js is missing: run npm run build')
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...options.env }, cwd: options.cwd })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Starts the executable on a free port and resolves once it is ready. */
export async function startKeyperProcess(
  options: { args?: readonly string[]; dir?: string; env?: Record<string, string>; config?: string } = {},
): Promise<KeyperProcess> {
  if (!existsSync(main)) throw new Error('dist/main.js is missing: run npm run build')
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'keyper-process-'))
  const port = await freePort()
  const first = options.config === undefined ? [] : [options.config]
  const args = [main, ...first, '--port', String(port), '--bind', '127.0.0.1', '--dir', dir, ...(options.args ?? [])]
  const child = spawn(process.execPath, args, { env: { ...process.env, ...options.env } })
  let output = ''
  const exited = once(child, 'close') as Promise<[number | null]>
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (text: string) => {
      output += text
      if (output.includes('Ready to accept connections')) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    void exited.then(() => reject(new Error(`keyper ended:\n${output}`)))
  })
  await ready
  const clients: RawClient[] = []
  return {
    port,
    pid: child.pid!,
    dir,
    child,
    output: () => output,
    async client() {
      const client = await RawClient.connect(port)
      clients.push(client)
      return client
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal)
      return (await exited)[0]
    },
    async stop() {
      for (const client of clients) await client.close()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await exited
      }
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true })
    },
  }
}
