/**
 * The values of Lua as values of JavaScript. nil is `undefined`; booleans, numbers and strings are themselves (a
 * string has one char, 0..255, for each byte); everything else is one of the classes of this library or a function.
 */
import type { LuaTable } from './table.ts'

export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction | LuaThread | LuaUserdata

/**
 * What a function returns: one value as it is, or an array for any number of values (a Lua value is never an array).
 * The array belongs to nobody: it must not be changed.
 */
export type LuaResult = LuaValue | readonly LuaValue[]

/** A function called from Lua, with its arguments as plain parameters; a missing one is nil. */
export interface LuaFunction {
  (...args: any[]): LuaResult
  /** The form that can be suspended, where there is one: see coroutines.ts. */
  generator?: (...args: any[]) => Generator<LuaValue[], LuaResult, LuaValue[]>
}

/** No values at all, which is not the same as nil. */
export const NOTHING: readonly LuaValue[] = Object.freeze([])

/** An opaque value: only its metatable says what can be done with it. */
export class LuaUserdata {
  metatable: LuaTable | undefined
}

/** A coroutine as a value; coroutines.ts knows how to run it. */
export class LuaThread {
  status: 'suspended' | 'running' | 'normal' | 'dead' = 'suspended'
  readonly body: LuaFunction
  generator: Generator<LuaValue[], LuaResult, LuaValue[]> | undefined
  /** The share of the stack that its suspended functions take when they run. */
  stackUsed = 0

  constructor(body: LuaFunction) {
    this.body = body
  }
}

export function first(result: LuaResult): LuaValue {
  return Array.isArray(result) ? result[0] : (result as LuaValue)
}

export function toList(result: LuaResult): readonly LuaValue[] {
  return Array.isArray(result) ? result : [result as LuaValue]
}

export function typeName(value: LuaValue): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil'
    case 'object':
      return value instanceof LuaThread ? 'thread' : value instanceof LuaUserdata ? 'userdata' : 'table'
    default:
      return typeof value
  }
}

const addresses = new WeakMap<object, string>()

/** Gives a value of the host the address it is shown with. */
export function setAddress(value: object, address: string): void {
  addresses.set(value, address)
}

let nextAddress = 0x5581e0a40010

/** A made-up address, different for each object and the same for as long as it lives. */
export function addressOf(value: object): string {
  let address = addresses.get(value)
  if (address === undefined) {
    address = `0x${nextAddress.toString(16)}`
    nextAddress += 0x30
    addresses.set(value, address)
  }
  return address
}
