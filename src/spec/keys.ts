/** Where the keys stand in a request, derived from the declaration: ACL, tracking, cluster and COMMAND use it. */
import type { AnyArg, KeyAccess } from './args.ts'

/** Redis's classic triple, and the function that finds the keys of one request. */
export interface KeyPositions {
  /** Index of the first key, 0 when there is none at a fixed place. */
  readonly first: number
  /** Index of the last key, negative from the end. */
  readonly last: number
  readonly step: number
  /** True when the triple cannot say it all. */
  readonly movable: boolean
  /** True when any request of this command may carry keys. */
  readonly any: boolean
  /** Calls `visit` for each key. Never throws; malformed requests simply give fewer keys. */
  readonly each: (argv: readonly string[], visit: (index: number, access: KeyAccess) => void) => void
}

type Finder = (argv: readonly string[], at: number, visit: (index: number, access: KeyAccess) => void) => number

/** How many words an argument takes at least. */
export function leastWords(a: AnyArg): number {
  if (a.optional) return 0
  const f = a.form
  switch (f.kind) {
    case 'options':
      return 0
    case 'many':
      return f.none ? 0 : f.of.reduce((n, x) => n + leastWords(x), 0)
    case 'numkeys':
      return 2
    case 'custom':
      return f.min
    default:
      return 1
  }
}

function isOpen(a: AnyArg): boolean {
  const kind = a.form.kind
  return a.optional || kind === 'options' || kind === 'many' || kind === 'numkeys' || kind === 'custom'
}

export function arityOf(args: readonly AnyArg[], firstArg: number): number {
  const least = args.reduce((n, a) => n + leastWords(a), firstArg)
  return args.some(isOpen) ? -least : least
}

function finderOf(a: AnyArg): Finder {
  const f = a.form
  switch (f.kind) {
    case 'key':
      if (f.access === 'notKey') return (_argv, at) => at + 1
      return (argv, at, visit) => {
        if (at < argv.length) visit(at, f.access)
        return at + 1
      }
    case 'numkeys':
      return (argv, at, visit) => {
        const n = Number(argv[at])
        if (!Number.isInteger(n) || n < 1 || at + n >= argv.length) return argv.length
        for (let i = at + 1; i <= at + n; i++) visit(i, f.access)
        return at + n + 1
      }
    case 'many': {
      const width = f.of.length
      const places = f.of.flatMap((x, i) =>
        x.form.kind === 'key' && x.form.access !== 'notKey' ? [{ i, access: x.form.access }] : [],
      )
      return (argv, at, visit) => {
        for (; at + width <= argv.length; at += width) for (const p of places) visit(at + p.i, p.access)
        return argv.length
      }
    }
    case 'custom':
      return (argv, at, visit) => {
        if (f.keys !== null) for (const i of f.keys(argv, at)) if (i < argv.length) visit(i, f.access)
        return argv.length
      }
    case 'options':
      return optionsFinder(f.args)
    default:
      return (_argv, at) => at + 1
  }
}

/** Options can carry keys (`STORE key`): walk the words, by the same rules as the reader. */
function optionsFinder(args: Readonly<Record<string, AnyArg>>): Finder {
  const widths = new Map<string, { width: number; keyAt: number; access: KeyAccess }>()
  const add = (a: AnyArg) => {
    const f = a.form
    if (f.kind === 'token') widths.set(f.token, { width: 1, keyAt: 0, access: 'read' })
    else if (f.kind === 'oneOf')
      for (const t of Object.values(f.tokens)) widths.set(t, { width: 1, keyAt: 0, access: 'read' })
    else if (f.kind === 'variant') for (const v of Object.values(f.variants)) add(v)
    else if (f.kind === 'named') {
      const keyIndex = f.of.findIndex((x) => x.form.kind === 'key')
      const form = keyIndex < 0 ? null : f.of[keyIndex].form
      widths.set(f.token, {
        width: 1 + f.of.length,
        keyAt: keyIndex + 1,
        access: form?.kind === 'key' ? form.access : 'read',
      })
    }
  }
  for (const a of Object.values(args)) add(a)
  return (argv, at, visit) => {
    while (at < argv.length) {
      const option = widths.get(argv[at].toUpperCase())
      if (option === undefined) break
      if (option.keyAt > 0 && at + option.keyAt < argv.length) visit(at + option.keyAt, option.access)
      at += option.width
    }
    return at
  }
}

function hasKey(a: AnyArg): boolean {
  const f = a.form
  if (f.kind === 'key' || f.kind === 'numkeys') return true
  if (f.kind === 'many' || f.kind === 'named') return f.of.some(hasKey)
  if (f.kind === 'options') return Object.values(f.args).some(hasKey)
  if (f.kind === 'variant') return Object.values(f.variants).some(hasKey)
  return f.kind === 'custom' && f.keys !== null
}

function isShardChannel({ form }: AnyArg): boolean {
  if (form.kind === 'many') return form.of.every(isShardChannel)
  return form.kind === 'key' && form.access === 'notKey'
}

export function compileKeys(args: readonly AnyArg[], firstArg: number): KeyPositions {
  const any = args.some((a) => hasKey(a) && !isShardChannel(a))
  const finders = args.map(finderOf)
  let first = 0
  let last = 0
  let step = 0
  let movable = false
  let at = firstArg
  let fixed = true
  for (const a of args) {
    const f = a.form
    if (!fixed) {
      if (hasKey(a)) movable = true
    } else if (f.kind === 'key') {
      if (first === 0) {
        first = at
        step = 1
      }
      last = at
    } else if (f.kind === 'many') {
      const i = f.of.findIndex(hasKey)
      if (i >= 0) {
        if (first === 0) {
          first = at + i
          step = f.of.length
        }
        last = -f.of.length + i
      }
    } else if (hasKey(a)) movable = true
    if (isOpen(a)) fixed = false
    at += 1
  }
  const each: KeyPositions['each'] = (argv, visit) => {
    let i = firstArg
    for (const find of finders) i = find(argv, i, visit)
  }
  return { first, last, step, movable, any, each }
}
