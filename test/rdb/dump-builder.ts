/**
 * Puts dumps together byte by byte, in every form that any server ever wrote, sound or not.
 *
 * It shares nothing with the reader and the writer of the server, so that a mistake of theirs is not repeated here.
 */
import { crc64 } from '../../src/util/crc64.ts'

export type Piece = Buffer | string | number

/** Buffers as they are, strings as latin1, numbers as single bytes. */
export function bytes(...pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.map((piece) =>
      typeof piece === 'number' ? Buffer.of(piece) : typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece,
    ),
  )
}

function little(n: number | bigint, size: number): Buffer {
  const out = Buffer.alloc(8)
  out.writeBigUInt64LE(BigInt.asUintN(64, BigInt(n)))
  return out.subarray(0, size)
}

function big(n: number | bigint, size: number): Buffer {
  return Buffer.from(little(n, size)).reverse()
}

export const uint16 = (n: number) => little(n, 2)
export const uint32 = (n: number) => little(n, 4)
export const int64 = (n: number | bigint) => little(n, 8)

export function double(d: number): Buffer {
  const out = Buffer.alloc(8)
  out.writeDoubleLE(d)
  return out
}

/** A length, in the form asked for: 6, 14, 32 or 64 bits; by default the shortest. */
export function length(n: number | bigint, bits?: 6 | 14 | 32 | 64): Buffer {
  const form = bits ?? (n < 64 ? 6 : n < 16384 ? 14 : n < 2 ** 32 ? 32 : 64)
  if (form === 6) return Buffer.of(Number(n))
  if (form === 14) return Buffer.of(0x40 | (Number(n) >> 8), Number(n) & 255)
  return form === 32 ? bytes(0x80, big(n, 4)) : bytes(0x81, big(n, 8))
}

/** A string as it is. */
export function string(text: string, bits?: 6 | 14 | 32 | 64): Buffer {
  return bytes(length(text.length, bits), text)
}

export function blob(content: Buffer): Buffer {
  return bytes(length(content.length), content)
}

/** A string written as an integer of 1, 2 or 4 bytes. */
export function integerString(n: number, size: 1 | 2 | 4): Buffer {
  return bytes(0xc0 | (size >> 1), little(n, size))
}

/** An LZF string of literals only, or of one byte many times: literal, then a reference to the byte before. */
export function lzfLiterals(text: string): Buffer {
  const runs: Buffer[] = []
  for (let at = 0; at < text.length; at += 32) {
    const run = text.slice(at, at + 32)
    runs.push(bytes(run.length - 1, run))
  }
  const packed = Buffer.concat(runs)
  return bytes(0xc3, length(packed.length), length(text.length), packed)
}

export function lzfRun(char: string, count: number): Buffer {
  const pieces: Piece[] = [0, char]
  let left = count - 1
  while (left > 0) {
    // The last reference must reach at least three bytes.
    const run = left > 264 ? Math.min(264, left - 3) : left
    if (run <= 8) pieces.push(((run - 2) << 5) | 0, 0)
    else pieces.push(7 << 5, run - 9, 0)
    left -= run
  }
  const packed = bytes(...pieces)
  return bytes(0xc3, length(packed.length), length(count), packed)
}

/** A score as dumps before version 8 hold it: a length byte and digits, or a code. */
export function asciiDouble(text: string): Buffer {
  const code = { nan: 253, inf: 254, '-inf': 255 }[text]
  return code === undefined ? bytes(text.length, text) : Buffer.of(code)
}

/** Strings are written as strings; integers in the smallest form, or in one given. */
export type ZiplistEntry = string | number | bigint | { int: number | bigint; size: 1 | 2 | 3 | 4 | 8 }

export function ziplist(entries: readonly ZiplistEntry[], options: { wideBackLengths?: boolean } = {}): Buffer {
  const parts: Buffer[] = []
  let previous = 0
  let at = 10
  let tail = 10
  for (const entry of entries) {
    const wide = options.wideBackLengths === true || previous >= 254
    const back = wide ? bytes(254, uint32(previous)) : Buffer.of(previous)
    const part = bytes(back, ziplistBody(entry))
    tail = at
    at += part.length
    previous = part.length
    parts.push(part)
  }
  const count = entries.length < 0xffff ? entries.length : 0xffff
  return bytes(uint32(at + 1), uint32(tail), uint16(count), ...parts, 0xff)
}

function ziplistBody(entry: ZiplistEntry): Buffer {
  if (typeof entry === 'string') {
    const n = entry.length
    if (n < 64) return bytes(n, entry)
    if (n < 16384) return bytes(0x40 | (n >> 8), n & 255, entry)
    return bytes(0x80, big(n, 4), entry)
  }
  const n = typeof entry === 'object' ? entry.int : entry
  if (typeof entry !== 'object' && n >= 0 && n <= 12) return Buffer.of(0xf1 + Number(n))
  const fits = (bits: bigint) => BigInt(n) >= -(1n << (bits - 1n)) && BigInt(n) < 1n << (bits - 1n)
  const size = typeof entry === 'object' ? entry.size : fits(8n) ? 1 : fits(16n) ? 2 : fits(24n) ? 3 : fits(32n) ? 4 : 8
  const head = { 1: 0xfe, 2: 0xc0, 3: 0xf0, 4: 0xd0, 8: 0xe0 }[size]
  return bytes(head, little(n, size))
}

/** `unused`: spare bytes behind each value, as left by values that grew shorter. */
export function zipmap(pairs: readonly (readonly [string, string])[], unused = 0): Buffer {
  const part = (text: string) => (text.length < 254 ? Buffer.of(text.length) : bytes(254, uint32(text.length)))
  const body = pairs.flatMap(([key, value]) => [part(key), key, part(value), unused, value, '\0'.repeat(unused)])
  return bytes(pairs.length < 254 ? pairs.length : 254, ...body, 0xff)
}

export function intset(width: 2 | 4 | 8, members: readonly (number | bigint)[]): Buffer {
  return bytes(uint32(width), uint32(members.length), ...members.map((n) => little(n, width)))
}

/** Strings are written as strings; integers in the smallest form, or in one given. */
export type ListpackEntry = string | number | bigint | { int: number | bigint; bits: 7 | 13 | 16 | 24 | 32 | 64 }

export function listpack(entries: readonly ListpackEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const body = listpackBody(entry)
    return [body, listpackBackLength(body.length)]
  })
  const size = 7 + parts.reduce((sum, part) => sum + part.length, 0)
  return bytes(uint32(size), uint16(Math.min(entries.length, 0xffff)), ...parts, 0xff)
}

function listpackBody(entry: ListpackEntry): Buffer {
  if (typeof entry === 'string') {
    const n = entry.length
    if (n < 64) return bytes(0x80 | n, entry)
    if (n < 4096) return bytes(0xe0 | (n >> 8), n & 255, entry)
    return bytes(0xf0, uint32(n), entry)
  }
  const n = BigInt(typeof entry === 'object' ? entry.int : entry)
  const fits = (bits: bigint) => n >= -(1n << (bits - 1n)) && n < 1n << (bits - 1n)
  const bits =
    typeof entry === 'object'
      ? entry.bits
      : n >= 0n && n < 128n
        ? 7
        : ([13, 16, 24, 32] as const).find((width) => fits(BigInt(width)))
  if (bits === 7) return Buffer.of(Number(n))
  if (bits === 13) return bytes(0xc0 | Number((n >> 8n) & 31n), Number(n & 255n))
  if (bits === 16) return bytes(0xf1, little(n, 2))
  if (bits === 24) return bytes(0xf2, little(n, 3))
  if (bits === 32) return bytes(0xf3, little(n, 4))
  return bytes(0xf4, little(n, 8))
}

function listpackBackLength(size: number): Buffer {
  if (size <= 127) return Buffer.of(size)
  const groups: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 128)) groups.unshift(rest & 127)
  // Redis goes over to three bytes one earlier than it would need to.
  if (size === 16383) groups.unshift(0)
  return Buffer.from(groups.map((group, i) => (i === 0 ? group : group | 128)))
}

export interface NodeEntry {
  /** Differences to the node's first id. */
  readonly ms: number
  readonly sequence: number
  /** Field, value, ...; or values only when the entry has the master's fields. */
  readonly words: readonly string[]
  readonly same?: boolean
  readonly deleted?: boolean
}

/** The listpack of a stream's node. */
export function streamNode(masterFields: readonly string[], entries: readonly NodeEntry[]): Buffer {
  const deleted = entries.filter((entry) => entry.deleted).length
  const words: ListpackEntry[] = [entries.length - deleted, deleted, masterFields.length, ...masterFields, 0]
  for (const entry of entries) {
    const flags = (entry.deleted ? 1 : 0) | (entry.same ? 2 : 0)
    words.push(flags, entry.ms, entry.sequence)
    if (!entry.same) words.push(entry.words.length / 2)
    words.push(...entry.words, entry.words.length + (entry.same ? 3 : 4))
  }
  return listpack(words)
}

/** A stream id as 16 bytes. */
export function rawId(ms: number | bigint, sequence: number | bigint): Buffer {
  return bytes(big(ms, 8), big(sequence, 8))
}

/** A dump file under construction: every method appends. */
export class DumpBuilder {
  readonly version: number
  private readonly pieces: Buffer[]

  constructor(version: number) {
    this.version = version
    this.pieces = [Buffer.from(`REDIS${String(version).padStart(4, '0')}`)]
  }

  raw(...pieces: readonly Piece[]): this {
    this.pieces.push(bytes(...pieces))
    return this
  }

  aux(key: string, value: Piece): this {
    return this.raw(250, string(key), typeof value === 'string' ? string(value) : value)
  }

  select(db: number): this {
    return this.raw(254, length(db))
  }

  sizes(keys: number, expires: number): this {
    return this.raw(251, length(keys), length(expires))
  }

  expireSeconds(unixSeconds: number): this {
    return this.raw(253, uint32(unixSeconds))
  }

  expireMs(unixMs: number | bigint): this {
    return this.raw(252, int64(unixMs))
  }

  idle(seconds: number): this {
    return this.raw(248, length(seconds))
  }

  frequency(counter: number): this {
    return this.raw(249, counter)
  }

  entry(type: number, key: string, ...value: readonly Piece[]): this {
    return this.raw(type, string(key), ...value)
  }

  /** The file: with its end and, from version 5 on, a checksum, which may be left at zero. */
  end(options: { checksum?: boolean } = {}): Buffer {
    const body = bytes(...this.pieces, 255)
    if (this.version < 5) return body
    return bytes(body, int64(options.checksum === false ? 0n : crc64(body)))
  }
}

/** A DUMP payload: type and value, with version and checksum. */
export function dumpPayloadOf(content: Buffer, version = 10): Buffer {
  const body = bytes(content, uint16(version))
  return bytes(body, int64(crc64(body)))
}
