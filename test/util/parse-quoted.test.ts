import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteArgument, splitArguments } from '../../src/util/parse-quoted.ts'

describe('splitArguments', () => {
  it.each([
    ['', []],
    [' \t\r\n', []],
    ['SET key value', ['SET', 'key', 'value']],
    ['  SET\tkey  value \r\n', ['SET', 'key', 'value']],
    ['set k "a b"', ['set', 'k', 'a b']],
    ['""', ['']],
    ['\'\' ""', ['', '']],
    ['"\\n\\r\\t\\b\\a\\x41\\x0g\\\\\\"\\q"', ['\n\r\t\b\x07Ax0g\\"q']],
    ["'it\\'s \\n'", ["it's \\n"]],
    ["'\\\\ '", ['\\\\ ']],
    ['foo"bar baz"', ['foobar baz']],
    ["a'b c'", ['ab c']],
    ['a\\nb', ['a\\nb']],
    ['a\vb \vc', ['a\vb', 'c']],
    ['"a"\v"b"', ['a', 'b']],
    ['a b\0 c"', ['a', 'b']],
    ['"\\xff\\xFF"', ['\xff\xff']],
  ])('%j', (line, args) => {
    expect(splitArguments(line)).toEqual(args)
  })

  it.each(['"', "'", '"a', "'a", '"a"b', "'a'b", '"a\\"', "'a\\'", 'foo"', '"\\', '"a\0"', '"a""b"'])(
    'refuses %j',
    (line) => {
      expect(splitArguments(line)).toBeNull()
    },
  )

  it('undoes quoteArgument, for all bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('latin1'))
    fc.assert(
      fc.property(fc.array(bytes), (args) => {
        expect(splitArguments(args.map(quoteArgument).join(' '))).toEqual(args)
      }),
    )
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
    expect(splitArguments(quoteArgument(all))).toEqual([all])
  })
})

describe('quoteArgument', () => {
  it('writes printable ASCII, named escapes, and hexadecimal', () => {
    expect(quoteArgument('')).toBe('""')
    expect(quoteArgument('a "b" \\c')).toBe('"a \\"b\\" \\\\c"')
    expect(quoteArgument('\n\r\t\x07\b')).toBe('"\\n\\r\\t\\a\\b"')
    expect(quoteArgument('\0\x1f\x7f\x80\xff')).toBe('"\\x00\\x1f\\x7f\\x80\\xff"')
  })
})
