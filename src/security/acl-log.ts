/** ACL LOG: what was denied lately, newest first; the same thing happening again is counted rather than repeated. */
import type { DeniedReason } from './permission.ts'

export type LogReason = DeniedReason | 'auth'
export type LogContext = 'toplevel' | 'multi' | 'lua'

/** What was denied. */
export interface Incident {
  readonly reason: LogReason
  readonly context: LogContext
  /** The command, key or channel; for failed logins the command. */
  readonly object: string
  readonly username: string
  /** The client as CLIENT LIST shows it. */
  readonly client: string
}

export interface LogEntry extends Incident {
  readonly id: number
  client: string
  count: number
  /** Unix ms. */
  readonly createdAt: number
  updatedAt: number
}

/** The same thing counts as one when it happens again within this many ms. */
const SAME_WITHIN = 60_000
/** How far back it is looked for. */
const LOOKED_AT = 10

export class AclLog {
  private entries: LogEntry[] = []
  private nextId = 0

  /** Adds an incident at `now`, Unix ms, and keeps `most` entries. */
  add(incident: Incident, now: number, most: number): void {
    const { entries } = this
    const at = entries.slice(0, LOOKED_AT).findIndex((entry) => isSame(entry, incident, now))
    if (at >= 0) {
      const [entry] = entries.splice(at, 1)
      entry.client = incident.client
      entry.updatedAt = now
      entry.count++
      entries.unshift(entry)
      return
    }
    entries.unshift({ ...incident, id: this.nextId++, count: 1, createdAt: now, updatedAt: now })
    if (entries.length > most) entries.length = most
  }

  latest(count: number): readonly LogEntry[] {
    return this.entries.slice(0, count)
  }

  reset(): void {
    this.entries = []
  }
}

function isSame(entry: LogEntry, { reason, context, object, username }: Incident, now: number): boolean {
  return (
    entry.reason === reason &&
    entry.context === context &&
    entry.object === object &&
    entry.username === username &&
    Math.abs(now - entry.updatedAt) <= SAME_WITHIN
  )
}
