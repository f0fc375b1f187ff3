/** A stream: entries in order of id, in nodes of up to a hundred, and consumer groups. */
import { type Group, sortedByName } from './stream-group.ts'
import { MIN_ID, type StreamId } from './stream-id.ts'
import {
  copyNode,
  deleteEntry,
  deleteFront,
  dumpNode,
  findEntry,
  firstAtLeast,
  firstIdOf,
  lastIdOf,
  newNode,
  pack,
  readNode,
  type StreamNode,
  type Stretch,
  unpack,
  visitBackward,
  visitForward,
} from './stream-node.ts'

export interface NodeLimits {
  /** stream-node-max-bytes; 0 for no limit. */
  readonly nodeMaxBytes: number
  /** stream-node-max-entries; 0 for no limit. */
  readonly nodeMaxEntries: number
}

export interface RangeOptions {
  readonly reverse: boolean
  /** The most entries to visit; negative for all. */
  readonly count: number
}

export interface TrimOptions {
  /** Remove whole nodes only. */
  readonly approximate: boolean
  /** With `approximate`: the most entries to remove; 0 for no limit. */
  readonly limit: number
}

/** Stands where a node was. */
const GONE = newNode(MIN_ID)

export class Stream {
  readonly kind = 'stream' as const
  /** In order; all but the last are full, and none is empty. Those before `head` are gone. */
  private nodes: StreamNode[] = []
  private head = 0
  length = 0
  lastId: StreamId = MIN_ID
  maxDeletedId: StreamId = MIN_ID
  /** How many entries were ever added. */
  entriesAdded = 0
  groups: Map<string, Group> | null = null

  get nodeCount(): number {
    return this.nodes.length - this.head
  }

  /** Id of the first living entry; 0-0 without one. */
  get firstId(): StreamId {
    return this.length === 0 ? MIN_ID : firstIdOf(this.nodes[this.head])
  }

  /** Id of the last living entry; 0-0 without one. */
  get newestId(): StreamId {
    return this.length === 0 ? MIN_ID : lastIdOf(this.nodes[this.nodes.length - 1])
  }

  /** Bytes it takes, about: rows; and of what is not packed, ids, words and the arrays that hold them. */
  memory(): number {
    let bytes = 0
    for (let n = this.head; n < this.nodes.length; n++) {
      const { content, bytes: packed } = this.nodes[n]
      if (typeof content === 'string') {
        bytes += 120 + content.length
        continue
      }
      bytes += 180 + content.ids.length * 96 + packed
      for (const words of content.fields) bytes += words.length * 24
    }
    for (const { pel, consumers } of this.groups?.values() ?? []) {
      bytes += 200 + pel.size * 160 + consumers.size * 200
    }
    return bytes
  }

  /** Appends an entry (field, value, field, value ...) with an id above `lastId`. */
  append(id: StreamId, fields: readonly string[], limits: NodeLimits): void {
    const { nodes } = this
    let node = nodes[nodes.length - 1]
    let bytes = 8
    for (let i = 0; i < fields.length; i++) bytes += fields[i].length + 2
    if (
      node === undefined ||
      (limits.nodeMaxEntries > 0 && node.living + node.deleted >= limits.nodeMaxEntries) ||
      (limits.nodeMaxBytes > 0 && node.bytes + bytes > limits.nodeMaxBytes)
    ) {
      if (node !== undefined) pack(node)
      nodes.push((node = newNode(id)))
    }
    const open = unpack(node)
    open.ids.push(id)
    open.fields.push(fields)
    node.living++
    node.bytes += bytes
    this.length++
    this.entriesAdded++
    this.lastId = id
  }

  /** The last node begun with an id up to this one, the only one that may hold it; before `head` when there is none. */
  private nodeOf(id: StreamId): number {
    const { nodes } = this
    let low = this.head
    let high = nodes.length
    // What is asked for most is at the end.
    if (high > low && nodes[high - 1].firstId <= id) return high - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (nodes[middle].firstId <= id) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** Visits entries from start to end, both included. */
  range(
    start: StreamId,
    end: StreamId,
    options: RangeOptions,
    visit: (id: StreamId, fields: readonly string[]) => void,
  ): void {
    this.walk({ start, end, idsAsText: false }, options, visit)
  }

  /** The same, with ids as clients see them. */
  rangeOfTexts(
    start: StreamId,
    end: StreamId,
    options: RangeOptions,
    visit: (idText: string, fields: readonly string[]) => void,
  ): void {
    this.walk({ start, end, idsAsText: true }, options, visit)
  }

  private walk(stretch: Stretch, options: RangeOptions, visit: (id: string, fields: readonly string[]) => void): void {
    let left = options.count
    if (left === 0 || stretch.start > stretch.end) return
    const { nodes, head } = this
    if (options.reverse) {
      let n = this.nodeOf(stretch.end)
      for (; n >= head && left !== 0; n--) left = visitBackward(nodes[n], stretch, left, visit)
    } else {
      let n = Math.max(head, this.nodeOf(stretch.start))
      for (; n < nodes.length && left !== 0; n++) left = visitForward(nodes[n], stretch, left, visit)
    }
  }

  /** The fields and values of a living entry, or undefined. */
  get(id: StreamId): readonly string[] | undefined {
    const n = this.nodeOf(id)
    return n < this.head ? undefined : findEntry(this.nodes[n], id)
  }

  delete(id: StreamId): boolean {
    const n = this.nodeOf(id)
    if (n < this.head) return false
    const node = this.nodes[n]
    if (!deleteEntry(node, id)) return false
    if (node.living === 0) {
      if (n === this.head) this.dropFirst()
      else this.nodes.splice(n, 1)
    }
    this.length--
    if (id > this.maxDeletedId) this.maxDeletedId = id
    return true
  }

  private dropFirst(): void {
    const { nodes } = this
    nodes[this.head++] = GONE
    // Moving the others up pays once they are fewer than those that went.
    if (this.head * 2 < nodes.length) return
    nodes.splice(0, this.head)
    this.head = 0
  }

  /** Removes the oldest entries until `max` are left; returns how many went. */
  trimByLength(max: number, { approximate, limit }: TrimOptions): number {
    const before = this.length
    for (let node = this.nodes[this.head]; node !== undefined; node = this.nodes[this.head]) {
      if (this.length - node.living < max) break
      if (limit > 0 && before - this.length + node.living > limit) break
      this.length -= node.living
      this.dropFirst()
    }
    if (!approximate && this.length > max) this.removeFront(this.length - max)
    return before - this.length
  }

  /** Removes the entries below an id; returns how many went. */
  trimById(minId: StreamId, { approximate, limit }: TrimOptions): number {
    const before = this.length
    for (let node = this.nodes[this.head]; node !== undefined; node = this.nodes[this.head]) {
      if (node.firstId >= minId) return before - this.length
      const following = this.nodes[this.head + 1]
      if ((following === undefined || following.firstId > minId) && lastIdOf(node) >= minId) break
      if (limit > 0 && before - this.length + node.living > limit) break
      this.length -= node.living
      this.dropFirst()
    }
    const first = this.nodes[this.head]
    if (!approximate && first !== undefined) this.removeFront(firstAtLeast(unpack(first).ids, minId))
    return before - this.length
  }

  /** Removes the oldest entries, which are all in the first node, and not all of it. */
  private removeFront(count: number): void {
    if (count > 0) deleteFront(this.nodes[this.head], count)
    this.length -= count
  }

  // ---- groups

  /** Groups by name, as every listing shows them. */
  sortedGroups(): Group[] {
    return this.groups === null ? [] : sortedByName(this.groups)
  }

  /** May an entry from this id on have been deleted, other than by trimming? */
  private hasTombstonesFrom(id: StreamId): boolean {
    if (this.length === 0 || this.maxDeletedId === MIN_ID) return false
    return id <= this.maxDeletedId && this.firstId <= this.maxDeletedId
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

  /** Visits the nodes as listpacks, the form dumps hold: latin1 strings, or bytes. */
  forEachNode(visit: (firstId: StreamId, listpack: string | Buffer) => void): void {
    for (let n = this.head; n < this.nodes.length; n++) visit(this.nodes[n].firstId, dumpNode(this.nodes[n]))
  }

  /** Adds a node from a dump behind the others; false when it is not a sound one. */
  addNode(firstId: StreamId, listpack: Buffer): boolean {
    const node = readNode(firstId, listpack)
    if (node === null || (this.length > 0 && firstId <= this.newestId)) return false
    if (node.living > 0) this.nodes.push(node)
    this.length += node.living
    return true
  }

  copy(): Stream {
    const stream = new Stream()
    stream.nodes = this.nodes.slice(this.head).map(copyNode)
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
