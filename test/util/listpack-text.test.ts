import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LISTPACK_HEADER, ListpackWriter, readListpack } from '../../src/util/listpack.ts'
import { isSoundListpack, nextWord, readBigInteger, readSafeInteger, readWord } from '../../src/util/listpack-text.ts'
import { parseInt64, parseInteger } from '../../src/util/numbers.ts'

const word = fc.oneof(
  fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String),
  fc.integer().map(String),
  fc.integer({ min: -9000, max: 9000 }).map(String),
  fc.constantFrom('', '-0', '+1', '9223372036854775808', '9007199254740992', '-9007199254740992'),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 70 }),
  fc.constantFrom(125, 126, 127, 4095, 4096, 16380, 16384, 70000).map((n) => 'y'.repeat(n)),
)

function words(row: string): string[] {
  const found: string[] = []
  for (let at = LISTPACK_HEADER; at < row.length - 1; at = nextWord(row, at)) found.push(readWord(row, at))
  return found
}

describe('listpacks as strings', () => {
  it('give the words that were written, as texts and as integers', () => {
    const writer = new ListpackWriter()
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (list) => {
        for (const text of list) writer.append(text)
        const row = writer.finishText()
        expect(isSoundListpack(row)).toBe(true)
        expect(words(row)).toEqual(list)
        let at = LISTPACK_HEADER
        for (const text of list) {
          expect(readSafeInteger(row, at)).toBe(parseInteger(text))
          expect(readBigInteger(row, at)).toBe(parseInt64(text))
          at = nextWord(row, at)
        }
      }),
    )
  })

  it('are sound exactly when they are as bytes', () => {
    const spoilt = fc.record({
      list: fc.array(word, { maxLength: 8 }),
      at: fc.nat(),
      byte: fc.nat(255),
      cut: fc.nat(3),
    })
    fc.assert(
      fc.property(spoilt, ({ list, at, byte, cut }) => {
        const writer = new ListpackWriter()
        for (const text of list) writer.append(text)
        const bytes = Buffer.from(writer.finish())
        bytes[at % bytes.length] = byte
        const row = bytes.latin1Slice(0, bytes.length - cut)
        const expected = readListpack(bytes, 0, row.length)
        expect(isSoundListpack(row)).toBe(expected !== null)
        if (expected !== null) expect(words(row)).toEqual(expected)
      }),
      { numRuns: 3000 },
    )
  })
})
