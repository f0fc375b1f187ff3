import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { List } from '../../src/types/list.ts'

const word = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((n) => `v${n}`) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n)), maxLength: 60 }),
  },
  { weight: 1, arbitrary: fc.integer({ min: 240, max: 3000 }).map((n) => 'x'.repeat(n)) },
)
const place = fc.integer({ min: -40, max: 400 })

/** What a list does, done to an array as well. */
const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      tail: fc.boolean(),
      values: fc.array(word, { maxLength: 40 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pop' as const),
      tail: fc.boolean(),
      times: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), place, value: word }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), pivot: word, value: word, before: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), value: word, count: fc.integer({ min: -3, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), from: fc.nat(50), cut: fc.nat(50) }) },
)

function removeModel(model: string[], value: string, count: number): number {
  let removed = 0
  const most = count === 0 ? model.length : Math.abs(count)
  const order = [...model.keys()]
  if (count < 0) order.reverse()
  const drop = new Set<number>()
  for (const i of order) if (model[i] === value && removed < most) drop.add(i) && removed++
  model.splice(0, model.length, ...model.filter((_, i) => !drop.has(i)))
  return removed
}

function check(list: List, model: readonly string[]): void {
  expect(list.length).toBe(model.length)
  const all: string[] = []
  list.forEach((value) => all.push(value))
  expect(all).toEqual(model)
  for (const i of [0, 1, model.length >> 1, model.length - 1, -1, -2, model.length, -model.length - 1]) {
    expect(list.at(i)).toBe(model.at(i))
  }
}

describe('a list', () => {
  it('does what an array does, small and big', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60 }), (sequence) => {
        const list = new List()
        const model: string[] = []
        for (const step of sequence) {
          switch (step.kind) {
            case 'push':
              for (const value of step.values) {
                if (step.tail) list.pushTail(value)
                else list.pushHead(value)
              }
              if (step.tail) model.push(...step.values)
              else model.unshift(...step.values.toReversed())
              break
            case 'pop':
              for (let i = 0; i < step.times; i++) {
                expect(step.tail ? list.popTail() : list.popHead()).toBe(step.tail ? model.pop() : model.shift())
              }
              break
            case 'set': {
              const i = step.place < 0 ? model.length + step.place : step.place
              const there = i >= 0 && i < model.length
              expect(list.set(step.place, step.value)).toBe(there)
              if (there) model[i] = step.value
              break
            }
            case 'insert': {
              const i = model.indexOf(step.pivot)
              expect(list.insert(step.pivot, step.value, step.before ? 'before' : 'after')).toBe(i >= 0)
              if (i >= 0) model.splice(step.before ? i : i + 1, 0, step.value)
              break
            }
            case 'remove':
              expect(list.removeValue(step.value, step.count)).toBe(removeModel(model, step.value, step.count))
              break
            case 'trim': {
              const stop = model.length - 1 - step.cut
              list.trim(step.from, Math.max(stop, -1))
              const kept = stop < step.from ? [] : model.slice(step.from, stop + 1)
              model.splice(0, model.length, ...kept)
              break
            }
          }
        }
        check(list, model)
        check(list.copy(), model)
        check(List.fromArray(model), model)
      }),
      { numRuns: 300 },
    )
  })

  it('finds places by rank, count and length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 400 }),
        fc.integer({ min: -5, max: 5 }).filter((rank) => rank !== 0),
        fc.nat(4),
        fc.nat(300),
        (numbers, rank, count, maxLength) => {
          const values = numbers.map(String)
          const places = values.flatMap((value, i) => (value === '1' ? [i] : []))
          const looked = maxLength === 0 ? values.length : maxLength
          const seen =
            rank > 0 ? places.filter((i) => i < looked) : places.toReversed().filter((i) => values.length - i <= looked)
          const expected = seen.slice(Math.abs(rank) - 1)
          expect(List.fromArray(values).positions('1', { rank, count, maxLength })).toEqual(
            count === 0 ? expected : expected.slice(0, count),
          )
        },
      ),
    )
  })

  it('visits ranges', () => {
    const values = Array.from({ length: 1000 }, (_, i) => `value ${i}`)
    const list = List.fromArray(values)
    for (const [from, to] of [
      [0, 0],
      [0, 999],
      [127, 128],
      [500, 700],
      [999, 999],
      [5, 4],
    ]) {
      const seen: string[] = []
      list.forEachInRange(from, to, (value) => seen.push(value))
      expect(seen).toEqual(values.slice(from, to + 1))
    }
  })
})
