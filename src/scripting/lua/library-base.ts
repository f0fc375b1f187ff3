import {
  argumentError,
  checkAny,
  checkFunction,
  checkInteger,
  checkString,
  checkTable,
  optionalInteger,
  optionalString,
} from './arguments.ts'
import { compile } from './chunk.ts'
import { next, nextItem } from './cursors.ts'
import { type EnvironmentCell, environmentOf } from './environments.ts'
import { asLuaError, LuaError, LuaSyntaxError } from './errors.ts'
import { machine } from './machine.ts'
import { formatNumber, parseNumber } from './numbers.ts'
import { call, isTrue, metamethod, metatableOf } from './operations.ts'
import { where } from './sites.ts'
import { LuaTable } from './table.ts'
import {
  addressOf,
  first,
  type LuaFunction,
  type LuaResult,
  LuaUserdata,
  type LuaValue,
  NOTHING,
  toList,
  typeName,
} from './values.ts'

/** What compiling costs, beside the length of the source. */
const COMPILE_STEPS = 2000

/** The longest source that `load` gathers, in bytes: its pieces may be small and many. */
const MAX_SOURCE = 1 << 24

const MAX_RESULTS = 8000

/** What `tostring` shows. */
export function display(value: LuaValue): LuaValue {
  const handler = metamethod(value, '__tostring')
  if (handler !== undefined) return first(call(handler, [value]))
  switch (typeof value) {
    case 'undefined':
      return 'nil'
    case 'boolean':
      return String(value)
    case 'number':
      return formatNumber(value)
    case 'string':
      return value
    default:
      return `${typeName(value)}: ${addressOf(value)}`
  }
}

function error(message: LuaValue, level: LuaValue): never {
  const at = optionalInteger(level, 2, 1)
  if (at > 0 && (typeof message === 'string' || typeof message === 'number')) {
    throw new LuaError(where(Math.min(at, 250)) + (typeof message === 'string' ? message : formatNumber(message)))
  }
  throw new LuaError(message)
}

function assert(...args: LuaValue[]): LuaResult {
  checkAny(args, 1)
  if (isTrue(args[0])) return args
  throw new LuaError(where(1) + optionalString(args[1], 2, 'assertion failed!'))
}

/** Runs `body`; an error of Lua becomes what `recover` makes of it. */
function guarded(body: () => LuaResult, recover: (value: LuaValue) => LuaValue): LuaResult {
  const { stack, thread } = machine
  const depth = machine.environments.length
  try {
    const result = body()
    return Array.isArray(result) ? [true, ...result] : [true, result as LuaValue]
  } catch (caught) {
    const failure = asLuaError(caught)
    if (failure === undefined) throw caught
    machine.stack = stack
    machine.thread = thread
    machine.environments.length = depth
    return [false, recover(failure.value)]
  }
}

function pcall(...args: LuaValue[]): LuaResult {
  checkAny(args, 1)
  return guarded(
    () => call(args[0], args.slice(1)),
    (value) => value,
  )
}

function xpcall(...args: LuaValue[]): LuaResult {
  if (args.length < 2) throw argumentError(2, 'value expected')
  return guarded(
    () => call(args[0], []),
    (value) => {
      try {
        return first(call(args[1], [value]))
      } catch (caught) {
        const failure = asLuaError(caught)
        if (failure === undefined) throw caught
        return 'error in error handling'
      }
    },
  )
}

function select(...args: LuaValue[]): LuaResult {
  if (args[0] === '#') return args.length - 1
  let at = checkInteger(args[0], 1)
  if (at < 0) at = args.length + at
  else if (at > args.length) at = args.length
  if (at < 1) throw argumentError(1, 'index out of range')
  return args.slice(at)
}

function unpack(t: LuaValue, i: LuaValue, j: LuaValue): LuaResult {
  const table = checkTable(t, 1)
  const start = optionalInteger(i, 2, 1)
  const end = j === undefined ? table.length : checkInteger(j, 3)
  if (start > end) return NOTHING
  if (end - start + 2 > MAX_RESULTS) throw new LuaError(`${where(1)}too many results to unpack`)
  if (start === 1 && end < table.items.length) return table.items.slice(1, end + 1)
  const values: LuaValue[] = []
  for (let at = start; at <= end; at++) values.push(table.get(at))
  return values
}

function tonumber(...args: LuaValue[]): LuaValue {
  const base = optionalInteger(args[1], 2, 10)
  if (base === 10) {
    checkAny(args, 1)
    const value = args[0]
    return typeof value === 'number' ? value : typeof value === 'string' ? parseNumber(value) : undefined
  }
  const text = checkString(args[0], 1)
  if (base < 2 || base > 36) throw argumentError(2, 'base out of range')
  return parseUnsigned(text, base)
}

/** As C's strtoul does it: a negative number wraps around, one too large is the largest. */
function parseUnsigned(text: string, base: number): number | undefined {
  const parts = /^[ \t-\r]*([+-]?)([0-9a-zA-Z]+)[ \t-\r]*(?:\0|$)/.exec(text)
  if (parts === null) return undefined
  const digits = base === 16 ? parts[2].replace(/^0[xX](?=[0-9a-fA-F])/, '') : parts[2]
  let value = 0n
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36)
    if (worth >= base) return undefined
    if (value <= 0xffffffffffffffffn) value = value * BigInt(base) + BigInt(worth)
  }
  if (value > 0xffffffffffffffffn) return 2 ** 64
  return Number(parts[1] === '-' ? BigInt.asUintN(64, -value) : value)
}

function getmetatable(...args: LuaValue[]): LuaValue {
  checkAny(args, 1)
  const metatable = metatableOf(args[0])
  if (metatable === undefined) return undefined
  return metatable.getField('__metatable') ?? metatable
}

function setmetatable(...args: LuaValue[]): LuaValue {
  const table = checkTable(args[0], 1)
  const metatable = args[1]
  if (args.length < 2 || (metatable !== undefined && !(metatable instanceof LuaTable))) {
    throw argumentError(2, 'nil or table expected')
  }
  if (table.metatable?.getField('__metatable') !== undefined) {
    throw new LuaError(`${where(1)}cannot change a protected metatable`)
  }
  if (table.readonly) throw new LuaError('Attempt to modify a readonly table')
  table.metatable = metatable
  return table
}

function newproxy(from: LuaValue): LuaUserdata {
  const proxy = new LuaUserdata()
  if (from === true) proxy.metatable = new LuaTable()
  else if (from instanceof LuaUserdata && from.metatable !== undefined) proxy.metatable = from.metatable
  else if (isTrue(from)) throw argumentError(1, 'boolean or proxy expected')
  return proxy
}

const COLLECTOR = new Set(['stop', 'restart', 'collect', 'count', 'step', 'setpause', 'setstepmul'])

function collectgarbage(option: LuaValue): LuaResult {
  const name = optionalString(option, 1, 'collect')
  if (!COLLECTOR.has(name)) throw argumentError(1, `invalid option '${name}'`)
  // There is one collector for the whole process, and it is not a script's business.
  return name === 'step' ? true : 0
}

/** The running function's environment at a level, or a function's. */
function environmentCell(value: LuaValue, position: number): EnvironmentCell | undefined {
  if (typeof value === 'function') return environmentOf(value)
  const level = value === undefined ? 1 : checkInteger(value, position)
  if (level < 0) throw argumentError(position, 'level must be non-negative')
  const { environments } = machine
  if (level > environments.length) throw argumentError(position, 'invalid level')
  return environments[environments.length - level]
}

/** What the base functions of one state share. */
export interface BaseHost {
  /** The globals of chunks loaded from now on; `setfenv(0, t)` changes them. */
  environment: LuaTable
  print: ((text: string) => void) | undefined
}

export function baseLibrary(host: BaseHost): Record<string, LuaFunction> {
  const load = (source: string, chunkName: string): LuaResult => {
    machine.charge(COMPILE_STEPS + 4 * source.length)
    try {
      return compile(source, chunkName).instantiate(host.environment)
    } catch (caught) {
      if (caught instanceof LuaSyntaxError) return [undefined, caught.value]
      throw caught
    }
  }
  const library: Record<string, LuaFunction> = {
    assert,
    collectgarbage,
    error,
    gcinfo: () => [0, 0],
    getfenv: (value) => {
      if (value === 0) return host.environment
      return environmentCell(value, 1)?.get() ?? host.environment
    },
    getmetatable,
    ipairs: (t) => [nextItem, checkTable(t, 1), 0],
    load: (fn, name) => {
      const reader = checkFunction(fn, 1)
      const chunkName = optionalString(name, 2, '=(load)')
      let source = ''
      const [read, failure] = toList(
        guarded(
          () => {
            for (;;) {
              const piece = first(call(reader, []))
              if (piece === undefined || piece === '') return NOTHING
              if (typeof piece !== 'string') throw new LuaError(`${where(1)}reader function must return a string`)
              source += piece
              machine.charge(1 + piece.length)
              if (source.length > MAX_SOURCE) throw new LuaError('not enough memory')
            }
          },
          (value) => value,
        ),
      )
      return read === true ? load(source, chunkName) : [undefined, failure]
    },
    loadstring: (source, name) => {
      const text = checkString(source, 1)
      return load(text, optionalString(name, 2, text))
    },
    newproxy,
    next,
    pairs: (t) => [next, checkTable(t, 1), undefined],
    pcall,
    rawequal: (...args) => {
      checkAny(args, 2)
      return args[0] === args[1]
    },
    rawget: (t, key) => checkTable(t, 1).get(key),
    rawset: (t, key, value) => {
      checkTable(t, 1).set(key, value)
      return t
    },
    select,
    setfenv: (value, t) => {
      const environment = checkTable(t, 2)
      if (value === 0) {
        host.environment = environment
        return NOTHING
      }
      const cell = environmentCell(value, 1)
      if (cell === undefined) {
        throw new LuaError(`${where(1)}'setfenv' cannot change environment of given object`)
      }
      cell.set(environment)
      return typeof value === 'function' ? value : NOTHING
    },
    setmetatable,
    tonumber,
    tostring: (...args) => {
      checkAny(args, 1)
      return display(args[0])
    },
    type: (...args) => {
      checkAny(args, 1)
      return typeName(args[0])
    },
    unpack,
    xpcall,
  }
  const { print } = host
  if (print !== undefined) {
    library['print'] = (...args) => {
      print(args.map(printed).join('\t'))
      return NOTHING
    }
  }
  return library
}

function printed(value: LuaValue): string {
  const text = display(value)
  if (typeof text === 'number') return formatNumber(text)
  if (typeof text !== 'string') throw new LuaError(`${where(1)}'tostring' must return a string to 'print'`)
  return text
}
