/** The iteration of generic loops, with the usual iterators run in place rather than called. */
import { checkInteger, checkTable } from './arguments.ts'
import { callable } from './operations.ts'
import { LuaTable } from './table.ts'
import { type LuaFunction, type LuaResult, type LuaValue, toList } from './values.ts'

/** The calls of a generic loop, one at a time. */
export interface Cursor {
  /** False at the end of the loop. */
  next(): boolean
  readonly key: LuaValue
  readonly value: LuaValue
  at(position: number): LuaValue
}

class NextCursor implements Cursor {
  key: LuaValue = undefined
  value: LuaValue = undefined
  private readonly table: LuaTable
  private item = 0
  private row = -1

  constructor(table: LuaTable) {
    this.table = table
  }

  next(): boolean {
    const { items, values } = this.table
    while (++this.item < items.length) {
      const value = items[this.item]
      if (value !== undefined) {
        this.key = this.item
        this.value = value
        return true
      }
    }
    while (++this.row < values.length) {
      const value = values[this.row]
      if (value !== undefined) {
        this.key = this.table.keys[this.row]
        this.value = value
        return true
      }
    }
    return false
  }

  at(): LuaValue {
    return undefined
  }
}

class ItemCursor implements Cursor {
  key = 0
  value: LuaValue = undefined
  private readonly table: LuaTable

  constructor(table: LuaTable) {
    this.table = table
  }

  next(): boolean {
    this.value = this.table.get(++this.key)
    return this.value !== undefined
  }

  at(): LuaValue {
    return undefined
  }
}

class CallCursor implements Cursor {
  key: LuaValue
  value: LuaValue = undefined
  private readonly fn: LuaFunction
  private readonly state: LuaValue
  private results: readonly LuaValue[] = []

  constructor(fn: LuaFunction, state: LuaValue, control: LuaValue) {
    this.fn = fn
    this.state = state
    this.key = control
  }

  next(): boolean {
    const { fn } = this
    const result = fn(this.state, this.key)
    if (Array.isArray(result)) {
      this.results = result
      this.key = result[0]
      this.value = result[1]
    } else {
      this.results = [(this.key = result as LuaValue)]
      this.value = undefined
    }
    return this.key !== undefined
  }

  at(position: number): LuaValue {
    return this.results[position]
  }
}

/** What `pairs` gives. Shared by all states: there is nothing in it to change. */
export const next: LuaFunction = (t: LuaValue, key: LuaValue) => {
  const table = checkTable(t, 1)
  const position = table.after(key)
  return position < 0 ? undefined : [table.keyAt(position), table.valueAt(position)]
}

/** What `ipairs` gives. */
export const nextItem: LuaFunction = (t: LuaValue, at: LuaValue) => {
  const position = checkInteger(at, 2) + 1
  const value = checkTable(t, 1).get(position)
  return value === undefined ? undefined : [position, value]
}

export function cursor(fn: LuaValue, state: LuaValue, control: LuaValue): Cursor {
  if (fn === next && control === undefined && state instanceof LuaTable) return new NextCursor(state)
  if (fn === nextItem && control === 0 && state instanceof LuaTable) return new ItemCursor(state)
  return new CallCursor(callable(fn), state, control)
}

export function cursorOf(result: LuaResult): Cursor {
  const [fn, state, control] = toList(result)
  return cursor(fn, state, control)
}
