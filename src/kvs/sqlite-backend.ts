/**
 * An SQLite file as a back end. Several processes may have the file open: every step is a transaction of its own.
 */
import { type Clock, systemClock } from '../util/clock.ts'
import type { Backend, MessageListener, SlidingWindow, Update, WindowState, Write } from './backend.ts'
import { fromUtf8, utf8 } from './backend.ts'
import { slideLog } from './sliding-window.ts'
import type { SqliteDatabase, SqliteModule, Statement } from './sqlite.ts'
import { SqliteMessages } from './sqlite-messages.ts'

/** Writes between two sweeps of expired rows. */
const SWEEP_EVERY = 1000

/** Keys are blobs, so that their order is the order of bytes and a prefix is a range. */
const SCHEMA = `
PRAGMA busy_timeout = 5000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS entries (
  key BLOB PRIMARY KEY,
  value BLOB NOT NULL,
  expires INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_expiry ON entries (expires) WHERE expires IS NOT NULL;
`

export class SqliteBackend implements Backend {
  private readonly database: SqliteDatabase
  private readonly clock: Clock
  private readonly select: Statement
  private readonly upsert: Statement
  private readonly upsertKeepingTtl: Statement
  private readonly remove: Statement
  private readonly removeReturning: Statement
  private readonly renew: Statement
  private readonly range: Statement
  private readonly length: Statement
  private readonly sweep: Statement
  private readonly messages: SqliteMessages
  private writesUntilSweep = 0
  private closed = false

  /** Opens the file, or makes it. Throws what SQLite says of a file that is none of its own. */
  constructor(sqlite: SqliteModule, path: string, clock: Clock = systemClock) {
    this.database = new sqlite.DatabaseSync(path)
    this.clock = clock
    try {
      this.database.exec(SCHEMA)
      this.messages = new SqliteMessages(this.database, clock)
    } catch (error) {
      this.database.close()
      throw error
    }
    const alive = '(expires IS NULL OR expires > ?)'
    const prepare = (sql: string) => this.database.prepare(sql)
    this.select = prepare(`SELECT value FROM entries WHERE key = ? AND ${alive}`)
    this.upsert = prepare('INSERT OR REPLACE INTO entries (key, value, expires) VALUES (?, ?, ?)')
    this.upsertKeepingTtl = prepare(
      'INSERT INTO entries (key, value, expires) VALUES (?, ?, NULL) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    )
    this.remove = prepare(`DELETE FROM entries WHERE key = ? AND ${alive}`)
    this.removeReturning = prepare(`DELETE FROM entries WHERE key = ? AND ${alive} RETURNING value`)
    this.renew = prepare(`UPDATE entries SET expires = ? WHERE key = ? AND ${alive}`)
    this.range = prepare(`SELECT key FROM entries WHERE key >= ? AND key < ? AND ${alive}`)
    this.length = prepare(`SELECT length(value) AS length FROM entries WHERE key = ? AND ${alive}`)
    this.sweep = prepare('DELETE FROM entries WHERE expires <= ?')
  }

  async get(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return this.read(keys)
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    this.sweepSometimes()
    this.write({ key, value, ttlMs })
  }

  async delete(key: string): Promise<boolean> {
    return Number(this.remove.run(utf8(key), this.clock.now()).changes) === 1
  }

  async take(key: string): Promise<Uint8Array | null> {
    const row = this.removeReturning.get(utf8(key), this.clock.now())
    return row === undefined ? null : (row['value'] as Uint8Array)
  }

  async expire(key: string, ttlMs: number): Promise<void> {
    const now = this.clock.now()
    this.renew.run(ttlMs === 0 ? null : now + ttlMs, utf8(key), now)
  }

  async list(prefix: string): Promise<string[]> {
    const from = utf8(prefix)
    // The least key that is above all with the prefix. UTF-8 has no byte 0xff, so adding one to the last never carries.
    const to = from.length === 0 ? Buffer.from([0xff]) : Buffer.from(from)
    if (from.length > 0) to[to.length - 1]++
    const keys = this.range
      .all(from, to, this.clock.now())
      .map((row) => fromUtf8(Buffer.from(row['key'] as Uint8Array)))
    return keys.filter((key) => key !== null)
  }

  async sizes(keys: readonly string[]): Promise<number[]> {
    const now = this.clock.now()
    return keys.map((key) => Number(this.length.get(utf8(key), now)?.['length'] ?? 0))
  }

  async update<T>(keys: readonly string[], plan: (values: (Uint8Array | null)[]) => Update<T>): Promise<T> {
    this.sweepSometimes()
    this.database.exec('BEGIN IMMEDIATE')
    try {
      const { writes, result } = plan(this.read(keys))
      for (const write of writes) this.write(write)
      this.database.exec('COMMIT')
      return result
    } catch (error) {
      this.database.exec('ROLLBACK')
      throw error
    }
  }

  slide(key: string, window: SlidingWindow): Promise<WindowState> {
    return this.update([key], ([value]) => slideLog(key, value, window, this.clock.now()))
  }

  async publish(channel: string, message: string): Promise<void> {
    this.messages.publish(channel, message)
  }

  async subscribe(channel: string, listener: MessageListener): Promise<() => Promise<void>> {
    const end = this.messages.subscribe(channel, listener)
    return async () => end()
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.messages.close()
    this.database.close()
  }

  private read(keys: readonly string[]): (Uint8Array | null)[] {
    const now = this.clock.now()
    return keys.map((key) => (this.select.get(utf8(key), now)?.['value'] as Uint8Array | undefined) ?? null)
  }

  private write({ key, value, ttlMs }: Write): void {
    const name = utf8(key)
    const now = this.clock.now()
    if (value === null) this.remove.run(name, now)
    else if (ttlMs !== 'keep') this.upsert.run(name, value, ttlMs === 0 ? null : now + ttlMs)
    else {
      // What has expired has no time left to keep.
      if (this.length.get(name, now) === undefined) this.upsert.run(name, value, null)
      else this.upsertKeepingTtl.run(name, value)
    }
  }

  private sweepSometimes(): void {
    if (this.writesUntilSweep-- > 0) return
    this.writesUntilSweep = SWEEP_EVERY
    this.sweep.run(this.clock.now())
  }
}
