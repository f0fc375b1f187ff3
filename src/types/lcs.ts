/** Longest common subsequence of two byte strings, by the textbook table, and the stretches it consists of. */

export interface Match {
  /** Where the stretch begins in the first and in the second string. */
  readonly a: number
  readonly b: number
  readonly length: number
}

/** Matches come from the end of the strings to their beginning. Memory: 4 bytes per pair of positions. */
export function longestCommonSubsequence(a: string, b: string): { text: string; matches: Match[] } {
  const width = b.length + 1
  const table = new Uint32Array((a.length + 1) * width)
  for (let i = 1; i <= a.length; i++) {
    const row = i * width
    const code = a.charCodeAt(i - 1)
    for (let j = 1; j <= b.length; j++) {
      if (code === b.charCodeAt(j - 1)) table[row + j] = table[row - width + j - 1] + 1
      else table[row + j] = Math.max(table[row - width + j], table[row + j - 1])
    }
  }
  const parts: string[] = []
  const matches: Match[] = []
  let i = a.length
  let j = b.length
  while (i > 0 && j > 0) {
    if (a.charCodeAt(i - 1) !== b.charCodeAt(j - 1)) {
      if (table[(i - 1) * width + j] > table[i * width + j - 1]) i--
      else j--
      continue
    }
    const endA = i
    while (i > 0 && j > 0 && a.charCodeAt(i - 1) === b.charCodeAt(j - 1)) {
      i--
      j--
    }
    matches.push({ a: i, b: j, length: endA - i })
    parts.push(a.slice(i, endA))
  }
  return { text: parts.reverse().join(''), matches }
}
