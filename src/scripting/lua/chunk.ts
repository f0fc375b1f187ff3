import type { SiteTable } from './sites.ts'
import type { LuaTable } from './table.ts'
import { translate } from './translate.ts'
import type { LuaFunction } from './values.ts'

/** A compiled source, which holds no state: it can be loaded any number of times, into any state. */
export interface Chunk {
  readonly name: string
  /** Keeps the positions for messages: functions of a chunk that is gone have none. */
  readonly sites: SiteTable
  /** The main function, with `environment` for its globals. */
  instantiate(environment: LuaTable): LuaFunction
}

/**
 * Compiles a source text (one char a byte). The name is as Lua's: `@file`, `=name`, or the source itself.
 * Throws LuaSyntaxError; bytecode is never accepted.
 */
export function compile(source: string, chunkName: string = source): Chunk {
  return translate(source, chunkName)
}
