/** Servers with an append-only file in folders that outlive them, and disks that fail on demand. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type AofFile, type AofFiles, systemFiles } from '../../src/aof/files.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'

const folders: string[] = []
const servers: TestServer[] = []

/** A folder that is removed after the test. */
export function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'keyper-aof-'))
  folders.push(dir)
  return dir
}

/** Starts a server with the append-only file on; it is closed after the test. */
export async function start(dir: string, config: Record<string, string> = {}): Promise<TestServer> {
  const server = await startKeyper({ dir, mirror: false, clock: 'system', config: { appendonly: 'yes', ...config } })
  servers.push(server)
  return server
}

export async function restart(
  server: TestServer,
  dir: string,
  config: Record<string, string> = {},
): Promise<TestServer> {
  await server.close()
  return start(dir, config)
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true })
})

export const part = (dir: string, name: string): string => join(dir, 'appendonlydir', name)
export const text = (dir: string, name: string): string => readFileSync(part(dir, name), 'latin1')
export const manifest = (dir: string): string => text(dir, 'appendonly.aof.manifest')

/** A command as the file holds it. */
export const bulk = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`

export async function info(server: TestServer, field: string): Promise<string | undefined> {
  const lines = String(await server.run('INFO persistence')).split('\r\n')
  return lines.find((line) => line.startsWith(`${field}:`))?.slice(field.length + 1)
}

/** Resolves when no rewrite is running or to come. */
export async function rewritten(server: TestServer): Promise<void> {
  await server.until(async () => {
    const running = (await info(server, 'aof_rewrite_in_progress')) === '1'
    return !running && (await info(server, 'aof_rewrite_scheduled')) === '0'
  }, 'the end of the rewrite')
}

/** A disk on which operations can be made to fail or to wait. */
export class FaultyDisk implements AofFiles {
  /** Thrown by every write while it is set. */
  writeError: Error | null = null
  /** A write that fails takes this many bytes first. */
  takesBefore = 0
  syncError: Error | null = null
  replaceError: Error | null = null
  createError: Error | null = null
  /** While it is set fsyncs wait. */
  private gate: Promise<void> | null = null
  private openGate = () => {}
  syncs = 0
  writes = 0

  holdSyncs(): void {
    this.gate = new Promise((resolve) => {
      this.openGate = resolve
    })
  }

  releaseSyncs(): void {
    this.gate = null
    this.openGate()
  }

  readonly exists = systemFiles.exists
  readonly makeFolder = systemFiles.makeFolder
  readonly readText = systemFiles.readText
  readonly openToRead = systemFiles.openToRead
  readonly replaceNow = systemFiles.replaceNow
  readonly rename = systemFiles.rename
  readonly truncate = systemFiles.truncate
  readonly remove = systemFiles.remove

  replace(path: string, content: string): Promise<void> {
    return this.replaceError === null ? systemFiles.replace(path, content) : Promise.reject(this.replaceError)
  }

  openToWrite(path: string, empty: boolean): { file: AofFile; size: number } {
    if (this.createError !== null) throw this.createError
    const { file, size } = systemFiles.openToWrite(path, empty)
    const disk = this
    return {
      size,
      file: {
        write(bytes, position) {
          disk.writes++
          if (disk.writeError === null) return file.write(bytes, position)
          if (disk.takesBefore === 0) throw disk.writeError
          const taken = file.write(bytes.subarray(0, disk.takesBefore), position)
          disk.takesBefore = 0
          return taken
        },
        async writeLater(bytes, position) {
          if (disk.writeError !== null) throw disk.writeError
          await file.writeLater(bytes, position)
        },
        async sync() {
          disk.syncs++
          if (disk.gate !== null) await disk.gate
          if (disk.syncError !== null) throw disk.syncError
          await file.sync()
        },
        syncNow() {
          if (disk.syncError !== null) throw disk.syncError
          file.syncNow()
        },
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
      },
    }
  }
}

export const noSpace = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
export const ioError = (): Error => Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' })
