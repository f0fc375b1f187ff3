/**
 * Walks the row of a stream node: a listpack of
 *
 *     living, deleted, number of master fields, master fields ..., 0
 *
 * and per entry
 *
 *     flags, ms - first ms, sequence - first sequence, [values ... | number of fields, fields and values ...], words
 *
 * where `words` counts what stands before it.
 */
import { LISTPACK_HEADER } from '../util/listpack.ts'
import { isSoundListpack, nextWord, readBigInteger, readSafeInteger, readWord } from '../util/listpack-text.ts'
import { formatHalves, formatId, idMs, idSequence, makeBigId, makeId, type StreamId } from './stream-id.ts'

export const DELETED = 1
export const SAME_FIELDS = 2

const MAX_SAFE = Number.MAX_SAFE_INTEGER

/** For changing a row, which as a string cannot be changed. */
let scratch = Buffer.allocUnsafeSlow(1 << 13)

export interface Census {
  readonly living: number
  readonly deleted: number
}

export class RowCursor {
  private readonly firstId: StreamId
  private readonly row: string
  /** Halves of the first id; NaN when it is too large for two numbers. */
  private readonly baseMs: number
  private readonly baseSequence: number
  private readonly masterAt: number
  private readonly masterCount: number
  private readonly entriesAt: number
  private master: readonly string[] | null = null
  /** Where the current entry begins; 0 before the first. */
  at = 0
  /** Where the next one begins; 0 when nobody walked over the fields yet. */
  private nextAt = 0
  private flags = 0
  /** Halves of the current id, unless it is a wide one. */
  private ms = 0
  private sequence = 0
  /** The current id when it is too large for two numbers, else empty. */
  private wideId = ''
  private fieldsAt = 0

  /** The row must be a sound one. */
  constructor(firstId: StreamId, row: string) {
    this.firstId = firstId
    this.row = row
    const ms = idMs(firstId)
    const sequence = idSequence(firstId)
    this.baseMs = typeof ms === 'number' ? ms : NaN
    this.baseSequence = typeof sequence === 'number' ? sequence : NaN
    let at = nextWord(row, nextWord(row, LISTPACK_HEADER))
    this.masterCount = readSafeInteger(row, at)
    this.masterAt = at = nextWord(row, at)
    for (let i = 0; i < this.masterCount; i++) at = nextWord(row, at)
    this.entriesAt = nextWord(row, at)
  }

  /** Goes to the next living entry; false behind the last. */
  next(): boolean {
    const end = this.row.length - 1
    let place = this.at === 0 ? this.entriesAt : this.nextAt !== 0 ? this.nextAt : this.afterEntry()
    while (place < end) {
      this.moveTo(place)
      if ((this.flags & DELETED) === 0) return true
      place = this.afterEntry()
    }
    return false
  }

  /** Goes to the first living entry not below an id; false when there is none. */
  seek(id: StreamId): boolean {
    if (id <= this.firstId) return this.next()
    // As doubles, halves too large for safe numbers are still above all that are not.
    const ms = Number(idMs(id))
    const sequence = Number(idSequence(id))
    while (this.next()) {
      const order = this.wideId !== '' ? this.compare(id) : this.ms - ms || this.sequence - sequence
      if (order >= 0) return true
    }
    return false
  }

  /** Goes to the entry at a place where one began. */
  moveTo(place: number): void {
    const { row } = this
    this.at = place
    this.nextAt = 0
    this.flags = readSafeInteger(row, place)
    const msAt = nextWord(row, place)
    const sequenceAt = nextWord(row, msAt)
    this.fieldsAt = nextWord(row, sequenceAt)
    this.ms = this.baseMs + readSafeInteger(row, msAt)
    this.sequence = this.baseSequence + readSafeInteger(row, sequenceAt)
    const isNarrow = this.ms >= 0 && this.ms <= MAX_SAFE && this.sequence >= 0 && this.sequence <= MAX_SAFE
    this.wideId = isNarrow ? '' : addToId(this.firstId, readBigInteger(row, msAt)!, readBigInteger(row, sequenceAt)!)
  }

  private afterEntry(): number {
    const { row } = this
    let at = this.fieldsAt
    let words = this.masterCount
    if ((this.flags & SAME_FIELDS) === 0) {
      words = readSafeInteger(row, at) * 2
      at = nextWord(row, at)
    }
    for (; words >= 0; words--) at = nextWord(row, at)
    return at
  }

  /** Is the current id below (negative), equal to (0) or above (positive) another? */
  compare(id: StreamId): number {
    if (this.wideId !== '') return this.wideId < id ? -1 : this.wideId === id ? 0 : 1
    return this.ms - Number(idMs(id)) || this.sequence - Number(idSequence(id))
  }

  id(): StreamId {
    return this.wideId === '' ? makeId(this.ms, this.sequence) : this.wideId
  }

  /** The id as clients see it. */
  idText(): string {
    return this.wideId === '' ? formatHalves(this.ms, this.sequence) : formatId(this.wideId)
  }

  /** Field, value, field, value ... */
  fields(): readonly string[] {
    const { row } = this
    let at = this.fieldsAt
    if ((this.flags & SAME_FIELDS) === 0) {
      const words = readSafeInteger(row, at) * 2
      const fields: string[] = []
      for (let i = 0; i < words; i++) {
        at = nextWord(row, at)
        fields.push(readWord(row, at))
      }
      return fields
    }
    const master = this.masterFields()
    if (master.length === 1) {
      this.nextAt = nextWord(row, nextWord(row, at))
      return [master[0], readWord(row, at)]
    }
    const fields: string[] = []
    for (let i = 0; i < master.length; i++) {
      fields.push(master[i], readWord(row, at))
      at = nextWord(row, at)
    }
    this.nextAt = nextWord(row, at)
    return fields
  }

  private masterFields(): readonly string[] {
    if (this.master !== null) return this.master
    const master: string[] = []
    let at = this.masterAt
    for (let i = 0; i < this.masterCount; i++) {
      master.push(readWord(this.row, at))
      at = nextWord(this.row, at)
    }
    return (this.master = master)
  }

  /** The row with the current entry marked as deleted. */
  withoutCurrent(): string {
    const { row, at } = this
    if (scratch.length < row.length) scratch = Buffer.allocUnsafeSlow(row.length * 2)
    const copy = scratch
    copy.latin1Write(row, 0)
    copy[at] = this.flags | DELETED
    return copy.latin1Slice(0, row.length)
  }

  /** Is the row that of a sound node, ids in order? Then how many entries it has, else null. */
  static check(firstId: StreamId, row: string): Census | null {
    if (!isSoundListpack(row)) return null
    const end = row.length - 1
    let at = LISTPACK_HEADER
    /** The next word as a number not below 0, else -1. */
    const count = (): number => {
      const n = at < end ? readSafeInteger(row, at) : -1
      if (n >= 0) at = nextWord(row, at)
      return n >= 0 ? n : -1
    }
    const skip = (words: number): boolean => {
      for (; words > 0 && at < end; words--) at = nextWord(row, at)
      return words === 0
    }
    const living = count()
    const deleted = count()
    const masterCount = count()
    if (living < 0 || deleted < 0 || masterCount < 0 || !skip(masterCount) || count() !== 0) return null
    let alive = 0
    let gone = 0
    const cursor = new RowCursor(firstId, row)
    let ms = -1
    let sequence = -1
    let wideId = ''
    while (at < end) {
      const place = at
      // Flags of another width could not be changed in place.
      if (row.charCodeAt(at) > 3) return null
      const flags = count()
      for (let half = 0; half < 2; half++) {
        if (at >= end || !isInteger(row, at)) return null
        at = nextWord(row, at)
      }
      cursor.moveTo(place)
      const same = (flags & SAME_FIELDS) !== 0
      const fields = same ? masterCount : count()
      const words = same ? fields : fields * 2
      if (fields < 0 || !skip(words) || count() !== words + (same ? 3 : 4)) return null
      // In order, and none below the node's own id.
      if (ms === -1) {
        if (cursor.compare(firstId) < 0) return null
      } else if (cursor.wideId !== '' || wideId !== '') {
        if (cursor.id() <= (wideId === '' ? makeId(ms, sequence) : wideId)) return null
      } else if (cursor.ms < ms || (cursor.ms === ms && cursor.sequence <= sequence)) return null
      wideId = cursor.wideId
      ms = wideId === '' ? cursor.ms : 0
      sequence = cursor.sequence
      if ((flags & DELETED) !== 0) gone++
      else alive++
    }
    return gone === deleted && alive === living ? { living, deleted } : null
  }
}

/** What the row says at its beginning: marks set since do not change it. */
export function livingWhenPacked(row: string): number {
  return readSafeInteger(row, LISTPACK_HEADER)
}

/** Has the row no marked entries, given how many live? */
export function isClean(row: string, living: number): boolean {
  return livingWhenPacked(row) === living && readSafeInteger(row, nextWord(row, LISTPACK_HEADER)) === 0
}

function isInteger(row: string, at: number): boolean {
  const n = readSafeInteger(row, at)
  return n === n || readBigInteger(row, at) !== null
}

function addToId(id: StreamId, ms: bigint, sequence: bigint): StreamId {
  return makeBigId(BigInt.asUintN(64, BigInt(idMs(id)) + ms), BigInt.asUintN(64, BigInt(idSequence(id)) + sequence))
}
