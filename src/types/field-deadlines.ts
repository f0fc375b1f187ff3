/**
 * When fields of one hash expire. A few deadlines stand in two short rows; many in a heap with an index, so that the
 * nearest is always at hand. Deadlines are Unix ms, not negative.
 *
 * Fields past their deadline that may not be removed yet (a replica waits for its master's HDEL) can be put aside,
 * value and all: no read of the hash then meets them.
 */
import { MinHeap } from '../util/min-heap.ts'

const MOST_IN_ROWS = 16

interface AsideField {
  readonly value: string
  readonly deadline: number
}

export class FieldDeadlines {
  private fields: string[] = []
  /** Deadlines beside `fields`, while these are few. */
  private times: number[] | null = []
  private index: Map<string, number> | null = null
  private heap: MinHeap | null = null
  /** Fields that were taken out of the hash but not removed. */
  private aside: Map<string, AsideField> | null = null
  private leastAside = Number.POSITIVE_INFINITY

  /** Fields with a deadline, those aside included. */
  get size(): number {
    return this.fields.length + this.asideSize
  }

  get asideSize(): number {
    return this.aside === null ? 0 : this.aside.size
  }

  private find(field: string): number {
    return this.index !== null ? (this.index.get(field) ?? -1) : this.fields.indexOf(field)
  }

  /** The deadline of a field that is not aside, or -1. */
  deadlineOf(field: string): number {
    const i = this.find(field)
    return i < 0 ? -1 : this.timeAt(i)
  }

  private timeAt(i: number): number {
    return this.times !== null ? this.times[i] : this.heap!.deadlineOf(i)
  }

  set(field: string, deadline: number): void {
    if (this.fields.length === 0 && this.times !== null) {
      // Rows made with one place: an empty one would grow to seventeen at once.
      this.fields = [field]
      this.times = [deadline]
      return
    }
    let i = this.find(field)
    if (i < 0) {
      i = this.fields.push(field) - 1
      this.index?.set(field, i)
    }
    if (this.times !== null) {
      this.times[i] = deadline
      if (this.times.length > MOST_IN_ROWS) this.toHeap(this.times)
    } else this.heap!.set(i, deadline)
  }

  private toHeap(times: readonly number[]): void {
    this.index = new Map()
    this.heap = new MinHeap()
    for (let i = 0; i < times.length; i++) {
      this.index.set(this.fields[i], i)
      this.heap.set(i, times[i])
    }
    this.times = null
  }

  /** Takes the deadline of a field away; false when it had none. The last one takes its place. */
  delete(field: string): boolean {
    const i = this.find(field)
    if (i < 0) return false
    const last = this.fields.length - 1
    const lastField = this.fields.pop()!
    if (this.times !== null) {
      const lastTime = this.times.pop()!
      if (i < last) this.times[i] = lastTime
    } else {
      this.index!.delete(field)
      this.heap!.remove(i)
      if (i < last) {
        this.heap!.move(last, i)
        this.index!.set(lastField, i)
      }
    }
    if (i < last) this.fields[i] = lastField
    return true
  }

  /** The nearest deadline of all, those of fields aside included; Infinity when there is none. */
  nearest(): number {
    return Math.min(this.leastAside, this.nearestPresent())
  }

  private nearestPresent(): number {
    if (this.times === null) return this.heap!.peekDeadline()
    let least = Number.POSITIVE_INFINITY
    for (const time of this.times) if (time < least) least = time
    return least
  }

  /** A field, not aside, whose deadline is `now` or earlier; undefined when there is none. */
  dueField(now: number): string | undefined {
    if (this.times === null) return this.heap!.peekDeadline() <= now ? this.fields[this.heap!.peekSlot()] : undefined
    const i = this.times.findIndex((time) => time <= now)
    return i < 0 ? undefined : this.fields[i]
  }

  /** How many fields are due, as far as `most`. Those aside are all due. */
  countDue(now: number, most: number): number {
    let due = this.asideSize
    for (let i = 0; i < this.fields.length && due < most; i++) if (this.timeAt(i) <= now) due++
    return due
  }

  /** Puts a field aside that has a deadline; the hash has given up its value. */
  putAside(field: string, value: string): void {
    const deadline = this.deadlineOf(field)
    this.delete(field)
    this.aside ??= new Map()
    this.aside.set(field, { value, deadline })
    if (deadline < this.leastAside) this.leastAside = deadline
  }

  /** Gives all fields aside back: each has its deadline again. */
  takeBack(restore: (field: string, value: string) => void): void {
    if (this.aside === null) return
    const { aside } = this
    this.aside = null
    this.leastAside = Number.POSITIVE_INFINITY
    for (const [field, { value, deadline }] of aside) {
      restore(field, value)
      this.set(field, deadline)
    }
  }

  /** Forgets a field that is aside; false when it is not. */
  dropAside(field: string): boolean {
    if (this.aside === null || !this.aside.delete(field)) return false
    this.leastAside = Number.POSITIVE_INFINITY
    for (const { deadline } of this.aside.values()) this.leastAside = Math.min(this.leastAside, deadline)
    return true
  }

  forEachAside(visit: (field: string, value: string, deadline: number) => void): void {
    if (this.aside !== null) for (const [field, { value, deadline }] of this.aside) visit(field, value, deadline)
  }

  /** The deadlines of the fields that are not aside. */
  copy(): FieldDeadlines {
    const copy = new FieldDeadlines()
    for (let i = 0; i < this.fields.length; i++) copy.set(this.fields[i], this.timeAt(i))
    return copy
  }
}
