/** Turns declared arguments into readers and a caller specialised to their shape, so the common case allocates nothing. */
import { E, type ReplyError } from '../resp/errors.ts'
import { parseClamped, parseDouble, parseInt64Exact } from '../util/numbers.ts'
import type { AnyArg } from './args.ts'
import type { Context } from './context.ts'

type Read = (text: string) => any
/** Reads from argv at `i` and leaves in `next` the index it stopped at. */
type Step = (argv: readonly string[], i: number) => any
type Run = (c: Context, ...args: any[]) => void
type Call = (c: Context, argv: readonly string[]) => void

/** Where the last step stopped. One variable for all: reading is synchronous and never nests. */
let next = 0

function wordReader(a: AnyArg): Read {
  const f = a.form
  switch (f.kind) {
    case 'int': {
      const { error, rangeError, min, max } = f
      return (text) => {
        const n = parseClamped(text)
        if (n !== n) throw error
        if (n < min || n > max) throw rangeError
        return n
      }
    }
    case 'int64': {
      const { error } = f
      return (text) => {
        const n = parseInt64Exact(text)
        if (n === null) throw error
        return n
      }
    }
    case 'double': {
      const { error } = f
      return (text) => {
        const n = parseDouble(text)
        if (n !== n) throw error
        return n
      }
    }
    case 'choice': {
      const words = bothCases(Object.entries(f.tokens).map(([value, token]) => [token, value] as const))
      const { error } = f
      return (text) => {
        const value = words.get(text) ?? words.get(text.toUpperCase())
        if (value === undefined) throw error
        return value
      }
    }
    case 'read':
      return f.read
    case 'key':
    case 'bytes':
      return (text) => text
    default:
      throw new Error(`argument '${a.name}' (${f.kind}) cannot stand here`)
  }
}

/** A look-up by the two usual spellings; the caller upper-cases the rest. */
function bothCases<T>(entries: Iterable<readonly [string, T]>): Map<string, T> {
  const words = new Map<string, T>()
  for (const [token, value] of entries) words.set(token, value).set(token.toLowerCase(), value)
  return words
}

type Option =
  | { kind: 'flag'; field: string }
  | { kind: 'oneOf'; field: string; value: string; clash: ReplyError }
  | { kind: 'value'; field: string; read: Read }
  | { kind: 'values'; field: string; reads: readonly Read[] }
  | { kind: 'variant'; field: string; is: string; read: Read | null; clash: ReplyError }

function optionsStep(args: Readonly<Record<string, AnyArg>>): Step {
  const entries: [string, Option][] = []
  const blank: Record<string, unknown> = {}
  for (const [field, a] of Object.entries(args)) {
    blank[field] = a.defaults
    const f = a.form
    if (f.kind === 'token') entries.push([f.token, { kind: 'flag', field }])
    else if (f.kind === 'oneOf') {
      for (const [value, token] of Object.entries(f.tokens))
        entries.push([token, { kind: 'oneOf', field, value, clash: f.clash }])
    } else if (f.kind === 'named') {
      const reads = f.of.map(wordReader)
      entries.push([
        f.token,
        reads.length === 1 ? { kind: 'value', field, read: reads[0] } : { kind: 'values', field, reads },
      ])
    } else if (f.kind === 'variant') {
      for (const [is, v] of Object.entries(f.variants)) {
        const read = v.form.kind === 'named' ? wordReader(v.form.of[0]) : null
        const token = v.form.kind === 'named' || v.form.kind === 'token' ? v.form.token : ''
        entries.push([token, { kind: 'variant', field, is, read, clash: f.clash }])
      }
    } else throw new Error(`option '${field}' (${f.kind}) cannot stand here`)
  }
  const table = bothCases(entries)
  const defaults = Object.freeze({ ...blank })
  return (argv, i) => {
    const end = argv.length
    next = i
    if (i === end) return defaults
    let out: any = defaults
    for (; i < end; i++) {
      const o = table.get(argv[i]) ?? table.get(argv[i].toUpperCase())
      if (o === undefined) break
      if (out === defaults) out = { ...blank }
      switch (o.kind) {
        case 'flag':
          out[o.field] = true
          break
        case 'oneOf':
          if (out[o.field] !== null && out[o.field] !== o.value) throw o.clash
          out[o.field] = o.value
          break
        case 'value':
          if (++i === end) throw E.syntax
          out[o.field] = o.read(argv[i])
          break
        case 'values': {
          if (i + o.reads.length >= end) throw E.syntax
          const values = new Array(o.reads.length)
          for (let k = 0; k < values.length; k++) values[k] = o.reads[k](argv[++i])
          out[o.field] = values
          break
        }
        case 'variant':
          if (out[o.field] !== null && out[o.field].is !== o.is) throw o.clash
          if (o.read === null) out[o.field] = { is: o.is, value: true }
          else {
            if (++i === end) throw E.syntax
            out[o.field] = { is: o.is, value: o.read(argv[i]) }
          }
      }
    }
    next = i
    return out
  }
}

function manyStep(of: readonly AnyArg[], uneven: ReplyError, none: boolean): Step {
  const plain = of.length === 1 && (of[0].form.kind === 'key' || of[0].form.kind === 'bytes')
  if (plain) {
    return (argv, i) => {
      next = argv.length
      if (i >= argv.length && !none) throw uneven
      return argv.slice(i)
    }
  }
  const reads = of.map(wordReader)
  const width = reads.length
  return (argv, i) => {
    const left = argv.length - i
    if ((left === 0 && !none) || left % width !== 0) throw uneven
    const columns = reads.map(() => new Array(left / width))
    for (let row = 0; i < argv.length; row++) for (let k = 0; k < width; k++) columns[k][row] = reads[k](argv[i++])
    next = i
    return width === 1 ? columns[0] : columns
  }
}

function numkeysStep(least: number, notInteger: ReplyError, zeroError: ReplyError, shortError: ReplyError): Step {
  return (argv, i) => {
    const n = parseClamped(argv[i])
    if (n !== n) throw notInteger
    if (n < least) throw zeroError
    if (n >= argv.length - i) throw shortError
    next = i + 1 + n
    return argv.slice(i + 1, i + 1 + n)
  }
}

function stepOf(a: AnyArg, wrongArity: ReplyError): Step {
  const f = a.form
  switch (f.kind) {
    case 'options':
      return optionsStep(f.args)
    case 'many':
      return manyStep(f.of, f.uneven ?? wrongArity, f.none)
    case 'numkeys':
      return numkeysStep(f.about.none === true ? 0 : 1, f.notInteger, f.zeroError, f.shortError)
    case 'custom': {
      const { read } = f
      return (argv, i) => {
        const { value, next: stopped } = read(argv, i)
        next = stopped
        return value
      }
    }
    default: {
      const read = wordReader(a)
      if (!a.optional) {
        return (argv, i) => {
          // Options before it may have taken what the arity counted on.
          if (i >= argv.length) throw E.syntax
          next = i + 1
          return read(argv[i])
        }
      }
      const { defaults } = a
      return (argv, i) => {
        if (i >= argv.length) return defaults
        next = i + 1
        return read(argv[i])
      }
    }
  }
}

/** What an unread rest is refused with: as the last `options` says, or as words too many. */
function leftoverError(args: readonly AnyArg[], tooMany: ReplyError): (word: string) => ReplyError {
  const f = args.at(-1)?.form
  const error = f?.kind === 'options' ? f.unknown : tooMany
  return typeof error === 'function' ? error : () => error
}

export function compileCall(
  args: readonly AnyArg[],
  run: Run,
  firstArg: number,
  wrongArity: ReplyError,
  tooMany: ReplyError = wrongArity,
): Call {
  const words = args.every((a) => !a.optional && (a.form.kind === 'key' || a.form.kind === 'bytes'))
  if (words && firstArg === 1) {
    if (args.length === 0) return (c) => run(c)
    if (args.length === 1) return (c, v) => run(c, v[1])
    if (args.length === 2) return (c, v) => run(c, v[1], v[2])
    if (args.length === 3) return (c, v) => run(c, v[1], v[2], v[3])
  }
  const steps = args.map((a) => stepOf(a, wrongArity))
  const leftover = leftoverError(args, tooMany)
  // Where each argument is one word, more of them are refused before any is read.
  const open = args.some((a) => OPEN_ENDED.has(a.form.kind))
  if (!open) {
    const most = firstArg + args.length
    const inner = compileSteps(steps, run, firstArg, leftover)
    return (c, v) => {
      if (v.length > most) throw leftover(v[most])
      inner(c, v)
    }
  }
  return compileSteps(steps, run, firstArg, leftover)
}

const OPEN_ENDED: ReadonlySet<string> = new Set(['options', 'many', 'numkeys', 'custom'])

function compileSteps(
  steps: readonly Step[],
  run: Run,
  firstArg: number,
  leftover: (word: string) => ReplyError,
): Call {
  const [s0, s1, s2] = steps
  const done = (v: readonly string[]) => {
    if (next !== v.length) throw leftover(v[next])
  }
  switch (steps.length) {
    case 0:
      return (c) => run(c)
    case 1:
      return (c, v) => {
        next = firstArg
        const a = s0(v, firstArg)
        done(v)
        run(c, a)
      }
    case 2:
      return (c, v) => {
        next = firstArg
        const a = s0(v, firstArg)
        const b = s1(v, next)
        done(v)
        run(c, a, b)
      }
    case 3:
      return (c, v) => {
        next = firstArg
        const a = s0(v, firstArg)
        const b = s1(v, next)
        const d = s2(v, next)
        done(v)
        run(c, a, b, d)
      }
    default:
      return (c, v) => {
        next = firstArg
        const all = new Array(steps.length)
        for (let k = 0; k < steps.length; k++) all[k] = steps[k](v, next)
        done(v)
        run(c, ...all)
      }
  }
}
