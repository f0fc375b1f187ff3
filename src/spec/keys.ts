/** Where the keys stand in a request, derived from the declaration: ACL, tracking, cluster and COMMAND use it. */
import type { AnyArg, KeyAccess, KeySpec } from './args.ts'

/** Redis's classic triple, its key specifications, and the function that finds the keys of one request. */
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
  readonly specs: readonly KeySpec[]
  /**
   * Calls `visit` for each key. Never throws. Of a malformed request it may visit fewer keys and then returns false;
   * the command would refuse such a request before it touches a key.
   */
  readonly each: (argv: readonly string[], visit: VisitKey) => boolean
}

export type VisitKey = (index: number, access: KeyAccess) => void
type Finder = (argv: readonly string[], visit: VisitKey) => boolean

const wordsOf = (args: readonly AnyArg[]): number => args.reduce((n, a) => n + leastWords(a), 0)

/** How many words an argument takes at least. */
export function leastWords(a: AnyArg): number {
  if (a.optional) return 0
  return wordsWhenGiven(a)
}

function wordsWhenGiven(a: AnyArg): number {
  const f = a.form
  switch (f.kind) {
    case 'options':
      return 0
    case 'many':
      return f.none ? 0 : wordsOf(f.of)
    case 'block':
      return wordsOf(f.of)
    case 'named':
      return 1 + wordsOf(f.of)
    case 'variant':
      return Math.min(...Object.values(f.variants).map(wordsWhenGiven))
    case 'numkeys':
      return f.about.none === true ? 1 : 2
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
  const least = firstArg + wordsOf(args)
  return args.some(isOpen) ? -least : least
}

/** Key specifications of arguments that start at index `at`; `behind` counts the words that follow them. */
function specsOf(args: readonly AnyArg[], at: number, behind: number): KeySpec[] {
  const specs: KeySpec[] = []
  let left = behind + wordsOf(args)
  for (const a of args) {
    const least = leastWords(a)
    left -= least
    for (const spec of specsOfOne(a, at, left)) {
      const before = specs.at(-1)
      if (spec.continues === true && before?.find != null && 'last' in before.find) {
        specs[specs.length - 1] = { ...before, find: { ...before.find, last: before.find.last + 1 } }
      } else specs.push(spec)
    }
    at += least
  }
  return specs
}

function specsOfOne(a: AnyArg, at: number, behind: number): KeySpec[] {
  const f = a.form
  switch (f.kind) {
    case 'key':
      return [{ ...f.about, access: f.access, begin: { index: at }, find: { last: 0, step: 1, limit: 0 } }]
    case 'numkeys':
      return [{ ...f.about, access: f.access, begin: { index: at }, find: { countAt: 0, first: 1, step: 1 } }]
    case 'many':
      return f.of.flatMap((x, i): KeySpec[] =>
        specsOfOne(x, at + i, 0).map((spec) => ({
          ...spec,
          find: { last: -1 - behind, step: f.of.length, limit: 0 },
        })),
      )
    case 'named': {
      // Of `KEYWORD key ... other ...` the keys are the first half.
      const limit = f.of.length === 2 && f.of.every((x) => x.form.kind === 'many') ? 2 : 0
      return specsOf(f.of, 0, 0).map((spec) => ({
        ...spec,
        begin: { keyword: f.token, startFrom: at },
        find:
          spec.find !== null && 'last' in spec.find && spec.find.last < 0 ? { last: -1, step: 1, limit } : spec.find,
      }))
    }
    case 'block':
      return specsOf(f.of, at, behind)
    case 'variant':
      return Object.values(f.variants).flatMap((x) => specsOfOne(x, at, behind))
    case 'options':
      return Object.values(f.args).flatMap((x) => specsOfOne(x, at, behind))
    case 'custom':
      return [...(f.keySpecs ?? specsOf(f.like, at, behind))]
    default:
      return []
  }
}

/** Index of the place to count from, or 0 when the keyword is not there. */
function beginning(begin: NonNullable<KeySpec['begin']>, argv: readonly string[]): number {
  if ('index' in begin) return begin.index
  const { keyword, startFrom } = begin
  if (startFrom < 0) {
    for (let i = argv.length + startFrom; i > 0; i--) if (argv[i].toUpperCase() === keyword) return i + 1
  } else {
    for (let i = startFrom; i < argv.length - 1; i++) if (argv[i].toUpperCase() === keyword) return i + 1
  }
  return 0
}

function finderOf({ access, begin, find, varies, none }: KeySpec): Finder | null {
  if (access === 'not_key' || begin === null || find === null) return null
  return (argv, visit) => {
    const from = beginning(begin, argv)
    if (from === 0) return true
    let first = from
    let last: number
    if ('last' in find) {
      last = find.last >= 0 ? from + find.last : argv.length + find.last
      if (find.limit > 1) last = from + Math.floor((argv.length - from) / find.limit) + find.last
    } else {
      const count = Number(argv[from + find.countAt])
      if (!Number.isInteger(count) || count < 0) return false
      first = from + find.first
      last = first + (count - 1) * find.step
      if (count === 0) return none === true
    }
    if (last < first || last >= argv.length) return false
    for (let i = first; i <= last; i += find.step) visit(i, varies === undefined ? access : varies(argv))
    return true
  }
}

/** The finders of one argument at index `at`. */
function findersOf(a: AnyArg, specs: readonly KeySpec[], at: number): (Finder | null)[] {
  const f = a.form
  if (f.kind !== 'custom' || f.keys === null) return specs.map(finderOf)
  const { keys, access } = f
  const find: Finder = (argv, visit) => {
    for (const i of keys(argv, at)) if (i < argv.length) visit(i, access)
    return true
  }
  return [find]
}

/** First, last and step out of those specifications that are plain ranges next to each other. */
function tripleOf(specs: readonly KeySpec[]): Pick<KeyPositions, 'first' | 'last' | 'step' | 'movable'> {
  let first = 0
  let last = 0
  let step = 0
  let movable = false
  for (const { begin, find, incomplete } of specs) {
    if (incomplete === true) movable = true
    if (begin !== null && 'index' in begin && find !== null && 'last' in find) {
      if (first === 0 || (last === begin.index - 1 && find.step === 1)) {
        if (first === 0) first = begin.index
        last = find.last < 0 ? find.last : begin.index + find.last
        step = find.step
        continue
      }
    }
    movable = true
  }
  return { first, last, step, movable }
}

export function compileKeys(args: readonly AnyArg[], firstArg: number): KeyPositions {
  const specs = specsOf(args, firstArg, 0)
  const finders: Finder[] = []
  let at = firstArg
  args.forEach((a, i) => {
    const own = specsOf([a], at, wordsOf(args.slice(i + 1)))
    const search = own.some(({ begin }) => begin !== null && 'keyword' in begin)
    if (search && (a.form.kind !== 'custom' || a.form.keys === null)) {
      throw new Error(`argument '${a.name}' has keys behind options: it needs a function that finds them`)
    }
    for (const find of findersOf(a, own, at)) if (find !== null) finders.push(find)
    at += leastWords(a)
  })
  const [only] = finders
  const each: KeyPositions['each'] =
    finders.length === 1
      ? only
      : (argv, visit) => {
          let whole = true
          for (const find of finders) whole = find(argv, visit) && whole
          return whole
        }
  return { ...tripleOf(specs), any: specs.some((spec) => spec.access !== 'not_key'), specs, each }
}
