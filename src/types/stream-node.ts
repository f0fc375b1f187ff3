/**
 * A stretch of consecutive stream entries, in one of two forms.
 *
 * The one that entries are added to is open: arrays of ids and fields. Once it is full it is packed into a row, the
 * listpack Redis keeps and dumps hold: its entries share the fields of the first (the master entry), and have ids as
 * differences to the node's first id. A row is a flat latin1 string, so it takes a header of 16 bytes beside its own,
 * and the garbage collector need not look inside.
 */
import { ListpackWriter } from '../util/listpack.ts'
import { formatId, idMs, idSequence, MAX_ID, type StreamId } from './stream-id.ts'
import { isClean, livingWhenPacked, RowCursor, SAME_FIELDS } from './stream-row.ts'

export interface OpenEntries {
  /** Ids of the living entries, in order. */
  readonly ids: StreamId[]
  /** Per living entry: field, value, field, value ... */
  readonly fields: (readonly string[])[]
}

export interface StreamNode {
  /** The id the node was begun with; entries may have been deleted since. */
  readonly firstId: StreamId
  content: OpenEntries | string
  /** Living entries; never 0 in a stream. */
  living: number
  /** Entries deleted from it. */
  deleted: number
  /** Bytes of the row, about while it is open. */
  bytes: number
  /** Id of the last living entry; empty when it has yet to be looked up. */
  lastId: StreamId
}

/** Beyond it a row would save nothing to speak of, and at some length it could be no string. */
const LARGEST_ROW = 1 << 20

export function newNode(firstId: StreamId): StreamNode {
  return { firstId, content: { ids: [], fields: [] }, living: 0, deleted: 0, bytes: 16, lastId: '' }
}

export function copyNode(node: StreamNode): StreamNode {
  const { content } = node
  return {
    ...node,
    content: typeof content === 'string' ? content : { ids: content.ids.slice(), fields: content.fields.slice() },
  }
}

/** The index of the first id that is not below the given one. */
export function firstAtLeast(ids: readonly StreamId[], id: StreamId): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ids[middle] < id) low = middle + 1
    else high = middle
  }
  return low
}

function sameNames(master: readonly string[], entry: readonly string[]): boolean {
  if (master.length !== entry.length) return false
  for (let i = 0; i < master.length; i += 2) if (master[i] !== entry[i]) return false
  return true
}

/** What is left of one half of an id without the node's. It wraps around, as 64-bit numbers do. */
function difference(half: number | bigint, base: number | bigint): number | bigint {
  if (typeof half === 'number' && typeof base === 'number') return half - base
  const n = BigInt.asIntN(64, BigInt(half) - BigInt(base))
  const short = Number(n)
  return Number.isSafeInteger(short) ? short : n
}

function write(lp: ListpackWriter, firstId: StreamId, { ids, fields }: OpenEntries): void {
  const master = fields[0]
  lp.appendInteger(ids.length)
  // Deleted entries are gone for good here, so the written row has none.
  lp.appendInteger(0)
  lp.appendInteger(master.length / 2)
  for (let i = 0; i < master.length; i += 2) lp.append(master[i])
  lp.appendInteger(0)
  const baseMs = idMs(firstId)
  const baseSequence = idSequence(firstId)
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]
    const entry = fields[i]
    const same = sameNames(master, entry)
    lp.appendInteger(same ? SAME_FIELDS : 0)
    lp.appendInteger(difference(idMs(id), baseMs))
    lp.appendInteger(difference(idSequence(id), baseSequence))
    if (same) {
      for (let k = 1; k < entry.length; k += 2) lp.append(entry[k])
      lp.appendInteger(entry.length / 2 + 3)
    } else {
      lp.appendInteger(entry.length / 2)
      for (let k = 0; k < entry.length; k++) lp.append(entry[k])
      lp.appendInteger(entry.length + 4)
    }
  }
}

const rowWriter = new ListpackWriter()

/** Packs an open node that gets no more entries. One with huge entries stays open: arrays cost it next to nothing. */
export function pack(node: StreamNode): void {
  const { content } = node
  if (typeof content === 'string' || node.bytes > LARGEST_ROW) return
  node.lastId = content.ids[content.ids.length - 1]
  write(rowWriter, node.firstId, content)
  node.content = rowWriter.finishText()
}

/** Makes a node open. */
export function unpack(node: StreamNode): OpenEntries {
  const { content } = node
  if (typeof content !== 'string') return content
  const ids: StreamId[] = []
  const fields: (readonly string[])[] = []
  const cursor = new RowCursor(node.firstId, content)
  while (cursor.next()) {
    ids.push(cursor.id())
    fields.push(cursor.fields())
  }
  return (node.content = { ids, fields })
}

/** The node as dumps hold it, without what was deleted. */
export function dumpNode(node: StreamNode): string | Buffer {
  const { firstId, content, living } = node
  if (typeof content === 'string' && isClean(content, living)) return content
  const lp = new ListpackWriter()
  write(lp, firstId, unpack({ ...node }))
  return lp.finish()
}

export function lastIdOf(node: StreamNode): StreamId {
  const { content } = node
  if (typeof content !== 'string') return content.ids[content.ids.length - 1]
  if (node.lastId === '') {
    const cursor = new RowCursor(node.firstId, content)
    let last = 0
    while (cursor.next()) last = cursor.at
    cursor.moveTo(last)
    node.lastId = cursor.id()
  }
  return node.lastId
}

export function firstIdOf({ firstId, content }: StreamNode): StreamId {
  if (typeof content !== 'string') return content.ids[0]
  const cursor = new RowCursor(firstId, content)
  cursor.next()
  return cursor.id()
}

/** The fields of a living entry, or undefined. */
export function findEntry({ firstId, content }: StreamNode, id: StreamId): readonly string[] | undefined {
  if (typeof content !== 'string') {
    const i = firstAtLeast(content.ids, id)
    return content.ids[i] === id ? content.fields[i] : undefined
  }
  const cursor = new RowCursor(firstId, content)
  return cursor.seek(id) && cursor.compare(id) === 0 ? cursor.fields() : undefined
}

/** Deletes an entry; false when it is not there. A node may be empty after it. */
export function deleteEntry(node: StreamNode, id: StreamId): boolean {
  const { content } = node
  let marked = false
  if (typeof content === 'string') {
    const cursor = new RowCursor(node.firstId, content)
    if (!cursor.seek(id) || cursor.compare(id) !== 0) return false
    node.content = cursor.withoutCurrent()
    marked = true
  } else {
    const i = firstAtLeast(content.ids, id)
    if (content.ids[i] !== id) return false
    content.ids.splice(i, 1)
    content.fields.splice(i, 1)
  }
  node.living--
  node.deleted++
  node.lastId = ''
  if (marked && node.living > 0 && node.living * 2 <= livingWhenPacked(content as string)) {
    // Marks must not come to outnumber entries.
    unpack(node)
    pack(node)
  }
  return true
}

/** Deletes the oldest entries. A node may be empty after it. It becomes open: what trims once mostly goes on. */
export function deleteFront(node: StreamNode, count: number): void {
  const { ids, fields } = unpack(node)
  ids.splice(0, count)
  fields.splice(0, count)
  node.living -= count
  node.deleted += count
}

type Visit = (id: string, fields: readonly string[]) => void

export interface Stretch {
  readonly start: StreamId
  readonly end: StreamId
  /** Give ids as clients see them. */
  readonly idsAsText: boolean
}

/** Visits entries from start to end, at most `left` (negative: all). Returns what is left to visit; 0 ends the walk. */
export function visitForward(node: StreamNode, stretch: Stretch, left: number, visit: Visit): number {
  const { start, end, idsAsText } = stretch
  const { content } = node
  if (typeof content === 'string') {
    const cursor = new RowCursor(node.firstId, content)
    const isOpenEnded = end === MAX_ID
    for (let more = cursor.seek(start); more; more = cursor.next()) {
      if (!isOpenEnded && cursor.compare(end) > 0) return 0
      visit(idsAsText ? cursor.idText() : cursor.id(), cursor.fields())
      if (--left === 0) return 0
    }
    return left
  }
  const { ids, fields } = content
  for (let i = ids[0] >= start ? 0 : firstAtLeast(ids, start); i < ids.length; i++) {
    const id = ids[i]
    if (id > end) return 0
    visit(idsAsText ? formatId(id) : id, fields[i])
    if (--left === 0) return 0
  }
  return left
}

/** The same from end to start. */
export function visitBackward(node: StreamNode, stretch: Stretch, left: number, visit: Visit): number {
  const { start, end, idsAsText } = stretch
  const { content } = node
  if (typeof content === 'string') {
    const cursor = new RowCursor(node.firstId, content)
    const places: number[] = []
    for (let more = cursor.seek(start); more && cursor.compare(end) <= 0; more = cursor.next()) places.push(cursor.at)
    for (let i = places.length - 1; i >= 0; i--) {
      cursor.moveTo(places[i])
      visit(idsAsText ? cursor.idText() : cursor.id(), cursor.fields())
      if (--left === 0) return 0
    }
  } else {
    const { ids, fields } = content
    for (let i = ids.length - 1; i >= 0; i--) {
      const id = ids[i]
      if (id > end) continue
      if (id < start) return 0
      visit(idsAsText ? formatId(id) : id, fields[i])
      if (--left === 0) return 0
    }
  }
  return node.firstId <= start ? 0 : left
}

/** A node of a dump; null when it is not a sound one. */
export function readNode(firstId: StreamId, listpack: Buffer): StreamNode | null {
  const row = listpack.latin1Slice(0, listpack.length)
  const counts = RowCursor.check(firstId, row)
  if (counts === null) return null
  const { living, deleted } = counts
  return { firstId, content: row, living, deleted, bytes: row.length, lastId: '' }
}
