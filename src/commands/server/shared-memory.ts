/** What the MEMORY subcommands share: where the memory of the process is. All figures are bytes or ratios. */

import { sessionBytes } from '../../server/client-line.ts'
import type { Server } from '../../server/server.ts'

export interface MemoryFigures {
  /** In use by objects, on V8's heap and beside it. */
  readonly used: number
  readonly peak: number
  readonly startup: number
  /** What V8 holds for its heap, and what lies beside it. */
  readonly active: number
  /** What the system gave to the process. */
  readonly resident: number
  readonly backlog: number
  readonly replicas: number
  readonly clients: number
  /** Of each database with keys, about: the table of keys, and the table of deadlines. */
  readonly databases: readonly { readonly index: number; readonly keys: number; readonly deadlines: number }[]
  /** Everything that is not data. */
  readonly overhead: number
  readonly dataset: number
  readonly keyCount: number
  readonly largestClient: number
}

/** A row of the table of keys, without the key and its value; see `types/memory.ts`. */
const KEY_ROW = 88
const DEADLINE_ROW = 24

export function memoryFigures(server: Server): MemoryFigures {
  const { rss, heapTotal, external } = process.memoryUsage()
  const used = server.usedMemory()
  let replicas = 0
  let clients = 0
  let largestClient = 0
  for (const session of server.sessions.values()) {
    const bytes = sessionBytes(session) + session.heldBytes
    if (session.kind === 'replica') replicas += bytes
    else {
      clients += bytes
      largestClient = Math.max(largestClient, bytes)
    }
  }
  const databases = server.store.databases
    .filter((db) => db.size > 0)
    .map((db) => ({ index: db.index, keys: db.size * KEY_ROW, deadlines: db.keyspace.deadlines.size * DEADLINE_ROW }))
  const backlog = server.replication.backlogBytes
  const tables = databases.reduce((sum, { keys, deadlines }) => sum + keys + deadlines, 0)
  const overhead = Math.min(used, server.startupMemory + backlog + replicas + clients + tables)
  return {
    used,
    peak: server.memoryPeak(used),
    startup: server.startupMemory,
    active: heapTotal + external,
    resident: rss,
    backlog,
    replicas,
    clients,
    databases,
    overhead,
    dataset: used - overhead,
    keyCount: server.store.keyCount,
    largestClient,
  }
}
