/**
 * Messages between those who have one SQLite file open, in this process and others: a table that listeners look at
 * ten times a second, since SQLite tells nobody of a change.
 */
import type { Clock, Timer } from '../util/clock.ts'
import type { MessageListener } from './backend.ts'
import type { SqliteDatabase, Statement } from './sqlite.ts'

const POLL_MS = 100
/** A listener that was held up for longer is told that it may have missed something. */
const KEPT_MS = 60_000

const SCHEMA = `
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  message TEXT NOT NULL,
  sent INTEGER NOT NULL
);
`

export class SqliteMessages {
  private readonly clock: Clock
  private readonly insert: Statement
  private readonly forget: Statement
  private readonly newest: Statement
  private readonly since: Statement
  private readonly listeners = new Map<string, Set<MessageListener>>()
  /** The last message that was handed on. */
  private seen = 0
  private timer: Timer | null = null
  private closed = false

  constructor(database: SqliteDatabase, clock: Clock) {
    database.exec(SCHEMA)
    this.clock = clock
    this.insert = database.prepare('INSERT INTO messages (channel, message, sent) VALUES (?, ?, ?)')
    this.forget = database.prepare('DELETE FROM messages WHERE sent < ?')
    this.newest = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'messages'")
    this.since = database.prepare('SELECT id, channel, message FROM messages WHERE id > ? ORDER BY id')
  }

  publish(channel: string, message: string): void {
    const now = this.clock.now()
    this.forget.run(now - KEPT_MS)
    this.insert.run(channel, message, now)
    // Those in this process need not wait.
    if (this.timer !== null) this.clock.soon(() => this.deliver())
  }

  subscribe(channel: string, listener: MessageListener): () => void {
    if (this.timer === null) {
      this.seen = this.lastId()
      this.poll()
    }
    const listeners = this.listeners.get(channel) ?? new Set()
    this.listeners.set(channel, listeners.add(listener))
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.listeners.delete(channel)
      if (this.listeners.size === 0) this.stop()
    }
  }

  close(): void {
    this.closed = true
    this.listeners.clear()
    this.stop()
  }

  private poll(): void {
    this.timer = this.clock.after(POLL_MS, () => {
      this.poll()
      this.deliver()
    })
  }

  private stop(): void {
    this.timer?.cancel()
    this.timer = null
  }

  private deliver(): void {
    if (this.closed || this.timer === null) return
    const newest = this.lastId()
    if (newest === this.seen) return
    const rows = this.since.all(this.seen)
    // Ids have no gaps: what is not there was forgotten before it was seen.
    const missed = rows.length < newest - this.seen
    this.seen = newest
    if (missed) for (const each of [...this.listeners.values()].flatMap((all) => [...all])) each(null)
    for (const row of rows) {
      this.seen = Math.max(this.seen, Number(row['id']))
      for (const listener of this.listeners.get(row['channel'] as string) ?? []) listener(row['message'] as string)
    }
  }

  private lastId(): number {
    return Number(this.newest.get()?.['seq'] ?? 0)
  }
}
