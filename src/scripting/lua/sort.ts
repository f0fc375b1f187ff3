/** `table.sort`: Lua's own quicksort, so that equal items end up where Lua puts them. */
import { LuaError } from './errors.ts'
import { machine } from './machine.ts'
import { lessThan } from './operations.ts'
import { callBack, where } from './sites.ts'
import type { LuaTable } from './table.ts'
import { first, type LuaFunction, type LuaValue } from './values.ts'

/** What sorting takes of the stack, in words. */
const SORT_FRAMES = 400

type Order = (a: LuaValue, b: LuaValue) => boolean

/** Sorts the items 1..n by `fn`, or by `<`. Throws what the order throws, and for an order that is none. */
export function sort(table: LuaTable, fn: LuaFunction | undefined, isTrue: (value: LuaValue) => boolean): void {
  const count = table.length
  if (count < 2) return
  if (table.readonly) throw new LuaError('Attempt to modify a readonly table')
  // Items that are not all in the array are sorted in a copy.
  const inPlace = table.items.length - 1 >= count
  const items = inPlace ? table.items : [undefined]
  if (!inPlace) for (let i = 1; i <= count; i++) items.push(table.get(i))
  if ((machine.stack -= SORT_FRAMES) < 0) throw new LuaError(`${where(1)}stack overflow`)
  new Sorter(items, fn === undefined ? defaultOrder(items, count) : (a, b) => isTrue(first(callBack(fn, [a, b])))).run(
    1,
    count,
  )
  machine.stack += SORT_FRAMES
  if (!inPlace) for (let i = 1; i <= count; i++) table.set(i, items[i])
}

function defaultOrder(items: readonly LuaValue[], count: number): Order {
  const type = typeof items[1]
  if (type === 'number' || type === 'string') {
    let same = true
    for (let i = 2; i <= count && same; i++) same = typeof items[i] === type
    if (same) return (a, b) => (a as number) < (b as number)
  }
  // As a call from a library function, whose errors have no position.
  return (a, b) => callBack(lessThan as LuaFunction, [a, b]) as boolean
}

class Sorter {
  private readonly items: LuaValue[]
  private readonly before: Order

  constructor(items: LuaValue[], before: Order) {
    this.items = items
    this.before = before
  }

  run(low: number, high: number): void {
    while (low < high) {
      machine.charge(high - low)
      this.orderPair(low, high)
      if (high - low === 1) return
      const middle = Math.floor((low + high) / 2)
      // The middle one of three becomes the pivot.
      if (this.before(this.items[middle], this.items[low])) this.swap(middle, low)
      else if (this.before(this.items[high], this.items[middle])) this.swap(middle, high)
      if (high - low === 2) return
      const pivot = this.items[middle]
      this.swap(middle, high - 1)
      const border = this.partition(low, high, pivot)
      // The smaller part by recursion, so that it is never deep.
      if (border - low < high - border) {
        this.run(low, border - 1)
        low = border + 1
      } else {
        this.run(border + 1, high)
        high = border - 1
      }
    }
  }

  private orderPair(low: number, high: number): void {
    if (this.before(this.items[high], this.items[low])) this.swap(low, high)
  }

  private partition(low: number, high: number, pivot: LuaValue): number {
    const { items } = this
    let i = low
    let j = high - 1
    for (;;) {
      while (this.before(items[++i], pivot)) if (i > high) throw badOrder()
      while (this.before(pivot, items[--j])) if (j < low) throw badOrder()
      if (j < i) break
      this.swap(i, j)
    }
    this.swap(high - 1, i)
    return i
  }

  private swap(a: number, b: number): void {
    const { items } = this
    const held = items[a]
    items[a] = items[b]
    items[b] = held
  }
}

function badOrder(): LuaError {
  return new LuaError(`${where(1)}invalid order function for sorting`)
}
