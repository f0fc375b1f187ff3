import { argumentError, checkInteger, checkString, optionalInteger, typeError } from './arguments.ts'
import { LuaError } from './errors.ts'
import { format } from './format.ts'
import { machine } from './machine.ts'
import { formatNumber } from './numbers.ts'
import { call, index, isTrue } from './operations.ts'
import { isPlain, Matcher } from './patterns.ts'
import { where } from './sites.ts'
import { LuaTable } from './table.ts'
import { first, type LuaFunction, type LuaResult, type LuaValue, NOTHING, typeName } from './values.ts'

/** The most values a library function may return: what C functions have on Lua's stack. */
const MAX_RESULTS = 8000

/** An index from the end where negative; never below 0. */
function relative(position: number, length: number): number {
  const at = position < 0 ? position + length + 1 : position
  return at >= 0 ? at : 0
}

function find(s: LuaValue, p: LuaValue, init: LuaValue, plain: LuaValue, finding: boolean): LuaResult {
  const subject = checkString(s, 1)
  const pattern = checkString(p, 2)
  let start = relative(optionalInteger(init, 3, 1), subject.length) - 1
  if (start < 0) start = 0
  else if (start > subject.length) start = subject.length
  if (finding && (isTrue(plain) || isPlain(pattern))) {
    const at = subject.indexOf(pattern, start)
    machine.charge(((at < 0 ? subject.length : at) - start) >>> 6)
    return at < 0 ? undefined : [at + 1, at + pattern.length]
  }
  const anchored = pattern.startsWith('^')
  const from = anchored ? 1 : 0
  const matcher = new Matcher(subject, pattern)
  do {
    const end = matcher.match(start, from)
    if (end < 0) continue
    if (!finding) return matcher.allCaptures(start, end, true)
    return [start + 1, end, ...matcher.allCaptures(start, end, false)]
  } while (!anchored && (start = matcher.candidate(start + 1)) <= subject.length)
  return undefined
}

function gmatch(s: LuaValue, p: LuaValue): LuaFunction {
  const subject = checkString(s, 1)
  const matcher = new Matcher(subject, checkString(p, 2))
  let at = 0
  return () => {
    for (; at <= subject.length; at = matcher.candidate(at + 1)) {
      const start = at
      const end = matcher.match(start, 0)
      if (end < 0) continue
      at = end === start ? end + 1 : end
      return matcher.allCaptures(start, end, true)
    }
    return undefined
  }
}

function gsub(s: LuaValue, p: LuaValue, replacement: LuaValue, limit: LuaValue): LuaResult {
  const subject = checkString(s, 1)
  let pattern = checkString(p, 2)
  const type = typeof replacement
  if (type !== 'number' && type !== 'string' && type !== 'function' && !(replacement instanceof LuaTable)) {
    throw argumentError(3, 'string/function/table expected')
  }
  const most = optionalInteger(limit, 4, subject.length + 1)
  const anchored = pattern.startsWith('^')
  if (anchored) pattern = pattern.slice(1)
  const matcher = new Matcher(subject, pattern)
  let result = ''
  let at = 0
  let copied = 0
  let count = 0
  while (count < most) {
    const end = matcher.match(at, 0)
    if (end >= 0) {
      count++
      result += subject.slice(copied, at) + substitute(matcher, at, end, replacement)
      copied = at
      machine.checkStringLength(result.length)
    }
    if (end > at) at = copied = end
    else if (at < subject.length)
      at = anchored || end === at ? at + 1 : Math.min(matcher.candidate(at + 1), subject.length)
    else break
    if (anchored) break
  }
  return [result + subject.slice(copied), count]
}

function substitute(matcher: Matcher, start: number, end: number, replacement: LuaValue): string {
  let value: LuaValue
  if (typeof replacement === 'function') value = first(call(replacement, matcher.allCaptures(start, end, true)))
  else if (replacement instanceof LuaTable) value = index(replacement, matcher.capture(0, start, end))
  else
    return expand(
      matcher,
      start,
      end,
      typeof replacement === 'number' ? formatNumber(replacement) : String(replacement),
    )
  if (!isTrue(value)) return matcher.subject.slice(start, end)
  if (typeof value === 'string') return value
  if (typeof value === 'number') return formatNumber(value)
  throw new LuaError(`${where(1)}invalid replacement value (a ${typeName(value)})`)
}

function expand(matcher: Matcher, start: number, end: number, template: string): string {
  if (!template.includes('%')) return template
  let result = ''
  for (let i = 0; i < template.length; i++) {
    if (template[i] !== '%') {
      result += template[i]
      continue
    }
    // A percent sign at the very end stands for the NUL that C finds there.
    const char = template[++i] ?? '\0'
    if (char === '0') result += matcher.subject.slice(start, end)
    else if (char >= '1' && char <= '9') {
      const capture = matcher.capture(char.charCodeAt(0) - 49, start, end)
      result += typeof capture === 'number' ? formatNumber(capture) : capture
    } else result += char
  }
  return result
}

function byte(s: LuaValue, i: LuaValue, j: LuaValue): LuaResult {
  const text = checkString(s, 1)
  let start = relative(optionalInteger(i, 2, 1), text.length)
  let end = relative(optionalInteger(j, 3, start), text.length)
  if (start <= 0) start = 1
  if (end > text.length) end = text.length
  if (start > end) return NOTHING
  if (start === end) return text.charCodeAt(start - 1)
  if (end - start >= MAX_RESULTS) throw new LuaError(`${where(1)}stack overflow (string slice too long)`)
  const codes: number[] = []
  for (let at = start - 1; at < end; at++) codes.push(text.charCodeAt(at))
  return codes
}

function sub(s: LuaValue, i: LuaValue, j: LuaValue): string {
  const text = checkString(s, 1)
  let start = relative(checkInteger(i, 2), text.length)
  let end = relative(optionalInteger(j, 3, -1), text.length)
  if (start < 1) start = 1
  if (end > text.length) end = text.length
  return start <= end ? text.slice(start - 1, end) : ''
}

function rep(s: LuaValue, n: LuaValue): string {
  const text = checkString(s, 1)
  const count = checkInteger(n, 2)
  if (count <= 0 || text === '') return ''
  if (text.length * count > machine.maxStringLength) throw new LuaError('not enough memory')
  machine.charge((text.length * count) >>> 6)
  return text.repeat(count)
}

function reverse(s: LuaValue): string {
  const text = checkString(s, 1)
  machine.charge(text.length >>> 4)
  let result = ''
  for (let at = text.length - 1; at >= 0; at--) result += text[at]
  return result
}

/** Letters are those of ASCII, whatever other bytes would be in Latin-1. */
function recase(text: string, letters: RegExp, change: (part: string) => string): string {
  machine.charge(text.length >>> 6)
  return letters.test(text) ? text.replace(/[a-zA-Z]+/g, change) : text
}

function char(...args: LuaValue[]): string {
  let result = ''
  for (let i = 0; i < args.length; i++) {
    const code = checkInteger(args[i], i + 1)
    if (code < 0 || code > 255) throw argumentError(i + 1, 'invalid value')
    result += String.fromCharCode(code)
  }
  return result
}

function dump(fn: LuaValue): never {
  if (typeof fn !== 'function') throw typeError(1, 'function', fn)
  throw new LuaError(`${where(1)}unable to dump given function`)
}

export const stringLibrary: Record<string, LuaFunction> = {
  byte,
  char,
  dump,
  find: (s, p, init, plain) => find(s, p, init, plain, true),
  format: (...args) => format(args),
  gfind: gmatch,
  gmatch,
  gsub,
  len: (s) => checkString(s, 1).length,
  lower: (s) => recase(checkString(s, 1), /[A-Z]/, (part) => part.toLowerCase()),
  match: (s, p, init) => find(s, p, init, undefined, false),
  rep,
  reverse,
  sub,
  upper: (s) => recase(checkString(s, 1), /[a-z]/, (part) => part.toUpperCase()),
}
