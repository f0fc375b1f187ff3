import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MinHeap } from '../../src/util/min-heap.ts'
import { seededRandom } from '../../src/util/random.ts'

/** The heap next to a plain Map that says what it should hold. */
class Checked {
  readonly heap = new MinHeap()
  readonly model = new Map<number, number>()

  set(slot: number, deadline: number): void {
    this.heap.set(slot, deadline)
    this.model.set(slot, deadline)
  }

  remove(slot: number): void {
    expect(this.heap.remove(slot)).toBe(this.model.delete(slot))
  }

  move(from: number, to: number): void {
    this.heap.move(from, to)
    if (from === to) return
    const deadline = this.model.get(from)
    this.model.delete(from)
    if (deadline === undefined) this.model.delete(to)
    else this.model.set(to, deadline)
  }

  checkTop(): void {
    expect(this.heap.size).toBe(this.model.size)
    const nearest = Math.min(...this.model.values())
    expect(this.heap.peekDeadline()).toBe(nearest)
    const slot = this.heap.peekSlot()
    if (this.model.size === 0) expect(slot).toBe(-1)
    else expect(this.model.get(slot)).toBe(nearest)
  }

  checkAll(slots: number): void {
    for (let slot = 0; slot < slots; slot++) expect(this.heap.deadlineOf(slot)).toBe(this.model.get(slot) ?? -1)
    const held = new Map<number, number>()
    for (let i = 0; i < this.heap.size; i++) held.set(this.heap.slotAt(i), this.heap.deadlineAt(i))
    expect(held).toEqual(this.model)
  }
}

const SLOTS = 60
const slot = fc.nat(SLOTS - 1)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('set' as const), slot, fc.nat(50)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('remove' as const), slot, fc.constant(0)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('move' as const), slot, slot) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('pop' as const), fc.constant(0), fc.constant(0)) },
)

describe('MinHeap', () => {
  it('holds what a plain map holds, nearest first', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const checked = new Checked()
        for (const [kind, a, b] of steps) {
          if (kind === 'set') checked.set(a, b)
          else if (kind === 'remove') checked.remove(a)
          else if (kind === 'move') checked.move(a, b)
          else if (checked.heap.size > 0) checked.remove(checked.heap.peekSlot())
          checked.checkTop()
        }
        checked.checkAll(SLOTS + 20)
      }),
      { numRuns: 200 },
    )
  })

  it('gives deadlines back in order, through growth and shrinking', () => {
    const random = seededRandom(3)
    const heap = new MinHeap()
    const deadlines = Array.from({ length: 20_000 }, () => random.int(2 ** 41))
    deadlines.forEach((deadline, i) => {
      heap.set(i * 3, deadline)
    })
    deadlines.sort((a, b) => a - b)
    for (const deadline of deadlines) {
      expect(heap.peekDeadline()).toBe(deadline)
      heap.remove(heap.peekSlot())
    }
    expect([heap.size, heap.peekSlot(), heap.peekDeadline(), heap.deadlineOf(3)]).toEqual([0, -1, Infinity, -1])
    heap.set(7, 1)
    expect(heap.deadlineOf(7)).toBe(1)
  })

  it('follows a table that swaps its last entry into gaps', () => {
    const random = seededRandom(4)
    const heap = new MinHeap()
    const table: number[] = []
    for (let i = 0; i < 5000; i++) {
      if (table.length > 0 && random.int(3) === 0) {
        const gap = random.int(table.length)
        heap.remove(gap)
        const last = table.pop()!
        if (gap < table.length) {
          table[gap] = last
          heap.move(table.length, gap)
        }
      } else {
        const deadline = random.int(2) === 0 ? -1 : random.int(1000)
        if (deadline >= 0) heap.set(table.length, deadline)
        table.push(deadline)
      }
    }
    expect(table.map((_, i) => heap.deadlineOf(i))).toEqual(table)
    expect(heap.size).toBe(table.filter((deadline) => deadline >= 0).length)
  })

  it('forgets everything at once', () => {
    const heap = new MinHeap()
    for (let i = 0; i < 5000; i++) heap.set(i, i)
    heap.clear()
    expect(heap.size).toBe(0)
    for (let i = 0; i < 5000; i++) expect(heap.deadlineOf(i)).toBe(-1)
    heap.move(4, 2)
    heap.set(4, 9)
    expect([heap.peekSlot(), heap.peekDeadline()]).toEqual([4, 9])
  })
})
