import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globMatch, isLiteralGlob } from '../../src/util/glob.ts'

/** The definition, by plain recursion over `*`, `?` and literal characters. */
function naive(pattern: string, s: string): boolean {
  if (pattern === '') return s === ''
  if (pattern[0] === '*') return naive(pattern.slice(1), s) || (s !== '' && naive(pattern, s.slice(1)))
  return s !== '' && (pattern[0] === '?' || pattern[0] === s[0]) && naive(pattern.slice(1), s.slice(1))
}

describe('globMatch', () => {
  it.each([
    ['', '', true],
    ['*', '', true],
    ['**', '', false],
    ['?', '', false],
    ['h?llo', 'hello', true],
    ['h*llo', 'heeeello', true],
    ['h*llo', 'hllo', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-b]llo', 'hbllo', true],
    ['h[b-a]llo', 'hallo', true],
    ['h\\*llo', 'h*llo', true],
    ['h\\*llo', 'hello', false],
    ['\\', '\\', true],
    ['[', 'x', false],
    ['[^', 'x', true],
    ['[a', 'a', true],
    ['[a-', '-', true],
    ['[\\]]', ']', true],
    ['[]', 'x', false],
    ['[^]', 'x', true],
    ['[\x01-\xff]', '\x00', true],
    ['[\x01-\xff]', '\x02', false],
    ['a*', 'a', true],
    ['a***', 'a', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['a*b', 'acbc', false],
  ])('%j against %j is %s', (pattern, s, matches) => {
    expect(globMatch(pattern, s)).toBe(matches)
  })

  it('ignores case where asked, though not of an escape in brackets', () => {
    expect(globMatch('HeL?O', 'hEllo', true)).toBe(true)
    expect(globMatch('[A-C]x', 'bX', true)).toBe(true)
    expect(globMatch('\\A', 'a', true)).toBe(true)
    expect(globMatch('[\\A]', 'a', true)).toBe(false)
    expect(globMatch('[g-M]', 'g', true)).toBe(false)
    expect(globMatch('[M-g]', 'g', true)).toBe(false)
    expect(globMatch('[G-m]', 'G', true)).toBe(true)
    expect(globMatch('HELLO', 'hello')).toBe(false)
    expect(globMatch('\xc4', '\xe4', true)).toBe(false)
  })

  it('agrees with the definition', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 9 })
    const subject = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(pattern, subject, (p, s) => {
        expect(globMatch(p, s)).toBe(naive(p, s))
      }),
      { numRuns: 2000 },
    )
  })

  it('answers hostile patterns without backtracking over every star', () => {
    // With a try for every way to share the characters among the stars this would outlive the test run.
    expect(globMatch('a*'.repeat(100) + 'b', 'a'.repeat(10_000))).toBe(false)
    expect(globMatch('*?'.repeat(50) + '[^a]*', 'a'.repeat(10_000))).toBe(false)
  })

  it('knows patterns that match only themselves', () => {
    expect(isLiteralGlob('news:tech]-^')).toBe(true)
    for (const pattern of ['a*', 'a?', '[a', 'a\\']) expect(isLiteralGlob(pattern)).toBe(false)
  })
})
