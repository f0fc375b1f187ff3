/** Why the gate has to look closer, as bits: an ordinary request passes with one test of them all. */

/** Reasons that lie in the session. */
export const Restriction = {
  /** Has not authenticated although a password is required. */
  unauthenticated: 1,
  /** Between MULTI and EXEC. */
  queueing: 2,
  /** In RESP2 subscriber mode. */
  subscribed: 4,
  /** The link to our master. */
  master: 8,
  /** Its user may not do everything. */
  limitedUser: 16,
  /** Fed by the server (a replica, MONITOR): must not touch keys itself. */
  feed: 32,
} as const

/** Reasons that lie in the server. */
export const ServerRestriction = {
  loading: 1,
  /** A replica that takes no writes. */
  readonlyReplica: 2,
  /** A replica whose link is down and that must not serve old data. */
  stale: 4,
  /** Fewer good replicas than min-replicas-to-write. */
  tooFewReplicas: 8,
  /** The last save failed and stop-writes-on-bgsave-error is on. */
  saveFailing: 16,
  /** CLIENT PAUSE or a failover. */
  paused: 32,
  /** maxmemory is set. */
  memoryLimit: 64,
  /** A slow script holds the server. */
  busy: 128,
  /** The append-only file cannot be written. */
  appendFailing: 256,
} as const
