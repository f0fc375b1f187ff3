/**
 * The access column: what `OBJECT IDLETIME`, `OBJECT FREQ` and eviction know about a key's use.
 * LRU: Unix seconds of the last access. LFU: the minute (16 bits) of the last decay above an 8-bit logarithmic counter.
 */
import type { Store } from './store.ts'

const LFU_START = 5

/** The new content of the access column for a key used now; `old` is -1 for a new key. */
export function accessNow(store: Store, old: number): number {
  if (!store.lfu) return Math.floor(store.now / 1000)
  const minute = Math.floor(store.now / 60_000) & 0xffff
  if (old < 0) return (minute << 8) | LFU_START
  return ((minute << 8) | raised(lfuCounter(store, old), store.random.float(), store.lfuLogFactor)) >>> 0
}

/** The counter of an LFU access value, decayed to now. */
export function lfuCounter(store: Store, access: number): number {
  const counter = access & 0xff
  if (store.lfuDecayMinutes === 0) return counter
  const minute = Math.floor(store.now / 60_000) & 0xffff
  const elapsed = (minute - (access >>> 8)) & 0xffff
  return Math.max(0, counter - Math.floor(elapsed / store.lfuDecayMinutes))
}

function raised(counter: number, chance: number, logFactor: number): number {
  if (counter === 255) return 255
  const base = Math.max(0, counter - LFU_START)
  return chance < 1 / (base * logFactor + 1) ? counter + 1 : counter
}

/** Seconds since the last access under LRU. */
export function idleSeconds(store: Store, access: number): number {
  return Math.max(0, Math.floor(store.now / 1000) - access)
}

/** The access column for a key loaded with a known idle time (seconds) or LFU counter. */
export function accessFrom(store: Store, idle: number | null, frequency: number | null): number {
  if (store.lfu) {
    const minute = Math.floor(store.now / 60_000) & 0xffff
    return ((minute << 8) | (frequency ?? LFU_START)) >>> 0
  }
  return Math.max(0, Math.floor(store.now / 1000) - (idle ?? 0))
}
