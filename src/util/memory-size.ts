/** Sizes as people write them: `100`, `64kb`, `1G`. A unit with a `b` counts in powers of 1024, one without in 1000s. */
const UNITS = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1000],
  ['kb', 1024],
  ['m', 1000 ** 2],
  ['mb', 1024 ** 2],
  ['g', 1000 ** 3],
  ['gb', 1024 ** 3],
])

/** Bytes of `100`, `64kb`, `1G`; NaN for anything else. */
export function parseMemory(text: string): number {
  const digits = /^-?\d+/.exec(text)?.[0] ?? ''
  const factor = UNITS.get(text.slice(digits.length).toLowerCase())
  if (digits === '' || factor === undefined) return Number.NaN
  return Number(digits) * factor
}
