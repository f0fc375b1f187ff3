/**
 * Lua 5.1 as a library: source to JavaScript functions. It knows nothing of the server.
 *
 *     const state = createGlobals()
 *     const main = state.load(compile('return 1 + ...', '@demo'))
 *     state.call(main, [41])   // [42]
 */
export {
  argumentError,
  checkAny,
  checkFunction,
  checkInteger,
  checkNumber,
  checkString,
  checkTable,
  optionalInteger,
  optionalNumber,
  optionalString,
  typeError,
} from './arguments.ts'
export { type Chunk, compile } from './chunk.ts'
export { asLuaError, LuaError, LuaSyntaxError } from './errors.ts'
export { machine, type Preemption } from './machine.ts'
export { formatNumber, parseNumber } from './numbers.ts'
export { runtimeError, where } from './sites.ts'
export { callFunction, createGlobals, type LuaOptions, LuaState } from './state.ts'
export { LuaTable } from './table.ts'
export {
  first,
  type LuaFunction,
  type LuaResult,
  LuaThread,
  LuaUserdata,
  type LuaValue,
  NOTHING,
  toList,
  typeName,
} from './values.ts'
