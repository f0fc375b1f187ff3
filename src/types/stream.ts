/** A stream: entries in order of id, in nodes of up to a hundred, and consumer groups. */
import { type Group, sortedByName } from './stream-group.ts'
import { MIN_ID, type StreamId } from './stream-id.ts'
import { decodeNode, encodeNode, newNode, type StreamNode } from './stream-node.ts'

export interface NodeLimits {
  /** stream-node-max-bytes; 0 for no limit. */
  readonly nodeMaxBytes: number
  /** stream-node-max-entries; 0 for no limit. */
  readonly nodeMaxEntries: number
}

export interface TrimOptions {
  /** Remove whole nodes only. */
  readonly approximate: boolean
  /** With `approximate`: the most entries to remove; 0 for no limit. */
  readonly limit: number
}

export class Stream {
  readonly kind = 'stream' as const
  private nodes: StreamNode[] = []
  length = 0
  lastId: StreamId = MIN_ID
  maxDeletedId: StreamId = MIN_ID
  /** How many entries were ever added. */
  entriesAdded = 0
  groups: Map<string, Group> | null = null

  get nodeCount(): number {
    return this.nodes.length
  }

  /** Id of the first living entry; 0-0 without one. */
  get firstId(): StreamId {
    return this.nodes[0]?.ids[0] ?? MIN_ID
  }

  /** Id of the last living entry; 0-0 without one. */
  get newestId(): StreamId {
    return this.nodes[this.nodes.length - 1]?.ids.at(-1) ?? MIN_ID
  }

  /** Bytes it takes, about: ids, words and the arrays that hold them. */
  memory(): number {
    let bytes = 0
    for (const { ids, entries, bytes: packed } of this.nodes) {
      bytes += 160 + ids.length * 96 + packed
      for (const words of entries) bytes += words.length * 24
    }
    for (const { pel, consumers } of this.groups?.values() ?? []) {
      bytes += 200 + pel.size * 160 + consumers.size * 200
    }
    return bytes
  }

  /** Appends an entry (field, value, field, value ...) with an id above `lastId`. */
  append(id: StreamId, fields: readonly string[], limits: NodeLimits): void {
    let node = this.nodes[this.nodes.length - 1]
    let bytes = 8
    for (const word of fields) bytes += word.length + 2
    if (
      node === undefined ||
      (limits.nodeMaxEntries > 0 && node.ids.length + node.deleted >= limits.nodeMaxEntries) ||
      (limits.nodeMaxBytes > 0 && node.bytes + bytes > limits.nodeMaxBytes)
    ) {
      this.nodes.push((node = newNode(id)))
    }
    node.ids.push(id)
    node.entries.push(fields)
    node.bytes += bytes
    this.length++
    this.entriesAdded++
    this.lastId = id
  }

  /** The first node that may hold ids from this one on. */
  private nodeFrom(id: StreamId): number {
    let low = 0
    let high = this.nodes.length
    while (low < high) {
      const middle = (low + high) >> 1
      const { ids } = this.nodes[middle]
      if (ids[ids.length - 1] < id) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Visits entries from start to end, both included, at most `count` (negative: all). */
  range(
    start: StreamId,
    end: StreamId,
    options: { reverse: boolean; count: number },
    visit: (id: StreamId, fields: readonly string[]) => void,
  ): void {
    let left = options.count
    if (left === 0 || start > end) return
    if (options.reverse) {
      let n = Math.min(this.nodeFrom(end), this.nodes.length - 1)
      for (; n >= 0; n--) {
        const { ids, entries } = this.nodes[n]
        for (let i = ids.length - 1; i >= 0; i--) {
          if (ids[i] > end) continue
          if (ids[i] < start) return
          visit(ids[i], entries[i])
          if (--left === 0) return
        }
      }
      return
    }
    for (let n = this.nodeFrom(start); n < this.nodes.length; n++) {
      const { ids, entries } = this.nodes[n]
      for (let i = ids[0] >= start ? 0 : firstAtLeast(ids, start); i < ids.length; i++) {
        if (ids[i] > end) return
        visit(ids[i], entries[i])
        if (--left === 0) return
      }
    }
  }

  /** The fields and values of a living entry, or undefined. */
  get(id: StreamId): readonly string[] | undefined {
    const node = this.nodes[this.nodeFrom(id)]
    if (node === undefined) return undefined
    const i = firstAtLeast(node.ids, id)
    return node.ids[i] === id ? node.entries[i] : undefined
  }

  delete(id: StreamId): boolean {
    const n = this.nodeFrom(id)
    const node = this.nodes[n]
    if (node === undefined) return false
    const i = firstAtLeast(node.ids, id)
    if (node.ids[i] !== id) return false
    node.ids.splice(i, 1)
    node.entries.splice(i, 1)
    node.deleted++
    if (node.ids.length === 0) this.nodes.splice(n, 1)
    this.length--
    if (id > this.maxDeletedId) this.maxDeletedId = id
    return true
  }

  /** Removes the oldest entries until `max` are left; returns how many went. */
  trimByLength(max: number, options: TrimOptions): number {
    return this.trim(
      options,
      (node) => this.length - node.ids.length >= max,
      () => this.length <= max,
    )
  }

  /** Removes the entries below an id; returns how many went. */
  trimById(minId: StreamId, options: TrimOptions): number {
    return this.trim(
      options,
      (node) => node.ids[node.ids.length - 1] < minId,
      (id) => id >= minId,
    )
  }

  private trim(
    { approximate, limit }: TrimOptions,
    wholeNodeGoes: (node: StreamNode) => boolean,
    entryStays: (id: StreamId) => boolean,
  ): number {
    let removed = 0
    let whole = 0
    for (const node of this.nodes) {
      if (!wholeNodeGoes(node)) break
      if (limit > 0 && removed + node.ids.length > limit) break
      removed += node.ids.length
      this.length -= node.ids.length
      whole++
    }
    this.nodes.splice(0, whole)
    const first = this.nodes[0]
    if (approximate || first === undefined) return removed
    let n = 0
    while (n < first.ids.length && !entryStays(first.ids[n])) {
      n++
      this.length--
    }
    first.ids.splice(0, n)
    first.entries.splice(0, n)
    first.deleted += n
    if (first.ids.length === 0) this.nodes.shift()
    return removed + n
  }

  // ---- groups

  /** Groups by name, as every listing shows them. */
  sortedGroups(): Group[] {
    return this.groups === null ? [] : sortedByName(this.groups)
  }

  /** May an entry from this id on have been deleted, other than by trimming? */
  private hasTombstonesFrom(id: StreamId): boolean {
    if (this.length === 0 || this.maxDeletedId === MIN_ID) return false
    return this.firstId <= this.maxDeletedId && id <= this.maxDeletedId
  }

  /** How many entries were ever added up to an id, where that can be known; else -1. */
  entriesUpTo(id: StreamId): number {
    if (this.entriesAdded === 0) return 0
    if (this.length === 0 && id <= this.lastId) return this.entriesAdded
    if (id >= this.lastId) return id === this.lastId ? this.entriesAdded : -1
    const { firstId } = this
    if (this.maxDeletedId !== MIN_ID && this.maxDeletedId >= firstId) return -1
    if (id < firstId) return this.entriesAdded - this.length
    return id === firstId ? this.entriesAdded - this.length + 1 : -1
  }

  /** Entries a group has yet to read; null when that cannot be known. */
  lag(group: Group): number | null {
    if (this.entriesAdded === 0) return 0
    if (group.entriesRead !== -1 && !this.hasTombstonesFrom(group.lastDeliveredId)) {
      return this.entriesAdded - group.entriesRead
    }
    const read = this.entriesUpTo(group.lastDeliveredId)
    return read === -1 ? null : this.entriesAdded - read
  }

  /** A group has now read the entry with this id, and with it all before. */
  advance(group: Group, id: StreamId): void {
    if (id <= group.lastDeliveredId) return
    if (group.entriesRead !== -1 && !this.hasTombstonesFrom(id)) group.entriesRead++
    else if (this.entriesAdded > 0) group.entriesRead = this.entriesUpTo(id)
    group.lastDeliveredId = id
  }

  /** Does a group have the entry pending, or has one yet to read it? */
  isWanted(id: StreamId): boolean {
    if (this.groups === null) return false
    for (const group of this.groups.values()) {
      if (id > group.lastDeliveredId || group.pel.get(id) !== undefined) return true
    }
    return false
  }

  // ---- persistence

  /** Visits the nodes in the form dumps hold. */
  forEachNode(visit: (firstId: StreamId, listpack: Buffer) => void): void {
    for (const node of this.nodes) visit(node.firstId, encodeNode(node))
  }

  /** Adds a node from a dump behind the others; false when it is not a sound one. */
  addNode(firstId: StreamId, listpack: Buffer): boolean {
    const node = decodeNode(firstId, listpack)
    if (node === null || (node.ids.length > 0 && node.ids[0] <= this.newestId && this.nodes.length > 0)) return false
    if (node.ids.length > 0) this.nodes.push(node)
    this.length += node.ids.length
    return true
  }

  copy(): Stream {
    const stream = new Stream()
    stream.nodes = this.nodes.map((node) => ({ ...node, ids: node.ids.slice(), entries: node.entries.slice() }))
    stream.length = this.length
    stream.lastId = this.lastId
    stream.maxDeletedId = this.maxDeletedId
    stream.entriesAdded = this.entriesAdded
    if (this.groups !== null) {
      stream.groups = new Map([...this.groups].map(([name, group]) => [name, group.copy()]))
    }
    return stream
  }
}

function firstAtLeast(ids: readonly StreamId[], id: StreamId): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ids[middle] < id) low = middle + 1
    else high = middle
  }
  return low
}
