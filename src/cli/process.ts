/** What belongs to the process rather than to the server: pid file, going to the background, signals. */
import { spawn } from 'node:child_process'
import { unlinkSync, writeFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'

/** Tells the child that it is already in the background. */
const CHILD_MARK = 'KEYPER_IN_BACKGROUND'

export const inBackground = (): boolean => process.env[CHILD_MARK] === '1'

/** Starts the same command line again, detached from the terminal. */
export function spawnBackground(): void {
  spawn(process.execPath, process.argv.slice(1), {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, [CHILD_MARK]: '1' },
  }).unref()
}

/** Writes the pid file, where one is wanted; returns a function that removes it. Failing is not fatal, as in Redis. */
export function writePidFile(config: Config, warn: (message: string) => void): () => void {
  const path = config.pidfile !== '' ? config.pidfile : config.daemonize ? '/var/run/redis.pid' : ''
  if (path === '') return () => {}
  try {
    writeFileSync(path, `${process.pid}\n`)
  } catch (error) {
    warn(`Failed to write PID file ${path}: ${(error as Error).message}`)
    return () => {}
  }
  return () => {
    try {
      unlinkSync(path)
    } catch {
      // Somebody was quicker.
    }
  }
}
