/** How library functions read their arguments, with the errors of Lua's auxiliary library. Positions count from 1. */
import { LuaError } from './errors.ts'
import { machine } from './machine.ts'
import { formatNumber, parseNumber } from './numbers.ts'
import { captureFrames, type Frame, prefix } from './sites.ts'
import { LuaTable } from './table.ts'
import { type LuaFunction, type LuaValue, typeName } from './values.ts'

function describedError(frame: Frame | undefined, position: number, message: string): LuaError {
  const called = /^(\w+) '(.*)'$/s.exec(frame?.site.names[0] ?? '')
  const name = called?.[2] ?? '?'
  const start = prefix(frame)
  if (called?.[1] === 'method' && --position === 0) {
    return new LuaError(`${start}calling '${name}' on bad self (${message})`)
  }
  return new LuaError(`${start}bad argument #${position} to '${name}' (${message})`)
}

/** "bad argument #1 to 'name' (message)", named as the caller called the function. */
export function argumentError(position: number, message: string): LuaError {
  return describedError(captureFrames()[0], position, message)
}

/** An argument of the wrong type: "string expected, got nil". */
export function typeError(position: number, expected: string, value: LuaValue): LuaError {
  const frame = captureFrames()[0]
  let got = typeName(value)
  if (value === undefined && isAbsent(frame, position)) got = 'no value'
  return describedError(frame, position, `${expected} expected, got ${got}`)
}

/** Whether the call had fewer arguments; where that cannot be seen, nil counts as given. */
function isAbsent(frame: Frame | undefined, position: number): boolean {
  if (!frame) return position > machine.callArguments
  const { args, names } = frame.site
  if (args === undefined) return false
  return position > args + (names[0]?.startsWith('method') ? 1 : 0)
}

/** Throws unless an argument was given, be it nil. */
export function checkAny(args: readonly LuaValue[], position: number): void {
  if (args.length < position) throw argumentError(position, 'value expected')
}

export function checkTable(value: LuaValue, position: number): LuaTable {
  if (value instanceof LuaTable) return value
  throw typeError(position, 'table', value)
}

export function checkFunction(value: LuaValue, position: number): LuaFunction {
  if (typeof value === 'function') return value
  throw typeError(position, 'function', value)
}

/** A number, or a string that is one. */
export function checkNumber(value: LuaValue, position: number): number {
  if (typeof value === 'number') return value
  const number = typeof value === 'string' ? parseNumber(value) : undefined
  if (number === undefined) throw typeError(position, 'number', value)
  return number
}

export function optionalNumber(value: LuaValue, position: number, otherwise: number): number {
  return value === undefined ? otherwise : checkNumber(value, position)
}

/** A number cut to an integer of 64 bits, as C's cast does it: what does not fit is the smallest one. */
export function checkInteger(value: LuaValue, position: number): number {
  const number = Math.trunc(checkNumber(value, position))
  return Math.abs(number) < 2 ** 63 ? number + 0 : -(2 ** 63)
}

export function optionalInteger(value: LuaValue, position: number, otherwise: number): number {
  return value === undefined ? otherwise : checkInteger(value, position)
}

/** A string, or a number as text. */
export function checkString(value: LuaValue, position: number): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return formatNumber(value)
  throw typeError(position, 'string', value)
}

export function optionalString(value: LuaValue, position: number, otherwise: string): string {
  return value === undefined ? otherwise : checkString(value, position)
}
