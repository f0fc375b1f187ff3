/** Patterns of SORT's BY and GET. */

/**
 * `#` is the element itself; a pattern without `*` names nothing; else the element takes the place of the first `*`
 * in the name of a string, or of a hash when a field follows behind `->`.
 */
export type Pattern =
  | { readonly is: 'element' }
  | { readonly is: 'fixed' }
  | { readonly is: 'name'; readonly before: string; readonly after: string; readonly field: string | null }

/** Never fails. The marks are only looked for up to a NUL. */
export function parsePattern(text: string): Pattern {
  const nul = text.indexOf('\0')
  const visible = nul < 0 ? text : text.slice(0, nul)
  if (visible === '#') return { is: 'element' }
  const star = visible.indexOf('*')
  if (star < 0) return { is: 'fixed' }
  const before = text.slice(0, star)
  const arrow = visible.indexOf('->', star + 1)
  // An arrow at the very end is part of the name.
  if (arrow < 0 || arrow + 2 >= visible.length) return { is: 'name', before, after: text.slice(star + 1), field: null }
  return { is: 'name', before, after: text.slice(star + 1, arrow), field: text.slice(arrow + 2) }
}
