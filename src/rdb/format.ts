/** Numbers of the RDB format. */

/** What a key's value is and how it is written. */
export const RdbType = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  zset2: 5,
  modulePreGa: 6,
  module2: 7,
  hashZipmap: 9,
  listZiplist: 10,
  setIntset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  listQuicklist: 14,
  streamListpacks: 15,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
  streamListpacks2: 19,
  setListpack: 20,
  streamListpacks3: 21,
  hashMetadataPreGa: 22,
  hashListpackExPreGa: 23,
  hashMetadata: 24,
  hashListpackEx: 25,
} as const

export const Opcode = {
  slotInfo: 244,
  function2: 245,
  functionPreGa: 246,
  moduleAux: 247,
  idle: 248,
  freq: 249,
  aux: 250,
  resizeDb: 251,
  expireMs: 252,
  expireSeconds: 253,
  selectDb: 254,
  end: 255,
} as const

/** Special forms of a length. */
export const Encoding = { int8: 0, int16: 1, int32: 2, lzf: 3 } as const

/** The newest version whose format is known here. */
export const NEWEST_VERSION = 12

/** The version that is written: what Redis 7.0 writes and reads. */
export const WRITTEN_VERSION = 10

/** The version that is written where fields of hashes have deadlines: what Redis 7.4 writes. */
export const FIELD_EXPIRY_VERSION = 12

/** A dump that is not sound, or more than this reader knows. */
export class RdbFormatError extends Error {
  override readonly name = 'RdbFormatError'
  /** Where in the file, in bytes. */
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(`${reason} (at byte ${offset})`)
    this.offset = offset
  }
}
