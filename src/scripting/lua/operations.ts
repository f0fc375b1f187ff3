/** What generated code calls when an operation is not the plain case: coercions, metatables, errors. */
import { LuaError } from './errors.ts'
import { machine } from './machine.ts'
import { formatNumber, parseNumber } from './numbers.ts'
import { callBack, captureFrames, prefix, runtimeError } from './sites.ts'
import { LuaTable } from './table.ts'
import { first, type LuaFunction, type LuaResult, LuaUserdata, type LuaValue, typeName } from './values.ts'

/** How far a chain of __index or __newindex tables is followed. */
const MAX_CHAIN = 100
/** What a call out of a library function takes of the stack, in words. */
const NATIVE_FRAME = 120

/** Shared by all chunks; a row that does not fit, or is another place's, is only a miss. */
const HINTS = new Uint16Array(4096)

export function metatableOf(value: LuaValue): LuaTable | undefined {
  if (typeof value === 'string') return machine.stringMetatable
  if (value instanceof LuaTable || value instanceof LuaUserdata) return value.metatable
  return undefined
}

export function metamethod(value: LuaValue, event: string): LuaValue {
  return metatableOf(value)?.getField(event)
}

/** An error that names the operand: "attempt to index local 'x' (a nil value)". */
function operandError(action: string, value: LuaValue, operand: number): LuaError {
  const frame = captureFrames()[0]
  const name = frame?.site.names[operand]
  const type = typeName(value)
  const what = name === undefined ? `a ${type} value` : `${name} (a ${type} value)`
  return new LuaError(`${prefix(frame)}attempt to ${action} ${what}`)
}

/** Calls any value from inside a library function or metamethod, as a new level of the stack. */
export function call(fn: LuaValue, args: readonly LuaValue[]): LuaResult {
  const cost = NATIVE_FRAME + args.length
  if ((machine.stack -= cost) < 0) throw runtimeError('stack overflow')
  machine.callArguments = args.length
  const result = typeof fn === 'function' ? callBack(fn, args) : callBack(uncallable(fn), args)
  machine.stack += cost
  return result
}

/** A metamethod's call is not a level of its own. */
function callMeta(fn: LuaValue, a: LuaValue, b?: LuaValue, c?: LuaValue): LuaValue {
  if ((machine.stack -= NATIVE_FRAME) < 0) throw runtimeError('stack overflow')
  const result = first((typeof fn === 'function' ? fn : uncallable(fn))(a, b, c))
  machine.stack += NATIVE_FRAME
  return result
}

/** What a call calls. */
export function callable(value: LuaValue): LuaFunction {
  return typeof value === 'function' ? value : uncallable(value)
}

/** What to call instead of a value that is no function. It fails only when it is called: arguments come first. */
export function uncallable(value: LuaValue): LuaFunction {
  const handler = metamethod(value, '__call')
  if (typeof handler === 'function') {
    return (...args) => {
      const cost = NATIVE_FRAME / 4
      if ((machine.stack -= cost) < 0) throw runtimeError('stack overflow')
      const result = apply(handler, [value, ...args])
      machine.stack += cost
      return result
    }
  }
  return () => {
    throw operandError('call', value, 0)
  }
}

/** A call with a list of arguments that may be long. */
export function apply(fn: LuaValue, args: readonly LuaValue[]): LuaResult {
  const callee = typeof fn === 'function' ? fn : uncallable(fn)
  if (args.length < 30) return callee(...args)
  const cost = 2 * args.length
  if ((machine.stack -= cost) < 0) throw runtimeError('stack overflow')
  const result = callee(...args)
  machine.stack += cost
  return result
}

export function index(object: LuaValue, key: LuaValue): LuaValue {
  if (object instanceof LuaTable) {
    const value = object.get(key)
    if (value !== undefined || object.metatable === undefined) return value
  }
  return indexSlowly(object, key)
}

/**
 * As `index`, for a key that is a string in the source. `slot` is the place's own entry in the table of hints: the row
 * where the key was found last time, which mostly is where it is again.
 */
export function field(object: LuaValue, key: string, slot: number): LuaValue {
  if (object instanceof LuaTable) {
    const row = HINTS[slot]
    const { keys } = object
    if (row < keys.length && keys[row] === key) {
      const value = object.values[row]
      if (value !== undefined || object.metatable === undefined) return value
    } else {
      const found = object.rowOf(key)
      if (found >= 0) {
        HINTS[slot] = found
        const value = object.values[found]
        if (value !== undefined || object.metatable === undefined) return value
      } else if (object.metatable === undefined) return undefined
    }
  }
  return indexSlowly(object, key)
}

/** As `setIndex`, for a key that is a string in the source. */
export function setFieldAt(object: LuaValue, key: string, value: LuaValue, slot: number): void {
  if (object instanceof LuaTable && object.metatable === undefined && !object.readonly) {
    const row = HINTS[slot]
    if (row < object.keys.length && object.keys[row] === key) object.values[row] = value
    else {
      object.put(key, value)
      const found = object.rowOf(key)
      if (found >= 0) HINTS[slot] = found
    }
    return
  }
  setSlowly(object, key, value)
}

function indexSlowly(object: LuaValue, key: LuaValue): LuaValue {
  for (let turns = 0; turns < MAX_CHAIN; turns++) {
    let handler: LuaValue
    if (object instanceof LuaTable) {
      const value = object.get(key)
      if (value !== undefined) return value
      handler = object.metatable?.getField('__index')
      if (handler === undefined) return undefined
    } else {
      handler = metamethod(object, '__index')
      if (handler === undefined) throw operandError('index', object, 0)
    }
    if (typeof handler === 'function') return callMeta(handler, object, key)
    object = handler
  }
  throw runtimeError('loop in gettable')
}

export function setIndex(object: LuaValue, key: LuaValue, value: LuaValue): void {
  if (object instanceof LuaTable && object.metatable === undefined && !object.readonly) {
    if (key !== undefined && key === key) object.put(key, value)
    else throw runtimeError(key === undefined ? 'table index is nil' : 'table index is NaN')
    return
  }
  setSlowly(object, key, value)
}

function setSlowly(object: LuaValue, key: LuaValue, value: LuaValue): void {
  for (let turns = 0; turns < MAX_CHAIN; turns++) {
    let handler: LuaValue
    if (object instanceof LuaTable) {
      handler = object.metatable?.getField('__newindex')
      if (handler === undefined || object.get(key) !== undefined) {
        if (object.readonly) throw runtimeError('Attempt to modify a readonly table')
        if (key === undefined) throw runtimeError('table index is nil')
        if (key !== key) throw runtimeError('table index is NaN')
        object.put(key, value)
        return
      }
    } else {
      handler = metamethod(object, '__newindex')
      if (handler === undefined) throw operandError('index', object, 0)
    }
    if (typeof handler === 'function') {
      callMeta(handler, object, key, value)
      return
    }
    object = handler
  }
  throw runtimeError('loop in settable')
}

/** A field of a table constructor. */
export function setField(table: LuaTable, key: LuaValue, value: LuaValue): void {
  if (key === undefined) throw runtimeError('table index is nil')
  if (key !== key) throw runtimeError('table index is NaN')
  table.put(key, value)
}

/** The listed items of a table constructor, which win over fields of the same key. */
export function fill(table: LuaTable, items: readonly LuaValue[]): LuaTable {
  for (let i = 1; i < items.length; i++) table.put(i, items[i])
  return table
}

export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseNumber(value) : undefined
}

function arithmetic(event: string, a: LuaValue, b: LuaValue): LuaValue {
  const handler = metamethod(a, event) ?? metamethod(b, event)
  if (handler !== undefined) return callMeta(handler, a, b)
  const culprit = toNumber(a) === undefined ? 0 : 1
  throw operandError('perform arithmetic on', culprit === 0 ? a : b, culprit)
}

export function add(a: LuaValue, b: LuaValue): LuaValue {
  const x = toNumber(a)
  const y = toNumber(b)
  return x === undefined || y === undefined ? arithmetic('__add', a, b) : x + y
}

export function subtract(a: LuaValue, b: LuaValue): LuaValue {
  const x = toNumber(a)
  const y = toNumber(b)
  return x === undefined || y === undefined ? arithmetic('__sub', a, b) : x - y
}

export function multiply(a: LuaValue, b: LuaValue): LuaValue {
  const x = toNumber(a)
  const y = toNumber(b)
  return x === undefined || y === undefined ? arithmetic('__mul', a, b) : x * y
}

export function divide(a: LuaValue, b: LuaValue): LuaValue {
  const x = toNumber(a)
  const y = toNumber(b)
  return x === undefined || y === undefined ? arithmetic('__div', a, b) : x / y
}

export function modulo(a: LuaValue, b: LuaValue): LuaValue {
  const x = toNumber(a)
  const y = toNumber(b)
  return x === undefined || y === undefined ? arithmetic('__mod', a, b) : x - Math.floor(x / y) * y
}

/** C's pow, which differs from JavaScript's where the base is 1. */
export function pow(x: number, y: number): number {
  return x === 1 || (x === -1 && (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY)) ? 1 : x ** y
}

export function power(a: LuaValue, b: LuaValue): LuaValue {
  const x = toNumber(a)
  const y = toNumber(b)
  return x === undefined || y === undefined ? arithmetic('__pow', a, b) : pow(x, y)
}

export function negate(a: LuaValue): LuaValue {
  const x = toNumber(a)
  return x === undefined ? arithmetic('__unm', a, a) : -x
}

export function length(value: LuaValue): LuaValue {
  if (typeof value === 'string') return value.length
  if (value instanceof LuaTable) return value.length
  const handler = metamethod(value, '__len')
  if (handler !== undefined) return callMeta(handler, value)
  throw operandError('get length of', value, 0)
}

export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false
}

/** Whether two different objects are equal by their common __eq. */
export function equals(a: LuaValue, b: LuaValue): boolean {
  if (a instanceof LuaTable ? !(b instanceof LuaTable) : !(a instanceof LuaUserdata && b instanceof LuaUserdata)) {
    return false
  }
  const handler = commonHandler(a, b, '__eq')
  return handler !== undefined && isTrue(callMeta(handler, a, b))
}

function commonHandler(a: LuaValue, b: LuaValue, event: string): LuaValue {
  const handler = metamethod(a, event)
  if (handler === undefined) return undefined
  return metamethod(b, event) === handler ? handler : undefined
}

function compareError(a: LuaValue, b: LuaValue): LuaError {
  const x = typeName(a)
  const y = typeName(b)
  return runtimeError(x === y ? `attempt to compare two ${x} values` : `attempt to compare ${x} with ${y}`)
}

export function lessThan(a: LuaValue, b: LuaValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a === 'string' && typeof b === 'string') return a < b
  const handler = typeof a === typeof b ? commonHandler(a, b, '__lt') : undefined
  if (handler === undefined) throw compareError(a, b)
  return isTrue(callMeta(handler, a, b))
}

export function lessOrEqual(a: LuaValue, b: LuaValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a <= b
  if (typeof a === 'string' && typeof b === 'string') return a <= b
  if (typeof a === typeof b) {
    let handler = commonHandler(a, b, '__le')
    if (handler !== undefined) return isTrue(callMeta(handler, a, b))
    handler = commonHandler(b, a, '__lt')
    if (handler !== undefined) return !isTrue(callMeta(handler, b, a))
  }
  throw compareError(a, b)
}

export function concat(a: LuaValue, b: LuaValue): LuaValue {
  const x = typeof a === 'string' ? a : typeof a === 'number' ? formatNumber(a) : undefined
  const y = typeof b === 'string' ? b : typeof b === 'number' ? formatNumber(b) : undefined
  if (x !== undefined && y !== undefined) {
    if (x.length + y.length > machine.maxStringLength) throw runtimeError('not enough memory')
    return x + y
  }
  const handler = metamethod(a, '__concat') ?? metamethod(b, '__concat')
  if (handler !== undefined) return callMeta(handler, a, b)
  const culprit = x === undefined ? 0 : 1
  throw operandError('concatenate', culprit === 0 ? a : b, culprit)
}

/** A start, limit or step of a numeric loop. */
export function loopNumber(value: LuaValue, what: string): number {
  const number = toNumber(value)
  if (number === undefined) throw runtimeError(`'for' ${what} must be a number`)
  return number
}
