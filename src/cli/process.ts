/** What belongs to the process rather than to the server: pid file, going to the background, title. */
import { execFile, spawn } from 'node:child_process'
import { unlinkSync, writeFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { fillTitle } from '../config/special.ts'

/** Tells the child that it is already in the background. */
const CHILD_MARK = 'KEYPER_IN_BACKGROUND'

/** Whether this process is to go on in the background: not where a supervisor wants to keep hold of it. */
export function wantsBackground(config: Config): boolean {
  return config.daemonize && !supervised(config) && process.env[CHILD_MARK] !== '1'
}

function supervised(config: Config): boolean {
  if (config.supervised === 'systemd') return true
  return config.supervised === 'auto' && process.env['NOTIFY_SOCKET'] !== undefined
}

/** The environment as the user set it. */
export function environment(): Record<string, string | undefined> {
  const { [CHILD_MARK]: _, ...env } = process.env
  return env
}

type Report = { ready: true } | { error: string }

/**
 * Starts the same command line again, in a session of its own, with no terminal. Resolves once that server is ready:
 * with null, or with the reason why it is not. `input` is what it shall read from standard input.
 */
export function startInBackground(input: string | null): Promise<string | null> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: [input === null ? 'ignore' : 'pipe', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, [CHILD_MARK]: '1' },
  })
  child.stdin?.end(input, 'latin1')
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`cannot go to the background: ${error.message}`))
    child.once('exit', (code, signal) =>
      resolve(`the server in the background ended before it was ready (${signal ?? `exit code ${code}`})`),
    )
    child.once('message', (report: Report) => {
      if (child.connected) child.disconnect()
      child.unref()
      resolve('error' in report ? report.error : null)
    })
  })
}

/** Tells the process that started this one in the background, where there is one, how it went. */
export function reportStart(report: Report): Promise<void> {
  if (process.send === undefined || process.env[CHILD_MARK] !== '1') return Promise.resolve()
  return new Promise((resolve) => {
    // Who asked may be gone; the server goes on all the same.
    process.once('disconnect', () => resolve())
    process.send!(report, () => {
      if (process.connected) process.disconnect()
      resolve()
    })
  })
}

/** Tells systemd that the server is ready, where it waits for that. */
export function notifySupervisor(config: Config, warn: (message: string) => void): void {
  if (!supervised(config) || process.env['NOTIFY_SOCKET'] === undefined) return
  execFile('systemd-notify', ['--ready', `--pid=${process.pid}`], (error) => {
    if (error !== null) warn(`systemd could not be told that the server is ready: ${error.message.split('\n')[0]}`)
  })
}

/** Writes the pid file, where one is wanted; returns a function that removes it. Failing is not fatal, as in Redis. */
export function writePidFile(config: Config, warn: (message: string) => void): () => boolean {
  const path = config.pidfile !== '' ? config.pidfile : config.daemonize ? '/var/run/redis.pid' : ''
  if (path === '') return () => false
  try {
    writeFileSync(path, `${process.pid}\n`)
  } catch (error) {
    warn(`Failed to write PID file: ${(error as Error).message}`)
    return () => false
  }
  return () => {
    try {
      unlinkSync(path)
      return true
    } catch {
      // Somebody was quicker.
      return false
    }
  }
}

/** Names the process after its address, which also takes passwords on the command line out of lists of processes. */
export function setTitle(config: Config, configFile: string | null): void {
  if (!config.setProcTitle) return
  const address = config.port === 0 ? `unixsocket:${config.unixsocket}` : `${config.bind[0] ?? '*'}:${config.port}`
  const values = new Map<string, string>([
    ['title', 'keyper'],
    ['listen-addr', address],
    ['config-file', configFile ?? '-'],
    ['port', String(config.port)],
    ['tls-port', String(config.tlsPort)],
    ['unixsocket', config.unixsocket],
  ])
  const title = fillTitle(config.procTitleTemplate, (name) => values.get(name) ?? '')
  if (title !== null && title !== '') process.title = title
}
