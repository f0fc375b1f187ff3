/** What a dump holds, in figures: per type, database and prefix, and its largest keys. Memory does not grow with it. */
import type { RdbEntry } from '../../rdb/entry.ts'
import { elementsOf } from './dump.ts'

export interface Figures {
  keys: number
  bytes: number
  elements: number
  /** Keys with a deadline. */
  expires: number
}

export interface LargeKey {
  readonly db: number
  readonly key: string
  readonly type: string
  readonly encoding: string
  readonly elements: number
  readonly bytes: number
}

export interface SummaryOptions {
  /** How many of the largest keys, and of the largest prefixes, are wanted. */
  readonly largest: number
  /** What ends a prefix; it belongs to it. */
  readonly delimiter: string
  /** Parts of a prefix. */
  readonly depth: number
  /** Unix ms. */
  readonly now: number
}

/** More prefixes than this are not told apart: those with the fewest bytes become one. */
const MOST_PREFIXES = 20_000
export const NO_PREFIX = '(no prefix)'
export const OTHER_PREFIXES = '(others)'

export class Summary {
  readonly total: Figures = noFigures()
  /** Keys whose deadline has passed. */
  past = 0
  readonly types = new Map<string, Figures>()
  readonly encodings = new Map<string, Figures>()
  readonly databases = new Map<number, Figures>()
  /** Largest first. */
  readonly largest: LargeKey[] = []
  private readonly prefixes = new Map<string, Figures>()
  private readonly others = noFigures()
  private readonly options: SummaryOptions

  constructor(options: SummaryOptions) {
    this.options = options
  }

  add(entry: RdbEntry, bytes: number): void {
    const { key, db, expireAtMs, value } = entry
    const elements = elementsOf(value)
    const expires = expireAtMs === null ? 0 : 1
    if (expireAtMs !== null && expireAtMs <= this.options.now) this.past++
    const count = (figures: Figures) => addTo(figures, { keys: 1, bytes, elements, expires })
    count(this.total)
    count(figuresAt(this.types, value.type))
    count(figuresAt(this.encodings, `${value.type} ${value.encoding}`))
    count(figuresAt(this.databases, db))
    count(figuresAt(this.prefixes, this.prefixOf(key)))
    if (this.prefixes.size > MOST_PREFIXES) this.forgetSmallPrefixes()
    this.rank({ db, key, type: value.type, encoding: value.encoding, elements, bytes })
  }

  private prefixOf(key: string): string {
    const { delimiter, depth } = this.options
    let end = 0
    for (let parts = 0; parts < depth; parts++) {
      const at = key.indexOf(delimiter, end)
      if (at < 0) break
      end = at + delimiter.length
    }
    return key.slice(0, end)
  }

  private forgetSmallPrefixes(): void {
    const ranked = [...this.prefixes].sort(([, a], [, b]) => a.bytes - b.bytes)
    for (const [prefix, figures] of ranked.slice(0, MOST_PREFIXES / 2)) {
      addTo(this.others, figures)
      this.prefixes.delete(prefix)
    }
  }

  private rank(key: LargeKey): void {
    const { largest } = this
    const most = this.options.largest
    if (largest.length === most && (most === 0 || largest[most - 1].bytes >= key.bytes)) return
    let at = largest.length
    while (at > 0 && largest[at - 1].bytes < key.bytes) at--
    largest.splice(at, 0, key)
    if (largest.length > most) largest.pop()
  }

  /** The prefixes with the most bytes, largest first; '' stands for keys without one, null for all other prefixes. */
  topPrefixes(): (readonly [prefix: string | null, figures: Figures])[] {
    const ranked: [string | null, Figures][] = [...this.prefixes].sort(
      ([a, x], [b, y]) => y.bytes - x.bytes || (a < b ? -1 : 1),
    )
    const rest = { ...this.others }
    for (const [, figures] of ranked.splice(this.options.largest)) addTo(rest, figures)
    if (rest.keys > 0) ranked.push([null, rest])
    return ranked
  }
}

const noFigures = (): Figures => ({ keys: 0, bytes: 0, elements: 0, expires: 0 })

function addTo(figures: Figures, more: Figures): void {
  figures.keys += more.keys
  figures.bytes += more.bytes
  figures.elements += more.elements
  figures.expires += more.expires
}

function figuresAt<K>(all: Map<K, Figures>, key: K): Figures {
  let figures = all.get(key)
  if (figures === undefined) all.set(key, (figures = noFigures()))
  return figures
}

/** Most bytes first. */
export function ranked<K>(all: ReadonlyMap<K, Figures>): (readonly [K, Figures])[] {
  return [...all].sort(([, a], [, b]) => b.bytes - a.bytes)
}
