/**
 * A stretch of consecutive stream entries, and its form in dumps: a listpack whose entries share the fields of the
 * first (the master entry), with ids as differences to the node's first id.
 */
import { ListpackWriter, readListpack } from '../util/listpack.ts'
import { parseInt64 } from '../util/numbers.ts'
import { idMs, idSequence, makeBigId, type StreamId } from './stream-id.ts'

const DELETED = 1
const SAME_FIELDS = 2

export interface StreamNode {
  /** The id the node was begun with; entries may have been deleted since. */
  readonly firstId: StreamId
  /** Ids of the living entries, in order. */
  readonly ids: StreamId[]
  /** Per living entry: field, value, field, value ... */
  readonly entries: (readonly string[])[]
  /** Entries deleted from it. */
  deleted: number
  /** Estimate of its size as a listpack. */
  bytes: number
}

export function newNode(firstId: StreamId): StreamNode {
  return { firstId, ids: [], entries: [], deleted: 0, bytes: 16 }
}

function fieldNames(entry: readonly string[]): string[] {
  const names: string[] = []
  for (let i = 0; i < entry.length; i += 2) names.push(entry[i])
  return names
}

function sameNames(names: readonly string[], entry: readonly string[]): boolean {
  if (names.length * 2 !== entry.length) return false
  for (let i = 0; i < names.length; i++) if (names[i] !== entry[i * 2]) return false
  return true
}

/** The node as Redis keeps it. */
export function encodeNode(node: StreamNode): Buffer {
  const lp = new ListpackWriter()
  const master = fieldNames(node.entries[0])
  lp.appendInteger(node.entries.length)
  // Deleted entries are gone for good here, so the written node has none.
  lp.appendInteger(0)
  lp.appendInteger(master.length)
  for (const name of master) lp.append(name)
  lp.appendInteger(0)
  const baseMs = BigInt(idMs(node.firstId))
  const baseSequence = BigInt(idSequence(node.firstId))
  for (let i = 0; i < node.entries.length; i++) {
    const entry = node.entries[i]
    const same = sameNames(master, entry)
    lp.appendInteger(same ? SAME_FIELDS : 0)
    lp.appendInteger(BigInt.asIntN(64, BigInt(idMs(node.ids[i])) - baseMs))
    lp.appendInteger(BigInt.asIntN(64, BigInt(idSequence(node.ids[i])) - baseSequence))
    if (same) {
      for (let k = 1; k < entry.length; k += 2) lp.append(entry[k])
      lp.appendInteger(master.length + 3)
    } else {
      lp.appendInteger(entry.length / 2)
      for (const word of entry) lp.append(word)
      lp.appendInteger(entry.length + 4)
    }
  }
  return lp.finish()
}

/** Reads a node; null when it is not a sound one. */
export function decodeNode(firstId: StreamId, listpack: Buffer): StreamNode | null {
  const words = readListpack(listpack, 0, listpack.length)
  if (words === null) return null
  let at = 0
  const int = (): number => {
    const n = at < words.length ? Number(words[at++]) : Number.NaN
    return Number.isSafeInteger(n) ? n : -1
  }
  const living = int()
  const deleted = int()
  const masterCount = int()
  if (living < 0 || deleted < 0 || masterCount < 0 || masterCount > words.length - at) return null
  const master = words.slice(at, at + masterCount)
  at += masterCount
  if (int() !== 0) return null
  const node = newNode(firstId)
  const baseMs = BigInt(idMs(firstId))
  const baseSequence = BigInt(idSequence(firstId))
  let gone = 0
  let previous = ''
  for (let seen = 0; seen < living + deleted; seen++) {
    const begin = at
    const flags = int()
    if (flags < 0 || flags > 3) return null
    const ms = at < words.length ? parseInt64(words[at++]) : null
    const sequence = at < words.length ? parseInt64(words[at++]) : null
    if (ms === null || sequence === null) return null
    const id = makeBigId(BigInt.asUintN(64, baseMs + ms), BigInt.asUintN(64, baseSequence + sequence))
    if (id <= previous) return null
    previous = id
    const same = (flags & SAME_FIELDS) !== 0
    const count = same ? masterCount : int()
    if (count < 0 || count > words.length) return null
    const width = same ? count : count * 2
    if (at + width >= words.length) return null
    const fields: string[] = []
    if (same) for (let i = 0; i < count; i++) fields.push(master[i], words[at + i])
    else for (let i = 0; i < width; i++) fields.push(words[at + i])
    at += width
    if (int() !== at - 1 - begin) return null
    if ((flags & DELETED) !== 0) gone++
    else {
      node.ids.push(id)
      node.entries.push(fields)
    }
  }
  if (at !== words.length || gone !== deleted || node.ids.length !== living) return null
  node.deleted = deleted
  node.bytes = listpack.length
  return node
}
