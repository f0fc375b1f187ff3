import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Crc64, crc64 } from '../../src/util/crc64.ts'

/** Bit by bit, from the definition: polynomial ad93d23594c935a9, both input and output reflected. */
function naive(bytes: Uint8Array): bigint {
  let crc = 0n
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n
  }
  return crc
}

describe('Crc64', () => {
  it('has the check value of its definition', () => {
    expect(crc64(Buffer.from('123456789'))).toBe(0xe9c6d914c4b8d9can)
    expect(crc64(Buffer.alloc(0))).toBe(0n)
  })

  it('agrees with the definition, however the bytes are divided', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), fc.nat(100), (bytes, a, b) => {
        const first = Math.min(a, bytes.length)
        const second = Math.max(first, Math.min(b, bytes.length))
        const crc = new Crc64()
        crc.update(bytes, 0, first)
        crc.update(bytes, first, second)
        crc.update(bytes, second)
        expect(crc.digest()).toBe(naive(bytes))
        expect(crc64(bytes, first, second)).toBe(naive(bytes.subarray(first, second)))
      }),
    )
  })

  it('writes and recognises itself as eight little-endian bytes', () => {
    const crc = new Crc64()
    crc.update(Buffer.from('123456789'))
    const buffer = Buffer.alloc(10)
    crc.writeTo(buffer, 1)
    expect(buffer.toString('hex')).toBe('00cad9b8c414d9c6e900')
    expect(crc.matches(buffer, 1)).toBe(true)
    expect(crc.matches(buffer, 2)).toBe(false)
    expect(crc.matches(buffer, 3)).toBe(false)
    buffer[8] ^= 1
    expect(crc.matches(buffer, 1)).toBe(false)
    crc.reset()
    expect(crc.digest()).toBe(0n)
  })
})
