/**
 * Redis's glob patterns over latin1 strings, matched whole: `*`, `?`, `[abc]`, `[^abc]`, `[a-z]`, and `\` before a
 * character that stands for itself. Peculiarities kept: a bracket that is never closed ends with the pattern, a range
 * may be written backward and compares bytes as signed, an escape inside brackets ignores `noCase`, and no pattern but
 * the empty one (and `*` alone) matches the empty string.
 *
 * Every element but `*` takes exactly one character, so after a mismatch only the last `*` needs another try: the
 * time is bounded by pattern length times string length, whatever the pattern.
 */
export function globMatch(pattern: string, s: string, noCase = false): boolean {
  const patternLength = pattern.length
  const length = s.length
  if (length === 0) return patternLength === 0 || pattern === '*'
  let p = 0
  let i = 0
  let starAt = -1
  let retryAt = 0
  let stars = 0
  while (i < length) {
    if (p < patternLength) {
      const code = pattern.charCodeAt(p)
      if (code === STAR) {
        do p++
        while (p < patternLength && pattern.charCodeAt(p) === STAR)
        if (p === patternLength) return true
        if (++stars > MAX_STARS) return false
        starAt = p
        retryAt = i
        continue
      }
      const next = matchOne(pattern, p, code, s.charCodeAt(i), noCase)
      if (next >= 0) {
        p = next
        i++
        continue
      }
    }
    if (starAt < 0) return false
    p = starAt
    i = ++retryAt
  }
  while (p < patternLength && pattern.charCodeAt(p) === STAR) p++
  return p === patternLength
}

/** True when the pattern can match only itself, so that a look-up does instead of a search. */
export function isLiteralGlob(pattern: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const code = pattern.charCodeAt(i)
    if (code === STAR || code === QUESTION || code === BRACKET || code === BACKSLASH) return false
  }
  return true
}

/** A pattern with more stars than these in the way of a match matches nothing, as in Redis. */
const MAX_STARS = 1000

const STAR = 42
const DASH = 45
const QUESTION = 63
const BRACKET = 91
const BACKSLASH = 92
const BRACKET_END = 93
const CARET = 94

/** Matches one element, not a star, against one character: the place after the element, or -1. */
function matchOne(pattern: string, p: number, code: number, char: number, noCase: boolean): number {
  if (code === QUESTION) return p + 1
  if (code === BRACKET) return matchBracket(pattern, p + 1, char, noCase)
  if (code === BACKSLASH && p + 1 < pattern.length) code = pattern.charCodeAt(++p)
  return code === char || (noCase && lower(code) === lower(char)) ? p + 1 : -1
}

function matchBracket(pattern: string, p: number, char: number, noCase: boolean): number {
  const end = pattern.length
  const negated = p < end && pattern.charCodeAt(p) === CARET
  if (negated) p++
  let found = false
  while (p < end) {
    const code = pattern.charCodeAt(p)
    if (code === BACKSLASH && p + 1 < end) {
      if (pattern.charCodeAt(p + 1) === char) found = true
      p += 2
    } else if (code === BRACKET_END) {
      p++
      break
    } else if (p + 2 < end && pattern.charCodeAt(p + 1) === DASH) {
      if (inRange(code, pattern.charCodeAt(p + 2), char, noCase)) found = true
      p += 3
    } else {
      if (code === char || (noCase && lower(code) === lower(char))) found = true
      p++
    }
  }
  return found !== negated ? p : -1
}

/** The ends are put in order before their case is folded, so `[g-M]` ignoring case is m to g: empty. */
function inRange(from: number, to: number, char: number, noCase: boolean): boolean {
  const forward = signed(from) <= signed(to)
  const first = forward ? from : to
  const last = forward ? to : from
  if (!noCase) return signed(first) <= signed(char) && signed(char) <= signed(last)
  return signed(lower(first)) <= signed(lower(char)) && signed(lower(char)) <= signed(lower(last))
}

function signed(code: number): number {
  return (code << 24) >> 24
}

function lower(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code
}
