/** The thresholds at which a value takes another encoding; CONFIG SET changes them while the server runs. */
export interface EncodingLimits {
  /** Entries of a list node when positive; -1 to -5: 4, 8, 16, 32 or 64 KB. */
  listMaxListpackSize: number
  hashMaxListpackEntries: number
  hashMaxListpackValue: number
  setMaxIntsetEntries: number
  setMaxListpackEntries: number
  setMaxListpackValue: number
  zsetMaxListpackEntries: number
  zsetMaxListpackValue: number
  /** Bytes, header included, beyond which a HyperLogLog becomes dense. */
  hllSparseMaxBytes: number
}

export function defaultLimits(): EncodingLimits {
  return {
    listMaxListpackSize: -2,
    hashMaxListpackEntries: 512,
    hashMaxListpackValue: 64,
    setMaxIntsetEntries: 512,
    setMaxListpackEntries: 128,
    setMaxListpackValue: 64,
    zsetMaxListpackEntries: 128,
    zsetMaxListpackValue: 64,
    hllSparseMaxBytes: 3000,
  }
}
