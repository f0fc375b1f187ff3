/** Consumer groups of a stream: what was delivered to whom and is not acknowledged yet. */

import { MAX_ID, MIN_ID, type StreamId } from './stream-id.ts'
import { type Nack, Pending } from './stream-pending.ts'

export { type Nack, Pending } from './stream-pending.ts'

export class Consumer {
  readonly name: string
  /** Unix ms of the last attempt to read or claim. */
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

  /** Adds a consumer whose name is free. */
  addConsumer(name: string, now: number): Consumer {
    const consumer = new Consumer(name, now)
    this.consumers.set(name, consumer)
    return consumer
  }

  /** Removes a consumer with what is pending for it. */
  removeConsumer(consumer: Consumer): void {
    consumer.pel.range(MIN_ID, MAX_ID, -1, (id) => this.pel.delete(id))
    this.consumers.delete(consumer.name)
  }

  /** Makes a pending entry, or one that is new to the group, belong to a consumer, and returns its record. */
  assign(id: StreamId, consumer: Consumer): Nack {
    let nack = this.pel.get(id)
    if (nack === undefined) {
      nack = { deliveryTime: 0, deliveryCount: 1, consumer }
      this.pel.set(id, nack)
    } else {
      if (nack.consumer === consumer) return nack
      nack.consumer.pel.delete(id)
      nack.consumer = consumer
    }
    consumer.pel.set(id, nack)
    return nack
  }

  /** Ends the wait for an acknowledgement; false when the entry is not pending. */
  acknowledge(id: StreamId): boolean {
    const nack = this.pel.get(id)
    if (nack === undefined) return false
    this.pel.delete(id)
    nack.consumer.pel.delete(id)
    return true
  }

  /** Consumers by name, as every listing shows them. */
  sortedConsumers(): Consumer[] {
    return sortedByName(this.consumers)
  }

  copy(): Group {
    const group = new Group(this.name, this.lastDeliveredId, this.entriesRead)
    for (const consumer of this.consumers.values()) {
      const twin = new Consumer(consumer.name, consumer.seenTime, consumer.activeTime)
      group.consumers.set(twin.name, twin)
    }
    this.pel.range(MIN_ID, MAX_ID, -1, (id, nack) => {
      const consumer = group.consumers.get(nack.consumer.name)!
      const twin = { ...nack, consumer }
      group.pel.set(id, twin)
      consumer.pel.set(id, twin)
    })
    return group
  }
}

export function sortedByName<T extends { readonly name: string }>(named: ReadonlyMap<string, T>): T[] {
  return [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
