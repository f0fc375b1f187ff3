import { checkFunction, checkInteger, checkTable, optionalInteger, optionalString } from './arguments.ts'
import { LuaError } from './errors.ts'
import { machine } from './machine.ts'
import { formatNumber } from './numbers.ts'
import { call, isTrue } from './operations.ts'
import { where } from './sites.ts'
import { sort } from './sort.ts'
import type { LuaTable } from './table.ts'
import { first, type LuaFunction, type LuaResult, type LuaValue, NOTHING, typeName } from './values.ts'

function insert(...args: LuaValue[]): LuaResult {
  const table = checkTable(args[0], 1)
  const end = table.length + 1
  if (args.length === 2) {
    table.set(end, args[1])
    return NOTHING
  }
  if (args.length !== 3) throw new LuaError(`${where(1)}wrong number of arguments to 'insert'`)
  const at = checkInteger(args[1], 2)
  machine.charge(Math.abs(end - at) >>> 4)
  if (at >= 1 && at < end && end === table.items.length && args[2] !== undefined && !table.readonly) {
    // Room first, through the table, so that what follows the last item is gathered.
    table.set(end, table.items[end - 1])
    table.items.copyWithin(at + 1, at, end - 1)
    table.items[at] = args[2]
    return NOTHING
  }
  for (let i = Math.max(end, at); i > at; i--) {
    table.set(i, table.get(i - 1))
    if ((i & 1023) === 0) machine.charge(1024)
  }
  table.set(at, args[2])
  return NOTHING
}

function remove(t: LuaValue, position: LuaValue): LuaResult {
  const table = checkTable(t, 1)
  const end = table.length
  const at = optionalInteger(position, 2, end)
  if (at < 1 || at > end) return NOTHING
  const value = table.get(at)
  machine.charge((end - at) >>> 4)
  if (end === table.items.length - 1 && !table.readonly) table.items.copyWithin(at, at + 1)
  else for (let i = at; i < end; i++) table.set(i, table.get(i + 1))
  table.set(end, undefined)
  return value
}

function concat(t: LuaValue, s: LuaValue, i: LuaValue, j: LuaValue): string {
  const separator = optionalString(s, 2, '')
  const table = checkTable(t, 1)
  const start = optionalInteger(i, 3, 1)
  const end = j === undefined ? table.length : checkInteger(j, 4)
  let result = ''
  for (let at = start; at <= end; at++) {
    const value = table.get(at)
    if (typeof value === 'string') result += value
    else if (typeof value === 'number') result += formatNumber(value)
    else {
      throw new LuaError(`${where(1)}invalid value (${typeName(value)}) at index ${at} in table for 'concat'`)
    }
    if (at < end) result += separator
    if (result.length > machine.maxStringLength) throw new LuaError('not enough memory')
  }
  machine.charge(end >= start ? end - start : 0)
  return result
}

function maxn(t: LuaValue): number {
  const table = checkTable(t, 1)
  let most = 0
  for (const [key] of table.entries()) if (typeof key === 'number' && key > most) most = key
  machine.charge(table.keys.length)
  return most
}

function foreach(t: LuaValue, fn: LuaValue): LuaResult {
  const table = checkTable(t, 1)
  checkFunction(fn, 2)
  for (let key: LuaValue; ; ) {
    const at = table.after(key)
    if (at < 0) return NOTHING
    key = table.keyAt(at)
    const result = first(call(fn, [key, table.valueAt(at)]))
    if (result !== undefined) return result
  }
}

function foreachi(t: LuaValue, fn: LuaValue): LuaResult {
  const table = checkTable(t, 1)
  checkFunction(fn, 2)
  const end = table.length
  for (let at = 1; at <= end; at++) {
    const result = first(call(fn, [at, table.get(at)]))
    if (result !== undefined) return result
  }
  return NOTHING
}

function sortTable(t: LuaValue, fn: LuaValue): LuaResult {
  const table: LuaTable = checkTable(t, 1)
  if (fn !== undefined) checkFunction(fn, 2)
  sort(table, fn as LuaFunction | undefined, isTrue)
  return NOTHING
}

export const tableLibrary: Record<string, LuaFunction> = {
  concat,
  foreach,
  foreachi,
  getn: (t) => checkTable(t, 1).length,
  insert,
  maxn,
  remove,
  setn: (t) => {
    checkTable(t, 1)
    throw new LuaError(`${where(1)}'setn' is obsolete`)
  },
  sort: sortTable,
}
