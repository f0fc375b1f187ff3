/** Directives are strings of one char a byte; the file system's calls take text. */

/** The text whose UTF-8 form is these bytes; as it is where they are no UTF-8, or no bytes at all. */
export function asPath(bytes: string): string {
  if (/^[\0-\x7f]*$/.test(bytes) || /[^\0-\xff]/.test(bytes)) return bytes
  const path = Buffer.from(bytes, 'latin1').toString('utf8')
  return path.includes('\ufffd') ? bytes : path
}

/** The bytes of a text: one char a byte. */
export function asBytes(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}
