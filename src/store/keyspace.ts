/**
 * The table of one logical database: names to slots, and a column for each thing a key has.
 *
 * Slots are dense: removal moves the last entry into the gap, so that a random key is O(1), SCAN and snapshots walk
 * downward, and a key costs no object. One `Map` ends at 2^24 entries, so the index is a short list of them.
 */
import { Hash } from '../types/hash.ts'
import { memoryOf } from '../types/memory.ts'
import type { Value } from '../types/value.ts'
import { MinHeap } from '../util/min-heap.ts'

const MAP_LIMIT = 12_000_000
/** Elements of a container that are looked at to tell its size. */
const SAMPLES = 5

export class Keyspace {
  private maps: Map<string, number>[] = [new Map()]
  private map = this.maps[0]
  private readonly names: string[] = []
  private readonly values: Value[] = []
  /** Seconds of the last access, or the LFU counter and its minute: what the eviction policy keeps. */
  private access = new Uint32Array(16)
  /** The snapshot a slot was last handed to. */
  private epochs = new Uint8Array(16)
  /** Bytes of each key and its value, about; null while nobody counts. */
  private sizes: Float64Array | null = null
  /** The sum of `sizes`. */
  bytes = 0
  /** Deadlines in Unix ms, only of keys that have one. */
  readonly deadlines = new MinHeap()
  /** The nearest deadline of a field, only of hashes that have one. */
  readonly fieldDeadlines = new MinHeap()

  get size(): number {
    return this.names.length
  }

  /** The slot of a key, or -1. */
  find(key: string): number {
    const slot = this.map.get(key)
    if (slot !== undefined) return slot
    return this.maps.length === 1 ? -1 : this.findElsewhere(key)
  }

  private findElsewhere(key: string): number {
    for (let i = this.maps.length - 2; i >= 0; i--) {
      const slot = this.maps[i].get(key)
      if (slot !== undefined) return slot
    }
    return -1
  }

  nameAt(slot: number): string {
    return this.names[slot]
  }

  valueAt(slot: number): Value {
    return this.values[slot]
  }

  setValue(slot: number, value: Value): void {
    this.values[slot] = value
    if (this.sizes !== null) this.measure(slot)
    if (typeof value === 'object' || this.fieldDeadlines.size > 0) this.noteFields(slot)
  }

  /** To be called when the fields of a hash, or their deadlines, changed. */
  noteFields(slot: number): void {
    const value = this.values[slot]
    if (this.sizes !== null) this.measure(slot)
    const nearest = value instanceof Hash ? value.nearestDeadline : Number.POSITIVE_INFINITY
    if (nearest !== Number.POSITIVE_INFINITY) this.fieldDeadlines.set(slot, nearest)
    else if (this.fieldDeadlines.size > 0) this.fieldDeadlines.remove(slot)
  }

  get isMeasured(): boolean {
    return this.sizes !== null
  }

  /** Begins or stops to count the bytes of all keys. */
  setMeasured(on: boolean): void {
    this.bytes = 0
    this.sizes = on ? new Float64Array(this.access.length) : null
    if (on) for (let slot = 0; slot < this.names.length; slot++) this.measure(slot)
  }

  /** To be called when the value in a slot changed in place, while bytes are counted. */
  measure(slot: number): void {
    const sizes = this.sizes!
    const size = memoryOf(this.names[slot], this.values[slot], SAMPLES)
    this.bytes += size - sizes[slot]
    sizes[slot] = size
  }

  accessAt(slot: number): number {
    return this.access[slot]
  }

  setAccess(slot: number, access: number): void {
    this.access[slot] = access
  }

  epochAt(slot: number): number {
    return this.epochs[slot]
  }

  setEpoch(slot: number, epoch: number): void {
    this.epochs[slot] = epoch
  }

  forgetEpochs(): void {
    this.epochs.fill(0)
  }

  /** Adds a key that is not there and returns its slot. */
  insert(key: string, value: Value, epoch: number): number {
    const slot = this.names.length
    if (this.map.size >= MAP_LIMIT) this.maps.push((this.map = new Map()))
    this.map.set(key, slot)
    this.names.push(key)
    this.values.push(value)
    if (slot >= this.access.length) this.grow()
    this.access[slot] = 0
    this.epochs[slot] = epoch
    if (this.sizes !== null) {
      this.sizes[slot] = 0
      this.measure(slot)
    }
    if (value instanceof Hash && value.expiringFields > 0) this.noteFields(slot)
    return slot
  }

  /** Removes the key in a slot; the last key takes the slot. */
  remove(slot: number): void {
    const key = this.names[slot]
    if (!this.map.delete(key)) for (const map of this.maps) if (map.delete(key)) break
    this.deadlines.remove(slot)
    this.fieldDeadlines.remove(slot)
    const last = this.names.length - 1
    if (this.sizes !== null) {
      this.bytes -= this.sizes[slot]
      this.sizes[slot] = this.sizes[last]
    }
    const lastKey = this.names.pop()!
    const lastValue = this.values.pop()!
    if (slot === last) return
    this.names[slot] = lastKey
    this.values[slot] = lastValue
    this.access[slot] = this.access[last]
    this.epochs[slot] = this.epochs[last]
    this.deadlines.move(last, slot)
    this.fieldDeadlines.move(last, slot)
    this.mapOf(lastKey).set(lastKey, slot)
  }

  private mapOf(key: string): Map<string, number> {
    if (this.maps.length > 1) for (const map of this.maps) if (map.has(key)) return map
    return this.map
  }

  private grow(): void {
    const access = new Uint32Array(this.access.length * 2)
    access.set(this.access)
    this.access = access
    const epochs = new Uint8Array(access.length)
    epochs.set(this.epochs)
    this.epochs = epochs
    if (this.sizes !== null) {
      const sizes = new Float64Array(access.length)
      sizes.set(this.sizes)
      this.sizes = sizes
    }
  }
}
