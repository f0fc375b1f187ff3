/** The global `redis` of scripts. */
import type { Server } from '../server/server.ts'
import { sha1Hex } from '../util/digest.ts'
import { type LuaFunction, type LuaTable, type LuaValue, NOTHING } from './lua/index.ts'
import { formatNumber, parseNumber } from './lua/numbers.ts'
import { tableOf } from './lua-reply.ts'
import { PlacedError } from './sandbox.ts'
import type { ScriptRunner } from './script-run.ts'

/** Scripts meet a Redis of this version. */
const VERSION = '7.2.4'
const VERSION_NUMBER = 0x00070204

type Fields = Record<string, LuaFunction | string | number>

function raised(message: string): PlacedError {
  return new PlacedError(tableOf('err', `ERR ${message}`))
}

/** A number as C reads it from Lua: anything else is 0. */
function numberOf(value: LuaValue): number {
  if (typeof value === 'number') return Math.trunc(value)
  const n = typeof value === 'string' ? parseNumber(value) : undefined
  return n === undefined ? 0 : Math.trunc(n)
}

/** Text of a string or a number; null of anything else. */
function textOf(value: LuaValue): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? formatNumber(value) : null
}

/** An error as redis.error_reply makes it: the first word is its code, if it stands behind a '-' or alone. */
function errorTable(text: string): LuaTable {
  const nul = text.indexOf('\0')
  const body = (nul < 0 ? text : text.slice(0, nul)).replace(/^-/, '')
  const space = body.indexOf(' ')
  const code = space < 0 ? 'ERR' : body.slice(0, space)
  const message = (space < 0 ? body : body.slice(space + 1)).replace(/^[\r\n]+|[\r\n]+$/g, '')
  return tableOf('err', `${code} ${message}`)
}

/** redis.log and the constants that libraries see while they are loaded, too. */
export function logFields(server: Server): Fields {
  const levels = ['debug', 'verbose', 'notice', 'warning'] as const
  return {
    LOG_DEBUG: 0,
    LOG_VERBOSE: 1,
    LOG_NOTICE: 2,
    LOG_WARNING: 3,
    REDIS_VERSION: VERSION,
    REDIS_VERSION_NUM: VERSION_NUMBER,
    log: (...args: LuaValue[]) => {
      if (args.length < 2) throw raised('redis.log() requires two arguments or more.')
      const isNumber =
        typeof args[0] === 'number' || (typeof args[0] === 'string' && parseNumber(args[0]) !== undefined)
      if (!isNumber) throw raised('First argument must be a number (log level).')
      const level = levels[numberOf(args[0])]
      if (level === undefined) throw raised('Invalid debug level.')
      const words = args.slice(1).map(textOf)
      server.log[level](words.filter((word) => word !== null).join(' '))
      return NOTHING
    },
  }
}

/** What scripts and functions have in common. */
export function redisFields(server: Server, runner: ScriptRunner): Fields {
  return {
    ...logFields(server),
    call: (...args: LuaValue[]) => runner.command(args, true),
    pcall: (...args: LuaValue[]) => runner.command(args, false),
    sha1hex: (...args: LuaValue[]) => {
      if (args.length !== 1) throw raised('wrong number of arguments')
      return sha1Hex(textOf(args[0]) ?? '')
    },
    error_reply: (...args: LuaValue[]) => {
      if (args.length !== 1 || typeof args[0] !== 'string') {
        return tableOf('err', 'ERR wrong number or type of arguments')
      }
      return errorTable(args[0])
    },
    status_reply: (...args: LuaValue[]) => {
      if (args.length !== 1 || typeof args[0] !== 'string') {
        return tableOf('err', 'ERR wrong number or type of arguments')
      }
      return tableOf('ok', args[0])
    },
    setresp: (...args: LuaValue[]) => {
      if (runner.current === null) throw raised('redis.setresp can only be called inside a script invocation')
      if (args.length !== 1) throw raised('redis.setresp() requires one argument.')
      const version = numberOf(args[0])
      if (version !== 2 && version !== 3) throw raised('RESP version must be 2 or 3.')
      runner.setProtocol(version)
      return NOTHING
    },
    set_repl: (...args: LuaValue[]) => {
      if (runner.current === null) throw raised('redis.set_repl can only be called inside a script invocation')
      if (args.length !== 1) throw raised('redis.set_repl() requires two arguments.')
      const reach = numberOf(args[0])
      if ((reach & ~3) !== 0) {
        throw raised('Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.')
      }
      server.propagation.reach = reach
      return NOTHING
    },
    REPL_NONE: 0,
    REPL_AOF: 1,
    REPL_SLAVE: 2,
    REPL_REPLICA: 2,
    REPL_ALL: 3,
    acl_check_cmd: (...args: LuaValue[]) => runner.mayRun(args),
  }
}

/** What only scripts of EVAL have. There is no debugger. */
export const evalOnlyFields: Fields = {
  breakpoint: () => false,
  debug: () => NOTHING,
  replicate_commands: () => true,
}
