/** The world scripts live in: what of Lua they may use, and that they cannot change any of it. */
import { bitLibrary } from './library-bit.ts'
import { cjsonFunctions, jsonNull } from './library-cjson.ts'
import { cmsgpackLibrary } from './library-cmsgpack.ts'
import { structLibrary } from './library-struct.ts'
import { checkFunction } from './lua/arguments.ts'
import { LuaError, type LuaFunction, type LuaOptions, LuaState, LuaTable, type LuaValue, toList } from './lua/index.ts'
import { runtimeError, where } from './lua/sites.ts'

/** What Redis keeps from scripts unless lua-enable-deprecated-api says otherwise. */
const DEPRECATED = ['newproxy', 'setfenv', 'getfenv']

/** An error raised by the function `error`, or by a command: it knows where, whatever its value. */
export class PlacedError extends LuaError {
  /** As in "user_script:3: "; empty when unknown. */
  readonly place: string

  constructor(value: LuaValue, place: string = where(1)) {
    super(value)
    this.place = place
  }
}

export interface SandboxOptions extends LuaOptions {
  readonly deprecatedApi: boolean
  /** Functions and constants of the global `redis`. */
  readonly redis: Readonly<Record<string, LuaFunction | string | number>>
}

/** Makes a state with the libraries of Redis and `redis`, all of it read-only. */
export function createSandbox(options: SandboxOptions): LuaState {
  const state = new LuaState(options)
  const { globals } = state
  if (!options.deprecatedApi) for (const name of DEPRECATED) globals.put(name, undefined)
  globals.put('print', undefined)
  state.addFunctions(globals.get('string') as LuaTable, { dump })
  state.addLibrary('bit', bitLibrary)
  state.addLibrary('struct', structLibrary)
  const cmsgpack = state.addLibrary('cmsgpack', cmsgpackLibrary)
  cmsgpack.put('_NAME', 'cmsgpack')
  cmsgpack.put('_VERSION', 'lua-cmsgpack 0.4.0')
  globals.put('cjson', cjsonModule(state))
  replaceErrorFunctions(state)
  globals.put('redis', fieldsTable(state, options.redis))
  refuseUnknown(globals)
  protect(globals)
  protect(state.stringMetatable)
  return state
}

function cjsonModule(state: LuaState): LuaTable {
  const module = new LuaTable()
  state.addFunctions(
    module,
    cjsonFunctions(() => cjsonModule(state)),
  )
  module.put('null', jsonNull)
  module.put('_NAME', 'cjson')
  module.put('_VERSION', '2.1.0')
  return module
}

/** A table of functions and constants. */
export function fieldsTable(
  state: LuaState,
  fields: Readonly<Record<string, LuaFunction | string | number>>,
): LuaTable {
  const table = new LuaTable()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'function') state.addFunctions(table, { [name]: value })
    else table.put(name, value)
  }
  return table
}

/**
 * The `pcall` of scripts gives the message of an error that is a table of Redis; `error` notes where it was called, as
 * the reply of a failed script says it.
 */
function replaceErrorFunctions(state: LuaState): void {
  const { globals } = state
  const pcall = globals.get('pcall') as LuaFunction
  state.addFunctions(globals, {
    pcall: (...args: LuaValue[]) => {
      const result = toList(pcall(...args))
      if (result[0] !== false || !(result[1] instanceof LuaTable)) return result
      const message = result[1].get('err')
      return typeof message === 'string' || typeof message === 'number' ? [false, message] : result
    },
    error: placing(globals.get('error') as LuaFunction),
    rawset: placing(globals.get('rawset') as LuaFunction),
    setmetatable: placing(globals.get('setmetatable') as LuaFunction),
  })
}

/** The same function, whose errors know where it was called. */
function placing(fn: LuaFunction): LuaFunction {
  return (...args: LuaValue[]) => {
    try {
      return fn(...args)
    } catch (caught) {
      throw caught instanceof LuaError ? new PlacedError(caught.value) : caught
    }
  }
}

/** Gives only the mark of bytecode, which nothing loads. */
const dump: LuaFunction = (fn: LuaValue) => {
  checkFunction(fn, 1)
  return '\x1bLua'
}

const unknownGlobal: LuaFunction = (_table: LuaValue, name: LuaValue) => {
  if (typeof name !== 'string' && typeof name !== 'number') {
    throw runtimeError('Second argument to luaProtectedTableError must be a string or number')
  }
  throw runtimeError(`Script attempted to access nonexistent global variable '${name}'`)
}

/** Makes reading what a table does not have an error. */
export function refuseUnknown(table: LuaTable): void {
  table.metatable = new LuaTable(undefined, ['__index'], [unknownGlobal])
}

/** Makes a table and all that can be reached from it read-only. */
export function protect(table: LuaTable): void {
  if (table.readonly) return
  table.readonly = true
  for (const [, value] of table.entries()) if (value instanceof LuaTable) protect(value)
  if (table.metatable !== undefined) protect(table.metatable)
}
