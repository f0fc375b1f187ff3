import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeWithLua, runOurs, runReal } from './oracle.ts'
import { program } from './programs.ts'

/** Fixed, so that a failure is found again; the soak run takes others. */
const seed = process.env['KEYPER_SOAK'] === undefined ? 20 : Math.floor(performance.timeOrigin)
const long = (text: string) => JSON.stringify(text)

/** Runs all programs in one process of the real Lua, then compares one by one. */
function compare(programs: readonly string[], change = (source: string) => source): void {
  const real = runReal(programs)
  const clean = (text: string) => text.replace(/0x[0-9a-f]{8,}/g, 'ADDRESS')
  programs.forEach((source, i) => {
    const ours = clean(runOurs(change(source), `p${i}`))
    if (ours !== clean(real[i])) expect(ours, `seed ${seed}:\n${source}`).toBe(clean(real[i]))
  })
}

/** A Lua string literal for any bytes. */
const quote = (text: string) =>
  `"${[...text].map((char) => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`).join('')}"`

describeWithLua('random programs behave as in the real Lua', () => {
  it('as they are', () => compare(fc.sample(program, { numRuns: 300, seed })))

  it('with functions that can be suspended', () =>
    compare(fc.sample(program, { numRuns: 150, seed: seed + 1 }), (source) => `${source}\n-- coroutine`))

  it('with environments of their own', () =>
    compare(fc.sample(program, { numRuns: 150, seed: seed + 2 }), (source) => `${source}\n-- getfenv`))

  it('patterns', () => {
    const item = fc.constantFrom('a', 'b', '.', '%a', '%d', '[ab]', '[^a]', '[%d-]', '%s', '(', ')', '()', '%1', '%b()')
    const mark = fc.constantFrom('', '', '', '*', '+', '-', '?', '$')
    const pattern = fc
      .tuple(fc.constantFrom('', '^', '%f[%a]'), fc.array(fc.tuple(item, mark), { maxLength: 5 }))
      .map(([start, items]) => start + items.map((each) => each.join('')).join(''))
    const subject = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', '(', ')', '-'), maxLength: 12 })
    const cases = fc.sample(fc.tuple(subject, pattern, fc.integer({ min: -4, max: 6 })), { numRuns: 300, seed })
    compare(
      cases.map(([s, p, init]) => {
        const args = `${quote(s)}, ${quote(p)}`
        return `print(pcall(string.find, ${args}, ${init})) print(pcall(string.match, ${args}))
          print(pcall(string.gsub, ${args}, "<%0>")) print(pcall(string.gsub, ${args}, "%1", 2))
          print(pcall(function() local n = 0 for x, y in string.gmatch(${args}) do n = n + 1 print(x, y) end return n end))`
      }),
    )
  })

  it('formats', () => {
    const flags = fc.constantFrom('', '-', '0', '+', ' ', '#', '-0', '+0', '#0')
    const width = fc.constantFrom('', '1', '5', '12', '20')
    const precision = fc.constantFrom('', '.', '.0', '.1', '.3', '.10', '.17')
    const conversion = fc.constantFrom('d', 'i', 'u', 'o', 'x', 'X', 'e', 'E', 'f', 'g', 'G', 's', 'c', 'q')
    const spec = fc.tuple(flags, width, precision, conversion).map((parts) => `%${parts.join('')}`)
    const value = fc.oneof(
      fc.double({ noNaN: true }).map(luaNumber),
      fc.integer({ min: -300, max: 300 }).map((n) => luaNumber(n / 8)),
      fc.integer().map(luaNumber),
    )
    // Signs, zeros and precisions of strings, and conversions that overflow, are not defined by C.
    const defined = ([format, number]: [string, string]) =>
      !/[sqc]/.test(format) ||
      (/^%-?[0-9]*(\.[0-9]*)?[sqc]$/.test(format) && !/^%-?0|c$|q$/.test(format) && number !== '')
    const cases = fc.sample(fc.tuple(spec, value).filter(defined), { numRuns: 600, seed })
    compare(
      cases
        .filter(([format, number]) => /[efgEGs]/.test(format) || Math.abs(Number(number)) < 2 ** 62)
        .map(([format, number]) => `print(pcall(string.format, ${long(format)}, ${number})) print(${number})`),
    )
  })

  it('numbers read from text', () => {
    const unit = fc.constantFrom('0', '1', '9', '.', 'e', 'E', '+', '-', 'x', 'X', 'f', ' ', 'p', '\t')
    const texts = fc.sample(fc.string({ unit, maxLength: 7 }), { numRuns: 600, seed })
    compare(texts.map((text) => `print(tonumber(${quote(text)}), pcall(tonumber, ${quote(text)}, 16))`))
  })

  it('sorting leaves equal items where Lua does', () => {
    const list = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 })
    compare(
      fc.sample(list, { numRuns: 200, seed }).map(
        (items) => `local t = {}
          for i, n in ipairs({${items}}) do t[i] = {n = n, i = i} end
          table.sort(t, function(a, b) return a.n < b.n end)
          for i = 1, #t do t[i] = t[i].n .. ":" .. t[i].i end
          print(table.concat(t, " "))
          local u = {${items}} table.sort(u, function(a, b) return a > b end) print(table.concat(u, " "))
          print(pcall(table.sort, {${items}}, function(a, b) return a ~= b end))`,
      ),
    )
  })

  it('syntax errors', () => {
    const token = fc.constantFrom(
      ...[
        'x',
        'y',
        '1',
        '"s"',
        '=',
        '==',
        '(',
        ')',
        '{',
        '}',
        '[',
        ']',
        ',',
        ';',
        '.',
        ':',
        '..',
        '...',
        '+',
        '-',
        '\n',
      ],
      ...[
        '#',
        'not',
        'and',
        'or',
        'if',
        'then',
        'else',
        'elseif',
        'end',
        'while',
        'do',
        'for',
        'in',
        'repeat',
        'until',
      ],
      ...['function', 'local', 'return', 'break', 'nil', 'true', '[[long]]', '0x', '@', '\\', '~=', '<', '%'],
    )
    const sources = fc
      .sample(fc.array(token, { maxLength: 9 }), { numRuns: 1000, seed })
      .map((tokens) => tokens.join(' '))
    compare(sources.map((source) => `local f, e = loadstring(${quote(source)}, "=x") print(e)`))
  })
})

function luaNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '(1/0)'
  if (value === Number.NEGATIVE_INFINITY) return '(-1/0)'
  return String(value)
}
