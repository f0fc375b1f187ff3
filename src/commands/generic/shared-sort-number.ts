/** Numbers that SORT sorts by. */
import { parseDouble } from '../../util/numbers.ts'

const SMALLEST_NORMAL = 2 ** -1022

/**
 * The number in a value, or NaN. Read more leniently than arguments are: white space may stand before it, it ends at a
 * NUL, and the empty string is 0. Numbers too great for a double, or too small for a whole one, are refused.
 */
export function numberToSortBy(value: string | number): number {
  if (typeof value === 'number') return value
  const nul = value.indexOf('\0')
  const text = nul < 0 ? value : value.slice(0, nul)
  if (text === '') return 0
  const number = parseDouble(text.replace(/^[ \t-\r]+/, ''))
  return number !== 0 && Math.abs(number) < SMALLEST_NORMAL ? Number.NaN : number
}
