import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha1, sha1Hex, sha1Words } from '../../src/util/digest.ts'

function platform(s: string): string {
  return createHash('sha1').update(s, 'latin1').digest('hex')
}

describe('sha1', () => {
  it('knows the published values', () => {
    expect(sha1Hex('')).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709')
    expect(sha1Hex('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  })

  it('agrees with the platform at every length around its blocks and its limit', () => {
    let s = ''
    for (let length = 0; length < 300; length++) {
      expect(sha1Hex(s)).toBe(platform(s))
      s += String.fromCharCode((length * 37) & 255)
    }
  })

  it('agrees with the platform for all bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const s = Buffer.from(bytes).toString('latin1')
        expect(sha1(s).toString('hex')).toBe(platform(s))
      }),
    )
  })

  it('gives its words in the order of its bytes', () => {
    const words = new Int32Array(5)
    sha1Words('abc', words)
    expect([...words].map((word) => word >>> 0)).toEqual([0xa9993e36, 0x4706816a, 0xba3e2571, 0x7850c26c, 0x9cd0d89d])
  })
})
