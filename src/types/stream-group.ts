/** Consumer groups of a stream: what was delivered to whom and is not acknowledged yet. */
import { MIN_ID, type StreamId } from './stream-id.ts'

/** A delivered, unacknowledged entry. */
export interface Nack {
  /** Unix ms of the last delivery. */
  deliveryTime: number
  deliveryCount: number
  consumer: Consumer
}

/** Pending entries in order of id. */
export class Pending {
  private readonly nacks = new Map<StreamId, Nack>()
  /** The ids in order; null when they have to be sorted again. */
  private ids: StreamId[] | null = []

  get size(): number {
    return this.nacks.size
  }

  get(id: StreamId): Nack | undefined {
    return this.nacks.get(id)
  }

  set(id: StreamId, nack: Nack): void {
    if (!this.nacks.has(id) && this.ids !== null) {
      // Ids mostly arrive in order.
      const last = this.ids[this.ids.length - 1]
      if (last === undefined || last < id) this.ids.push(id)
      else this.ids = null
    }
    this.nacks.set(id, nack)
  }

  delete(id: StreamId): boolean {
    if (!this.nacks.delete(id)) return false
    if (this.ids !== null && this.ids[0] === id) this.ids.shift()
    else this.ids = null
    return true
  }

  private ordered(): StreamId[] {
    this.ids ??= [...this.nacks.keys()].sort()
    return this.ids
  }

  /** The first pending id, or undefined. */
  first(): StreamId | undefined {
    return this.ordered()[0]
  }

  last(): StreamId | undefined {
    return this.ordered().at(-1)
  }

  /** Visits pending entries from start to end, at most `count` (negative: all). The visitor must not change them. */
  range(start: StreamId, end: StreamId, count: number, visit: (id: StreamId, nack: Nack) => void): void {
    const ids = this.ordered()
    let low = 0
    let high = ids.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (ids[middle] < start) low = middle + 1
      else high = middle
    }
    let left = count
    for (let i = low; i < ids.length && ids[i] <= end && left !== 0; i++, left--) visit(ids[i], this.nacks.get(ids[i])!)
  }
}

export class Consumer {
  readonly name: string
  /** Unix ms of the last attempt to read. */
  seenTime: number
  /** Unix ms of the last success; -1 before the first. */
  activeTime: number
  readonly pel = new Pending()

  constructor(name: string, seenTime: number, activeTime = -1) {
    this.name = name
    this.seenTime = seenTime
    this.activeTime = activeTime
  }
}

export class Group {
  readonly name: string
  lastDeliveredId: StreamId
  /** How many entries were ever read; -1 when that cannot be known. */
  entriesRead: number
  readonly pel = new Pending()
  readonly consumers = new Map<string, Consumer>()

  constructor(name: string, lastDeliveredId: StreamId = MIN_ID, entriesRead = -1) {
    this.name = name
    this.lastDeliveredId = lastDeliveredId
    this.entriesRead = entriesRead
  }

  copy(): Group {
    const group = new Group(this.name, this.lastDeliveredId, this.entriesRead)
    for (const consumer of this.consumers.values()) {
      const twin = new Consumer(consumer.name, consumer.seenTime, consumer.activeTime)
      group.consumers.set(twin.name, twin)
    }
    this.pel.range(MIN_ID, '\xff'.repeat(16), -1, (id, nack) => {
      const consumer = group.consumers.get(nack.consumer.name)!
      const twin = { ...nack, consumer }
      group.pel.set(id, twin)
      consumer.pel.set(id, twin)
    })
    return group
  }
}
