/**
 * Pending entries in order of id, in chunks of a few hundred: adding behind the last one is O(1); finding, and adding
 * or deleting anywhere, costs a binary search and the move of part of one chunk, however many entries there are.
 */
import type { Consumer } from './stream-group.ts'
import type { StreamId } from './stream-id.ts'

/** A delivered, unacknowledged entry. The group and the consumer hold the same object. */
export interface Nack {
  /** Unix ms of the last delivery. */
  deliveryTime: number
  deliveryCount: number
  consumer: Consumer
}

interface Chunk {
  readonly ids: StreamId[]
  readonly nacks: Nack[]
}

const CHUNK_SIZE = 256

export class Pending {
  /** None is empty. */
  private readonly chunks: Chunk[] = []
  private count = 0

  get size(): number {
    return this.count
  }

  /** The first chunk that may hold ids from this one on. */
  private chunkFrom(id: StreamId): number {
    const { chunks } = this
    let low = 0
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      const { ids } = chunks[middle]
      if (ids[ids.length - 1] < id) low = middle + 1
      else high = middle
    }
    return low
  }

  get(id: StreamId): Nack | undefined {
    const at = this.chunkFrom(id)
    if (at === this.chunks.length) return undefined
    const { ids, nacks } = this.chunks[at]
    const i = firstAtLeast(ids, id)
    return ids[i] === id ? nacks[i] : undefined
  }

  /** Adds an entry or replaces its record. */
  set(id: StreamId, nack: Nack): void {
    const { chunks } = this
    const last = chunks[chunks.length - 1]
    if (last === undefined || last.ids[last.ids.length - 1] < id) {
      if (last !== undefined && last.ids.length < CHUNK_SIZE) {
        last.ids.push(id)
        last.nacks.push(nack)
      } else chunks.push({ ids: [id], nacks: [nack] })
      this.count++
      return
    }
    const at = this.chunkFrom(id)
    const { ids, nacks } = chunks[at]
    const i = firstAtLeast(ids, id)
    if (ids[i] === id) {
      nacks[i] = nack
      return
    }
    ids.splice(i, 0, id)
    nacks.splice(i, 0, nack)
    this.count++
    if (ids.length > CHUNK_SIZE) {
      const half = ids.length >> 1
      chunks.splice(at + 1, 0, { ids: ids.splice(half), nacks: nacks.splice(half) })
    }
  }

  delete(id: StreamId): boolean {
    const at = this.chunkFrom(id)
    if (at === this.chunks.length) return false
    const { ids, nacks } = this.chunks[at]
    const i = firstAtLeast(ids, id)
    if (ids[i] !== id) return false
    removeAt(ids, i)
    removeAt(nacks, i)
    this.count--
    if (ids.length === 0) this.chunks.splice(at, 1)
    else if (ids.length < CHUNK_SIZE / 8) this.mergeWithNext(at)
    return true
  }

  /** Keeps many deletions from leaving many chunks of a few entries. */
  private mergeWithNext(at: number): void {
    const next = this.chunks[at + 1]
    const { ids, nacks } = this.chunks[at]
    if (next === undefined || ids.length + next.ids.length > CHUNK_SIZE / 2) return
    ids.push(...next.ids)
    nacks.push(...next.nacks)
    this.chunks.splice(at + 1, 1)
  }

  /** The first pending id, or undefined. */
  first(): StreamId | undefined {
    return this.chunks[0]?.ids[0]
  }

  last(): StreamId | undefined {
    return this.chunks.at(-1)?.ids.at(-1)
  }

  /**
   * Visits pending entries from start to end, both included, at most `count` (negative: all), until the visitor
   * returns false. The visitor must not change them.
   */
  range(start: StreamId, end: StreamId, count: number, visit: (id: StreamId, nack: Nack) => unknown): void {
    let left = count
    if (left === 0) return
    for (let at = this.chunkFrom(start); at < this.chunks.length; at++) {
      const { ids, nacks } = this.chunks[at]
      for (let i = ids[0] >= start ? 0 : firstAtLeast(ids, start); i < ids.length; i++) {
        if (ids[i] > end || visit(ids[i], nacks[i]) === false || --left === 0) return
      }
    }
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

/** Like `splice(i, 1)`, without the array that returns. */
function removeAt<T>(list: T[], i: number): void {
  for (let k = i + 1; k < list.length; k++) list[k - 1] = list[k]
  list.pop()
}
