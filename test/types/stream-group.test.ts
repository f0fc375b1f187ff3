import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Stream } from '../../src/types/stream.ts'
import { Consumer, Group, Pending } from '../../src/types/stream-group.ts'
import { formatId, MAX_ID, MIN_ID, makeId } from '../../src/types/stream-id.ts'

const owner = new Consumer('c', 0)
const nack = (deliveryTime: number) => ({ deliveryTime, deliveryCount: 1, consumer: owner })
const limits = { nodeMaxBytes: 4096, nodeMaxEntries: 100 }

function listed(pel: Pending, start = MIN_ID, end = MAX_ID, count = -1): [string, number][] {
  const items: [string, number][] = []
  pel.range(start, end, count, (id, { deliveryTime }) => items.push([formatId(id), deliveryTime]))
  return items
}

describe('pending entries', () => {
  it('behave as a sorted map does, whatever is added and deleted', () => {
    const operation = fc.record({
      add: fc.boolean(),
      from: fc.integer({ min: 0, max: 3000 }),
      length: fc.integer({ min: 1, max: 700 }),
      step: fc.constantFrom(1, 2, 3),
      backwards: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
        const pel = new Pending()
        const model = new Map<number, number>()
        let now = 0
        for (const { add, from, length, step, backwards } of operations) {
          for (let i = 0; i < length; i++) {
            const n = from + step * (backwards ? length - i : i)
            const id = makeId(n, 1)
            if (add) {
              pel.set(id, nack(++now))
              model.set(n, now)
            } else expect(pel.delete(id)).toBe(model.delete(n))
          }
        }
        const sorted = [...model].sort(([a], [b]) => a - b)
        const named = (items: [number, number][]) => items.map(([n, at]) => [`${n}-1`, at])
        expect(pel.size).toBe(model.size)
        expect(listed(pel)).toEqual(named(sorted))
        expect(pel.first()).toBe(sorted.length === 0 ? undefined : makeId(sorted[0][0], 1))
        expect(pel.last()).toBe(sorted.length === 0 ? undefined : makeId(sorted[sorted.length - 1][0], 1))
        const middle = sorted.filter(([n]) => n >= 1000 && n <= 2000)
        expect(listed(pel, makeId(1000, 0), makeId(2000, 1))).toEqual(named(middle))
        expect(listed(pel, makeId(1000, 0), makeId(2000, 1), 5)).toEqual(named(middle.slice(0, 5)))
        for (const [n, at] of sorted.slice(0, 50)) expect(pel.get(makeId(n, 1))?.deliveryTime).toBe(at)
        expect(pel.get(makeId(5, 2))).toBe(undefined)
      }),
      { numRuns: 60 },
    )
  })

  it('a visit ends when the visitor says so', () => {
    const pel = new Pending()
    for (let n = 0; n < 1000; n++) pel.set(makeId(n, 0), nack(n))
    let visited = 0
    pel.range(MIN_ID, MAX_ID, -1, () => ++visited < 300)
    expect(visited).toBe(300)
  })

  it('a hundred thousand leave from the middle outwards, and from the front, without being moved each time', () => {
    // Were each deletion to touch all entries, this would be 20,000,000,000 steps and never end.
    for (const place of [(i: number) => (i * 70_001) % 200_000, (i: number) => i]) {
      const pel = new Pending()
      for (let n = 0; n < 200_000; n++) pel.set(makeId(n, 0), nack(n))
      for (let i = 0; i < 200_000; i++) {
        pel.delete(makeId(place(i), 0))
        if (i % 1000 === 0) pel.first()
      }
      expect(pel.size).toBe(0)
      expect(listed(pel)).toEqual([])
    }
  })
})

describe('a consumer group', () => {
  function groupOfTwo() {
    const group = new Group('g')
    const [a, b] = [group.addConsumer('a', 5), group.addConsumer('b', 6)]
    for (let n = 1; n <= 4; n++) group.assign(makeId(n, 0), n % 2 === 0 ? b : a)
    return { group, a, b }
  }

  it('assigns each entry to one consumer', () => {
    const { group, a, b } = groupOfTwo()
    const moved = group.assign(makeId(1, 0), b)
    expect(moved.consumer).toBe(b)
    expect(group.assign(makeId(1, 0), b)).toBe(moved)
    expect([a.pel.size, b.pel.size, group.pel.size]).toEqual([1, 3, 4])
  })

  it('acknowledges once', () => {
    const { group, a } = groupOfTwo()
    expect(group.acknowledge(makeId(1, 0))).toBe(true)
    expect(group.acknowledge(makeId(1, 0))).toBe(false)
    expect([a.pel.size, group.pel.size]).toEqual([1, 3])
  })

  it('loses what is pending with a consumer', () => {
    const { group, b } = groupOfTwo()
    group.removeConsumer(b)
    expect(listed(group.pel).map(([id]) => id)).toEqual(['1-0', '3-0'])
    expect([...group.consumers.keys()]).toEqual(['a'])
  })

  it('is copied with nothing shared', () => {
    const { group } = groupOfTwo()
    const copy = group.copy()
    group.assign(makeId(1, 0), group.consumers.get('b')!).deliveryCount = 9
    group.acknowledge(makeId(2, 0))
    expect(copy.pel.size).toBe(4)
    expect(copy.pel.get(makeId(1, 0))).toMatchObject({ deliveryCount: 1, consumer: { name: 'a' } })
    expect(copy.pel.get(makeId(1, 0))).toBe(copy.consumers.get('a')?.pel.get(makeId(1, 0)))
  })
})

describe('how far a group has read', () => {
  function streamOf(entries: number): Stream {
    const stream = new Stream()
    for (let n = 1; n <= entries; n++) stream.append(makeId(n, 0), ['f', 'v'], limits)
    return stream
  }

  it('is counted from the start, and known again at either end', () => {
    const stream = streamOf(5)
    const group = new Group('g')
    expect(stream.lag(group)).toBe(5)
    stream.advance(group, makeId(1, 0))
    expect([group.entriesRead, stream.lag(group)]).toEqual([1, 4])
    const middle = new Group('m', makeId(3, 0))
    expect(stream.lag(middle)).toBe(null)
    stream.advance(middle, makeId(4, 0))
    expect(middle.entriesRead).toBe(-1)
    stream.advance(middle, makeId(5, 0))
    expect([middle.entriesRead, stream.lag(middle)]).toEqual([5, 0])
  })

  it('is not known before a deleted entry', () => {
    const stream = streamOf(5)
    const group = new Group('g')
    stream.advance(group, makeId(1, 0))
    stream.delete(makeId(3, 0))
    expect(stream.lag(group)).toBe(null)
    stream.trimByLength(1, { approximate: false, limit: 0 })
    expect(stream.lag(group)).toBe(4)
  })

  it('an entry is wanted while it is pending or unread somewhere', () => {
    const stream = streamOf(2)
    expect(stream.isWanted(makeId(1, 0))).toBe(false)
    const group = new Group('g')
    stream.groups = new Map([['g', group]])
    expect(stream.isWanted(makeId(1, 0))).toBe(true)
    stream.advance(group, makeId(1, 0))
    expect(stream.isWanted(makeId(1, 0))).toBe(false)
    group.assign(makeId(1, 0), group.addConsumer('a', 0))
    expect(stream.isWanted(makeId(1, 0))).toBe(true)
  })
})
