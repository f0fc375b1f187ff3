/**
 * An indexed 4-ary min-heap of deadlines, keyed by the small integers (slots) of a dense table.
 *
 * A slot without a deadline costs 4 bytes when some slot at or above it has had one, and nothing otherwise; a deadline
 * costs 12 bytes more. All changes are O(log n). Deadlines are finite numbers, not negative; slots are 0 .. 2^31 - 2.
 */
const ARITY_BITS = 2
const MIN_CAPACITY = 16

export class MinHeap {
  /** Place in the heap plus one, by slot; 0 where the slot has no deadline. */
  private places = new Int32Array(0)
  private deadlines = new Float64Array(0)
  private slots = new Int32Array(0)
  private count = 0

  /** The number of slots that have a deadline. */
  get size(): number {
    return this.count
  }

  /** The slot with the nearest deadline, or -1. */
  peekSlot(): number {
    return this.count === 0 ? -1 : this.slots[0]
  }

  /** The nearest deadline, or Infinity. */
  peekDeadline(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.deadlines[0]
  }

  /** The deadline of a slot, or -1 when it has none. */
  deadlineOf(slot: number): number {
    if (slot >= this.places.length) return -1
    const place = this.places[slot]
    return place === 0 ? -1 : this.deadlines[place - 1]
  }

  /** Gives a slot a deadline, in place of any it had. */
  set(slot: number, deadline: number): void {
    if (slot >= this.places.length) this.growPlaces(slot + 1)
    const place = this.places[slot]
    if (place === 0) {
      if (this.count === this.slots.length) this.resizeHeap(Math.max(MIN_CAPACITY, this.count * 2))
      this.siftUp(this.count++, slot, deadline)
    } else if (deadline < this.deadlines[place - 1]) this.siftUp(place - 1, slot, deadline)
    else this.siftDown(place - 1, slot, deadline)
  }

  /** Takes a slot's deadline away; true when it had one. */
  remove(slot: number): boolean {
    if (slot >= this.places.length) return false
    const at = this.places[slot] - 1
    if (at < 0) return false
    this.places[slot] = 0
    const last = --this.count
    if (at !== last) this.settle(at, this.slots[last], this.deadlines[last])
    if (last < this.slots.length >> 2 && this.slots.length > MIN_CAPACITY) this.resizeHeap(this.slots.length >> 1)
    return true
  }

  /** The table moved an entry: `to` takes over the deadline of `from`, or its having none; `from` has none then. */
  move(from: number, to: number): void {
    if (from === to) return
    this.remove(to)
    if (from >= this.places.length) return
    const place = this.places[from]
    if (place === 0) return
    if (to >= this.places.length) this.growPlaces(to + 1)
    this.places[from] = 0
    this.places[to] = place
    this.slots[place - 1] = to
  }

  /** Forgets all deadlines and gives the memory back. */
  clear(): void {
    this.count = 0
    this.places = new Int32Array(0)
    this.resizeHeap(0)
  }

  /** The deadline at a place of the heap, 0 <= place < size, in no useful order: for sampling and sums. */
  deadlineAt(place: number): number {
    return this.deadlines[place]
  }

  /** The slot at a place of the heap, 0 <= place < size: with a random place, a random slot that has a deadline. */
  slotAt(place: number): number {
    return this.slots[place]
  }

  /** Puts an entry at or around a free place, wherever its deadline belongs. */
  private settle(at: number, slot: number, deadline: number): void {
    if (at > 0 && deadline < this.deadlines[(at - 1) >> ARITY_BITS]) this.siftUp(at, slot, deadline)
    else this.siftDown(at, slot, deadline)
  }

  private siftUp(at: number, slot: number, deadline: number): void {
    const { deadlines, slots, places } = this
    while (at > 0) {
      const parent = (at - 1) >> ARITY_BITS
      if (deadlines[parent] <= deadline) break
      deadlines[at] = deadlines[parent]
      places[(slots[at] = slots[parent])] = at + 1
      at = parent
    }
    deadlines[at] = deadline
    slots[at] = slot
    places[slot] = at + 1
  }

  private siftDown(at: number, slot: number, deadline: number): void {
    const { deadlines, slots, places, count } = this
    for (;;) {
      let child = (at << ARITY_BITS) + 1
      if (child >= count) break
      const end = Math.min(child + 4, count)
      for (let other = child + 1; other < end; other++) if (deadlines[other] < deadlines[child]) child = other
      if (deadlines[child] >= deadline) break
      deadlines[at] = deadlines[child]
      places[(slots[at] = slots[child])] = at + 1
      at = child
    }
    deadlines[at] = deadline
    slots[at] = slot
    places[slot] = at + 1
  }

  private growPlaces(needed: number): void {
    // A quarter of slack keeps growth cheap per slot without doubling the cost of a large table.
    const grown = new Int32Array(Math.max(MIN_CAPACITY, needed + (needed >> 2)))
    grown.set(this.places)
    this.places = grown
  }

  private resizeHeap(capacity: number): void {
    const deadlines = new Float64Array(capacity)
    deadlines.set(this.deadlines.subarray(0, this.count))
    this.deadlines = deadlines
    const slots = new Int32Array(capacity)
    slots.set(this.slots.subarray(0, this.count))
    this.slots = slots
  }
}
