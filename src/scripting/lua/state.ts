import type { Chunk } from './chunk.ts'
import { machine, type Preemption } from './machine.ts'
import { LuaTable } from './table.ts'
import { type LuaFunction, type LuaValue, toList } from './values.ts'

export interface LuaOptions {
  /** Called about every `interval` steps (default 100000, about a millisecond); throws to stop the script. */
  readonly preemption?: Preemption
  readonly interval?: number
  /** The longest string Lua code can make, in bytes; longer is "not enough memory". Default 512 MB. */
  readonly maxStringLength?: number
}

/** A world of Lua: its globals and the metatable of its strings. */
export class LuaState {
  readonly globals = new LuaTable()
  /** Shared by all strings; `__index` is the string library. */
  readonly stringMetatable = new LuaTable()
  private readonly options: LuaOptions

  constructor(options: LuaOptions = {}) {
    this.options = options
  }

  /** The main function of a chunk, with this state's globals unless told otherwise. */
  load(chunk: Chunk, environment: LuaTable = this.globals): LuaFunction {
    return chunk.instantiate(environment)
  }

  /** Calls a function. Throws LuaError, or what the preemption hook throws. May be nested. */
  call(fn: LuaFunction, args: readonly LuaValue[]): readonly LuaValue[] {
    const saved = machine.save()
    machine.stringMetatable = this.stringMetatable
    machine.watch(this.options.preemption, this.options.interval ?? 100_000)
    try {
      return toList(fn(...args))
    } finally {
      machine.restore(saved)
    }
  }
}

export function createGlobals(options?: LuaOptions): LuaState {
  return new LuaState(options)
}

export function callFunction(state: LuaState, fn: LuaFunction, args: readonly LuaValue[]): readonly LuaValue[] {
  return state.call(fn, args)
}
