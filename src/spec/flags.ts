/** Command flags as bits, so that the gate asks one question for many of them. Names are those of COMMAND INFO. */
export const Flag = {
  write: 1 << 0,
  readonly: 1 << 1,
  denyoom: 1 << 2,
  admin: 1 << 3,
  pubsub: 1 << 4,
  noscript: 1 << 5,
  blocking: 1 << 6,
  loading: 1 << 7,
  stale: 1 << 8,
  skip_monitor: 1 << 9,
  skip_slowlog: 1 << 10,
  asking: 1 << 11,
  fast: 1 << 12,
  no_auth: 1 << 13,
  /** May be propagated although it does not write. Not shown. */
  may_replicate: 1 << 14,
  no_async_loading: 1 << 15,
  no_multi: 1 << 16,
  movablekeys: 1 << 17,
  allow_busy: 1 << 18,
  no_mandatory_keys: 1 << 19,
  /** Runs at once inside MULTI instead of being queued (EXEC, DISCARD, MULTI, WATCH, QUIT, RESET). Not shown. */
  immediate: 1 << 20,
  /** Allowed while the client is in RESP2 subscriber mode. Not shown. */
  subscriber: 1 << 21,
  /** Not counted, not shown in COMMAND LIST (internal commands of the replication link). Not shown. */
  hidden: 1 << 22,
} as const

export type FlagName = keyof typeof Flag

const SHOWN: readonly FlagName[] = [
  'write', 'readonly', 'denyoom', 'admin', 'pubsub', 'noscript', 'blocking', 'loading', 'stale', 'skip_monitor',
  'skip_slowlog', 'asking', 'fast', 'no_auth', 'no_mandatory_keys', 'no_async_loading', 'no_multi', 'movablekeys',
  'allow_busy',
] // biome-ignore format: one table

/** Bits of a space-separated list of flag names; throws on an unknown one (a mistake in a declaration). */
export function flagBits(names: string): number {
  let bits = 0
  for (const name of names.split(' ')) {
    if (name === '') continue
    const bit = Flag[name as FlagName]
    if (bit === undefined) throw new Error(`unknown command flag: ${name}`)
    bits |= bit
  }
  return bits
}

/** The flag names that COMMAND INFO shows, in Redis's order. */
export function flagNames(bits: number): string[] {
  return SHOWN.filter((name) => (bits & Flag[name]) !== 0)
}
