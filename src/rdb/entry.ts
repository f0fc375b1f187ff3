/** What a dump holds, as plain data. Strings have one char a byte. */

export interface PendingEntry {
  readonly id: string
  readonly deliveryTime: number
  readonly deliveryCount: number
}

export interface ConsumerEntry {
  readonly name: string
  /** Unix ms. */
  readonly seenTime: number
  /** Unix ms; -1 when never active. */
  readonly activeTime: number
  /** Ids of its pending entries, which the group holds too. */
  readonly pending: readonly string[]
}

export interface GroupEntry {
  readonly name: string
  readonly lastDeliveredId: string
  /** -1 when it cannot be known. */
  readonly entriesRead: number
  readonly pending: readonly PendingEntry[]
  readonly consumers: readonly ConsumerEntry[]
}

export interface StreamEntry {
  /** Nodes in order: the id each begins with, and its listpack. Ids are 16 bytes, big-endian. */
  readonly nodes: readonly { readonly firstId: string; readonly listpack: Buffer }[]
  readonly length: number
  readonly lastId: string
  /** 0-0 in dumps of version 1, which do not say. */
  readonly maxDeletedId: string
  /** Null in dumps of version 1, which do not say. */
  readonly entriesAdded: number | null
  readonly groups: readonly GroupEntry[]
}

export type RdbValue =
  | { readonly type: 'string'; readonly encoding: string; readonly value: string }
  | { readonly type: 'list'; readonly encoding: string; readonly values: readonly string[] }
  | { readonly type: 'set'; readonly encoding: string; readonly members: readonly string[] }
  | {
      readonly type: 'zset'
      readonly encoding: string
      readonly members: readonly string[]
      readonly scores: readonly number[]
    }
  | {
      readonly type: 'hash'
      readonly encoding: string
      readonly fields: readonly string[]
      readonly values: readonly string[]
      /** Unix ms per field, 0 for none; null when no field expires. */
      readonly expiries: readonly number[] | null
    }
  | { readonly type: 'stream'; readonly encoding: string; readonly stream: StreamEntry }
  | { readonly type: 'module'; readonly encoding: string; readonly module: string }

export interface RdbEntry {
  readonly db: number
  readonly key: string
  /** Unix ms. */
  readonly expireAtMs: number | null
  /** Seconds since the last access, under an LRU policy. */
  readonly idleSeconds: number | null
  /** Logarithmic access counter, under an LFU policy. */
  readonly frequency: number | null
  readonly value: RdbValue
}
