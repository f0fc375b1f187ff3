import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FieldDeadlines } from '../../src/types/field-deadlines.ts'
import { Hash } from '../../src/types/hash.ts'
import { defaultLimits } from '../../src/types/limits.ts'

const names = Array.from({ length: 40 }, (_, i) => `f${i}`)
const name = fc.constantFrom(...names)

describe('the deadlines of fields', () => {
  it('behave as a map that knows its least value, few or many', () => {
    const operation = fc.oneof(
      fc.record({ set: name, at: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ remove: name }),
      fc.record({ due: fc.integer({ min: 0, max: 50 }) }),
    )
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        let deadlines = new FieldDeadlines()
        const model = new Map<string, number>()
        for (const op of operations) {
          if ('set' in op) {
            deadlines.set(op.set, op.at)
            model.set(op.set, op.at)
          } else if ('remove' in op) expect(deadlines.delete(op.remove)).toBe(model.delete(op.remove))
          else {
            const due = deadlines.dueField(op.due)
            const some = [...model].some(([, at]) => at <= op.due)
            expect(due !== undefined).toBe(some)
            if (due !== undefined) expect(model.get(due)).toBeLessThanOrEqual(op.due)
            expect(deadlines.countDue(op.due, 99)).toBe([...model.values()].filter((at) => at <= op.due).length)
            deadlines = deadlines.copy()
          }
          expect(deadlines.size).toBe(model.size)
          expect(deadlines.nearest()).toBe(Math.min(...model.values()))
          for (const field of names) expect(deadlines.deadlineOf(field)).toBe(model.get(field) ?? -1)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe.each([
  ['small', 512],
  ['large', 0],
])('a %s hash', (_, hashMaxListpackEntries) => {
  const limits = { ...defaultLimits(), hashMaxListpackEntries }
  const fill = (count: number) => {
    const hash = new Hash()
    for (let i = 0; i < count; i++) {
      hash.set(names[i], String(i), limits)
      if (i % 2 === 0) hash.setDeadline(names[i], 100 + i)
    }
    return hash
  }
  const stored = (hash: Hash) => {
    const found: [string, string, number][] = []
    hash.forEachStored((field, value, deadline) => found.push([field, value, deadline]))
    return found.sort()
  }

  it('hides due fields and shows them again', () => {
    const hash = fill(40)
    const before = stored(hash)
    hash.hideDue(120)
    expect(hash.size).toBe(40 - 11)
    expect(hash.storedSize).toBe(40)
    expect(hash.has('f20')).toBe(false)
    expect(hash.deadlineOf('f20')).toBe(-1)
    expect(hash.nearestDeadline).toBe(100)
    expect(hash.expiringFields).toBe(20)
    expect(stored(hash)).toEqual(before)
    expect(hash.copy().storedSize).toBe(29)
    expect(hash.delete('f0')).toBe(false)
    hash.showHidden()
    expect(hash.size).toBe(40)
    expect(hash.deadlineOf('f20')).toBe(120)
    expect(stored(hash)).toEqual(before)
  })

  it('removes due fields, hidden or not, some at a time', () => {
    const hash = fill(40)
    hash.hideDue(104)
    expect(hash.takeDue(120, 7)).toHaveLength(7)
    expect(hash.takeDue(120, 7)).toHaveLength(4)
    expect(hash.takeDue(120, 7)).toEqual([])
    expect(hash.size).toBe(29)
    expect(hash.nearestDeadline).toBe(122)
  })

  it('knows when all its fields are due', () => {
    const hash = fill(1)
    expect(hash.isAllDue(99)).toBe(false)
    expect(hash.isAllDue(100)).toBe(true)
    hash.hideDue(100)
    expect(hash.isAllDue(100)).toBe(true)
    hash.set('f1', '', limits)
    expect(hash.isAllDue(1000)).toBe(false)
  })

  it('forgets a hidden field that is set anew', () => {
    const hash = fill(3)
    hash.hideDue(102)
    hash.set('f0', 'x', limits)
    hash.update('f2', 'y', limits)
    expect(stored(hash)).toEqual([
      ['f0', 'x', -1],
      ['f1', '1', -1],
      ['f2', 'y', -1],
    ])
    expect(hash.nearestDeadline).toBe(Number.POSITIVE_INFINITY)
    hash.showHidden()
    expect(hash.size).toBe(3)
  })
})
