/** The pattern of SCAN MATCH that stands for exactly this text. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\^]/g, '\\$&')
}
