/** How tools show bytes, sizes, moments and tables. */
import { isUtf8 } from 'node:buffer'

/** `escape`: printable ASCII as it is, the rest as \xNN. `utf8`: the same, but sound UTF-8 as text. */
export type StringStyle = 'escape' | 'utf8' | 'base64'

export const STRING_STYLES: readonly StringStyle[] = ['escape', 'utf8', 'base64']

const PLAIN = /^[\x20-\x5b\x5d-\x7e]*$/

/** What stands for each byte: values full of binary data are common, and a look-up is the quickest. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte)
  if (char === '\\') return '\\\\'
  return PLAIN.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`
})

function escaped(bytes: string): string {
  if (PLAIN.test(bytes)) return bytes
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += ESCAPES[bytes.charCodeAt(i)]
  return text
}

/** Bytes as text that can be turned back: a backslash is doubled, so `\x` always begins a byte. */
export function showBytes(bytes: string, style: StringStyle): string {
  if (style === 'base64') return Buffer.from(bytes, 'latin1').toString('base64')
  if (style === 'utf8') {
    const buffer = Buffer.from(bytes, 'latin1')
    if (isUtf8(buffer)) return buffer.toString('utf8').replace(/[\x00-\x1f\x7f\\]/g, escaped)
  }
  return escaped(bytes)
}

const LONGEST_SHOWN = 60

/** A key as a table shows it: in one line, and not a long one. */
export function shortKey(key: string): string {
  const text = showBytes(key.slice(0, LONGEST_SHOWN + 1), 'escape')
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}... (${key.length} bytes)` : text
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  let n = bytes
  for (const unit of ['KiB', 'MiB', 'GiB']) {
    n /= 1024
    if (n < 1024) return `${n.toFixed(1)} ${unit}`
  }
  return `${(n / 1024).toFixed(1)} TiB`
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const LAST_DATE = 8.64e15

/** A moment in Unix ms; beyond the calendar's end just the number. */
export function momentText(ms: number): string {
  return Math.abs(ms) <= LAST_DATE ? new Date(ms).toISOString() : `${ms} ms`
}

/** Columns as wide as what is in them; numbers stand to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)))
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      typeof cell === 'number' ? String(cell).padStart(widths[i]) : cell.padEnd(widths[i]),
    )
    return `${indent}${cells.join('  ')}`.trimEnd()
  })
}
