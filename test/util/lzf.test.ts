import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lzfCompress, lzfDecompress } from '../../src/util/lzf.ts'
import { seededRandom } from '../../src/util/random.ts'

function expand(bytes: number[], outLength: number): Buffer | null {
  return lzfDecompress(Uint8Array.from(bytes), 0, bytes.length, outLength)
}

describe('lzfDecompress', () => {
  it('reads literals, short and long references, and runs', () => {
    expect(expand([2, 97, 98, 99], 3)?.toString()).toBe('abc')
    expect(expand([2, 97, 98, 99, 0x20, 2], 6)?.toString()).toBe('abcabc')
    expect(expand([0, 97, 0xe0, 1, 0], 11)?.toString()).toBe('a'.repeat(11))
    expect(expand([0, 97, 0xe0, 255, 0], 265)?.toString()).toBe('a'.repeat(265))
    expect(expand([], 0)?.length).toBe(0)
  })

  it.each([
    ['a literal run beyond the input', [2, 97, 98], 3],
    ['a literal run beyond the output', [2, 97, 98, 99], 2],
    ['an output that is not filled', [2, 97, 98, 99], 4],
    ['a reference before the beginning', [0, 97, 0x20, 1], 4],
    ['a reference at the very beginning', [0x20, 0], 3],
    ['a reference beyond the output', [0, 97, 0x20, 0], 3],
    ['a reference without its offset', [0, 97, 0x20], 4],
    ['a long reference without its length', [0, 97, 0xe0], 10],
    ['a long reference without its offset', [0, 97, 0xe0, 1], 11],
    ['an output no input of this length yields', [0, 97], 2 ** 40],
    ['a negative output', [0, 97], -1],
    ['an output that is not a number', [0, 97], NaN],
  ])('refuses %s', (_name, bytes, outLength) => {
    expect(expand(bytes, outLength)).toBeNull()
  })

  it('refuses a range outside the input and reads only within one', () => {
    const input = Uint8Array.from([9, 9, 1, 97, 98, 9])
    expect(lzfDecompress(input, 2, 5, 2)?.toString()).toBe('ab')
    expect(lzfDecompress(input, 2, 4, 2)).toBeNull()
    expect(lzfDecompress(input, 2, 7, 2)).toBeNull()
    expect(lzfDecompress(input, 5, 2, 2)).toBeNull()
    expect(lzfDecompress(input, -1, 2, 2)).toBeNull()
  })

  it('survives any input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(400), (bytes, outLength) => {
        const out = lzfDecompress(bytes, 0, bytes.length, outLength)
        if (out !== null) expect(out.length).toBe(outLength)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('lzfCompress', () => {
  it('gives back what it took, or nothing when it does not save four bytes', () => {
    const unit = fc.constantFrom('a', 'b', 'ab', 'abcdefgh', 'x'.repeat(40), '\x00\xff', 'the quick brown fox')
    const compressible = fc.array(unit, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''), 'latin1'))
    const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(compressible, noise), (input) => {
        const compressed = lzfCompress(input)
        if (compressed === null) return
        expect(compressed.length).toBeLessThanOrEqual(input.length - 4)
        expect(lzfDecompress(compressed, 0, compressed.length, input.length)).toEqual(input)
      }),
      { numRuns: 1000 },
    )
  })

  it('compresses what repeats, near and far', () => {
    const random = seededRandom(11)
    const noise = Buffer.from(Array.from({ length: 8192 }, () => random.int(256)))
    const cases: [Buffer, number][] = [
      [Buffer.alloc(100_000, 'a'), 1200],
      [Buffer.alloc(20, 'a'), 8],
      [Buffer.concat([noise, noise]), 8192 + 600],
      [Buffer.from(JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id, name: 'user' + id })))), 6000],
    ]
    for (const [input, most] of cases) {
      const compressed = lzfCompress(input)!
      expect(compressed.length).toBeLessThan(most)
      expect(lzfDecompress(compressed, 0, compressed.length, input.length)!.equals(input)).toBe(true)
    }
  })

  it('leaves the short and the random alone', () => {
    expect(lzfCompress(Buffer.alloc(0))).toBeNull()
    expect(lzfCompress(Buffer.from('aaaa'))).toBeNull()
    const random = seededRandom(12)
    expect(lzfCompress(Buffer.from(Array.from({ length: 5000 }, () => random.int(256))))).toBeNull()
  })
})
