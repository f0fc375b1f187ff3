import type { LuaTable } from './table.ts'
import type { LuaFunction } from './values.ts'

/** Where the globals of a function are looked up. */
export interface EnvironmentCell {
  get(): LuaTable
  set(environment: LuaTable): void
}

const cells = new WeakMap<LuaFunction, EnvironmentCell>()

/** Makes a function's environment known; gives the function back. */
export function withEnvironment(fn: LuaFunction, cell: EnvironmentCell): LuaFunction {
  cells.set(fn, cell)
  return fn
}

/** Undefined for library functions, and for inner functions of a chunk that names neither getfenv nor setfenv. */
export function environmentOf(fn: LuaFunction): EnvironmentCell | undefined {
  return cells.get(fn)
}
