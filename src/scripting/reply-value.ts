/** What a script returned, as a reply. */
import { ReplyError } from '../resp/errors.ts'
import type { Reply } from '../resp/reply.ts'
import { LuaTable, type LuaValue } from './lua/index.ts'

/** How deep tables may nest; Redis's limit is that of Lua's stack. */
const MAX_NESTING = 2000

const tooDeep = new ReplyError('ERR reached lua stack limit')

/** A C string ends at its NUL. */
function cString(text: string): string {
  const nul = text.indexOf('\0')
  return nul < 0 ? text : text.slice(0, nul)
}

/** A number cut to an integer of 64 bits, as C's cast does it. */
function integer(n: number): number | bigint {
  const whole = Math.trunc(n)
  if (Number.isSafeInteger(whole)) return whole === 0 ? 0 : whole
  return Math.abs(whole) < 2 ** 63 ? BigInt(whole) : -(2n ** 63n)
}

/** The text of an error reply: line ends are spaces, those at its end nothing. */
export function errorReply(message: string): ReplyError {
  return new ReplyError(cString(message).replace(/[\r\n]+$/, ''))
}

/**
 * Writes a value as Redis converts it. `scriptProtocol` is what the script chose with redis.setresp: it decides on
 * booleans. `failed` is told of an error within the value.
 */
export function replyValue(
  reply: Reply,
  value: LuaValue,
  scriptProtocol: 2 | 3,
  failed: (error: ReplyError, counted: boolean) => void,
  depth = 0,
): void {
  switch (typeof value) {
    case 'string':
      return reply.bulk(value)
    case 'number':
      return reply.int(integer(value))
    case 'boolean':
      if (scriptProtocol === 3) return reply.boolean(value)
      return value ? reply.int(1) : reply.null()
  }
  if (!(value instanceof LuaTable)) return reply.null()
  if (depth >= MAX_NESTING) return failed(tooDeep, false)
  const { keys } = value
  if (keys.length > 0 && replyFields(reply, value, scriptProtocol, failed, depth)) return
  let length = 0
  while (value.get(length + 1) !== undefined) length++
  reply.array(length)
  for (let i = 1; i <= length; i++) replyValue(reply, value.get(i), scriptProtocol, failed, depth + 1)
}

/** Writes a table that says by a field what it is; false when it does not. */
function replyFields(
  reply: Reply,
  table: LuaTable,
  scriptProtocol: 2 | 3,
  failed: (error: ReplyError, counted: boolean) => void,
  depth: number,
): boolean {
  const err = table.getField('err')
  if (typeof err === 'string') {
    failed(errorReply(err), table.getField('ignore_error_stats_update') === true)
    return true
  }
  const ok = table.getField('ok')
  if (typeof ok === 'string') {
    reply.status(cString(ok).replace(/[\r\n]/g, ' '))
    return true
  }
  const double = table.getField('double')
  if (typeof double === 'number') {
    reply.double(double)
    return true
  }
  const digits = table.getField('big_number')
  if (typeof digits === 'string') {
    reply.bigNumber(digits.replace(/[\r\n]/g, ' '))
    return true
  }
  const verbatim = table.getField('verbatim_string')
  if (verbatim instanceof LuaTable) {
    const format = verbatim.getField('format')
    const text = verbatim.getField('string')
    if (typeof format === 'string' && typeof text === 'string') {
      reply.verbatim(cString(format).slice(0, 3).padEnd(3), text)
      return true
    }
  }
  const map = table.getField('map')
  if (map instanceof LuaTable) {
    const pairs = [...map.entries()]
    reply.map(pairs.length)
    for (const [key, value] of pairs) {
      replyValue(reply, key, scriptProtocol, failed, depth + 1)
      replyValue(reply, value, scriptProtocol, failed, depth + 1)
    }
    return true
  }
  const set = table.getField('set')
  if (set instanceof LuaTable) {
    const members = [...set.entries()]
    reply.set(members.length)
    for (const [key] of members) replyValue(reply, key, scriptProtocol, failed, depth + 1)
    return true
  }
  return false
}
