/**
 * Where in the Lua source running code is. Nothing is recorded while it runs: generated code carries a marker before
 * each operation that may fail, and an error looks up, in JavaScript's stack trace, which markers its frames are at.
 */
import { LuaError } from './errors.ts'
import type { LuaFunction, LuaResult, LuaValue } from './values.ts'

export interface Site {
  readonly line: number
  /** What the operands, or the called function, are in the source: "local 'x'". */
  readonly names: readonly (string | undefined)[]
  /** Arguments of a call; unknown where the last one expands. */
  readonly args: number | undefined
}

/** Everything the markers of one generated text refer to. */
export interface SiteTable {
  readonly name: string
  readonly code: string
  readonly sites: readonly Site[]
}

/** A Lua function's frame, or null for a library function that called back. */
export type Frame = { readonly table: SiteTable; readonly site: Site } | null

const PREFIX = 'lua:'
const NATIVE = 'lua:native'
const tables = new Map<string, WeakRef<SiteTable>>()
const forget = new FinalizationRegistry<string>((url) => tables.delete(url))
let nextTable = 1

/** A name for a generated script, under which its frames will be recognised. */
export function nextScriptUrl(): string {
  return PREFIX + nextTable++
}

/** The table lives as long as the caller keeps it. */
export function registerSites(url: string, table: SiteTable): void {
  tables.set(url, new WeakRef(table))
  forget.register(table, url)
}

/** How library functions call back into Lua, so that the stack trace shows one level for the library function. */
export const callBack: (fn: LuaFunction, args: readonly LuaValue[]) => LuaResult = new Function(
  `return function (fn, args) { return fn(...args) }\n//# sourceURL=${NATIVE}`,
)()

/** The frames of Lua, innermost first, as far as `count` JavaScript frames show them. */
export function captureFrames(count = 16): Frame[] {
  const { stackTraceLimit, prepareStackTrace } = Error
  const holder: { stack?: NodeJS.CallSite[] } = {}
  Error.stackTraceLimit = count
  Error.prepareStackTrace = (_, callSites) => callSites
  Error.captureStackTrace(holder)
  const callSites = holder.stack!
  Error.prepareStackTrace = prepareStackTrace
  Error.stackTraceLimit = stackTraceLimit
  const frames: Frame[] = []
  for (const callSite of callSites) {
    const url = callSite.getScriptNameOrSourceURL() as string | null
    if (typeof url !== 'string' || !url.startsWith(PREFIX)) continue
    if (url === NATIVE) {
      frames.push(null)
      continue
    }
    const table = tables.get(url)?.deref()
    const site = table && siteAt(table, callSite.getColumnNumber() ?? 0)
    if (site !== undefined) frames.push({ table: table!, site })
  }
  return frames
}

/** The marker at or before a column of the generated text, which is all on one line. */
function siteAt(table: SiteTable, column: number): Site | undefined {
  const start = table.code.lastIndexOf('/*', column - 1)
  return start < 0 ? undefined : table.sites[Number.parseInt(table.code.slice(start + 2, start + 12), 10)]
}

/** "name:line: " of the running function at a level, 1 being the innermost; empty for a library function. */
export function where(level: number): string {
  return prefix(captureFrames(12 + 10 * level)[level - 1])
}

export function prefix(frame: Frame | undefined): string {
  return frame ? `${frame.table.name}:${frame.site.line}: ` : ''
}

/** An error at the current position. */
export function runtimeError(message: string): LuaError {
  return new LuaError(where(1) + message)
}
