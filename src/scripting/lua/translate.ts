import type { Chunk } from './chunk.ts'
import * as cursors from './cursors.ts'
import type { Emission } from './emit-context.ts'
import { Emitter } from './emit-statements.ts'
import { withEnvironment } from './environments.ts'
import { LuaSyntaxError } from './errors.ts'
import { displayName } from './lexer.ts'
import { machine } from './machine.ts'
import * as operations from './operations.ts'
import { parse } from './parser.ts'
import { nextScriptUrl, registerSites, type SiteTable } from './sites.ts'
import { callSuspendable, suspendable } from './suspension.ts'
import { LuaTable } from './table.ts'
import { first, type LuaFunction, NOTHING, toList } from './values.ts'

/** What generated code may use, under the names it uses. It can reach nothing else but locals and `Math.floor`. */
const RUNTIME: Record<string, unknown> = {
  $m: machine,
  $0: NOTHING,
  $Table: LuaTable,
  $first: first,
  $list: toList,
  $index: operations.index,
  $field: operations.field,
  $set: operations.setIndex,
  $put: operations.setFieldAt,
  $field1: operations.setField,
  $fill: operations.fill,
  $fn: operations.callable,
  $apply: operations.apply,
  $add: operations.add,
  $sub: operations.subtract,
  $mul: operations.multiply,
  $div: operations.divide,
  $mod: operations.modulo,
  $pow: operations.power,
  $cpow: operations.pow,
  $neg: operations.negate,
  $len: operations.length,
  $eq: operations.equals,
  $lt: operations.lessThan,
  $le: operations.lessOrEqual,
  $cat: operations.concat,
  $for: operations.loopNumber,
  $cursor: cursors.cursor,
  $cursorOf: cursors.cursorOf,
  $call: callSuspendable,
  $suspendable: suspendable,
  $environment: withEnvironment,
}
const NAMES = Object.keys(RUNTIME)
const VALUES = Object.values(RUNTIME)

/** Compiles a Lua source to JavaScript. Throws LuaSyntaxError. */
export function translate(source: string, chunkName: string): Chunk {
  try {
    return generate(source, chunkName)
  } catch (caught) {
    // Long chains nest deeply without being counted as levels, here or in V8's own parser.
    if (!(caught instanceof RangeError)) throw caught
    throw new LuaSyntaxError(`${displayName(chunkName)}: chunk has too many syntax levels`)
  }
}

function generate(source: string, chunkName: string): Chunk {
  const { main, coroutines, environments } = parse(source, chunkName)
  const emission: Emission = { sites: [], coroutines, environments, nextLoop: 0 }
  const code = `"use strict";return ($E)=>{${new Emitter(emission).main(main)}}`
  const url = nextScriptUrl()
  const table: SiteTable = { name: displayName(chunkName), code, sites: emission.sites }
  registerSites(url, table)
  const factory: (environment: LuaTable) => LuaFunction = new Function(...NAMES, `${code}\n//# sourceURL=${url}`)(
    ...VALUES,
  )
  return { name: chunkName, sites: table, instantiate: factory }
}
