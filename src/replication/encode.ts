/** A request as RESP, as it travels to replicas and masters. */
export function encodeRequest(argv: readonly string[]): string {
  let text = `*${argv.length}\r\n`
  for (const word of argv) text += `$${word.length}\r\n${word}\r\n`
  return text
}
