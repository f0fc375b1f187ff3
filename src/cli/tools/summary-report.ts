/** A summary as text and as JSON. */
import { type Figures, NO_PREFIX, OTHER_PREFIXES, ranked, type Summary } from './summary.ts'
import { plural, type StringStyle, shortKey, showBytes, table } from './text.ts'

const figuresRow = (name: string, { keys, bytes, elements, expires }: Figures) => [
  name,
  keys,
  plural(keys, 'key').replace(/^\d+ /, ''),
  bytes,
  'bytes',
  elements,
  elements === 1 ? 'element' : 'elements',
  ...(expires > 0 ? [`${expires} with a deadline`] : []),
]

/** Lines; `bytes` says of which kind the bytes are. */
export function summaryLines(summary: Summary): string[] {
  const lines: string[] = []
  const section = (title: string, rows: (string | number)[][]) => {
    if (rows.length > 0) lines.push('', title, ...table(rows))
  }
  const databases = [...summary.databases].sort(([a], [b]) => a - b)
  section(
    'Databases',
    databases.map(([db, figures]) => figuresRow(`db${db}`, figures)),
  )
  section(
    'Types',
    ranked(summary.types).map(([type, figures]) => figuresRow(type, figures)),
  )
  section(
    'Prefixes',
    summary
      .topPrefixes()
      .map(([prefix, figures]) =>
        figuresRow(prefix === null ? OTHER_PREFIXES : prefix === '' ? NO_PREFIX : shortKey(prefix), figures),
      ),
  )
  section(
    'Largest keys',
    summary.largest.map(({ db, key, type, elements, bytes }) => [
      bytes,
      'bytes',
      `db${db}`,
      type,
      elements,
      elements === 1 ? 'element' : 'elements',
      shortKey(key),
    ]),
  )
  return lines
}

export function summaryJson(summary: Summary, style: StringStyle): object {
  const named = (all: ReadonlyMap<string | number, Figures>) =>
    ranked(all).map(([name, figures]) => ({ name, ...figures }))
  return {
    ...summary.total,
    past: summary.past,
    databases: [...summary.databases].sort(([a], [b]) => a - b).map(([db, figures]) => ({ db, ...figures })),
    types: named(summary.types),
    encodings: named(summary.encodings),
    prefixes: summary
      .topPrefixes()
      .map(([prefix, figures]) => ({ prefix: prefix === null ? null : showBytes(prefix, style), ...figures })),
    largest: summary.largest.map((large) => ({ ...large, key: showBytes(large.key, style) })),
  }
}
