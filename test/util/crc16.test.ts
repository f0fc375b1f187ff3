import { describe, expect, it } from 'vitest'
import { crc16, keySlot } from '../../src/util/crc16.ts'

describe('keySlot', () => {
  it('is CRC-16/XMODEM modulo 16384', () => {
    expect(crc16('123456789')).toBe(0x31c3)
    expect(crc16('')).toBe(0)
    expect(crc16('xx123456789yy', 2, 11)).toBe(0x31c3)
    expect(keySlot('foo')).toBe(12182)
    expect(keySlot('somekey')).toBe(11058)
  })

  it('hashes only a tag that is not empty', () => {
    expect(keySlot('{user1000}.following')).toBe(keySlot('user1000'))
    expect(keySlot('foo{bar}{zap}')).toBe(keySlot('bar'))
    expect(keySlot('foo{{bar}}zap')).toBe(keySlot('{bar'))
    expect(keySlot('foo{}{bar}')).toBe(crc16('foo{}{bar}') & 16383)
    expect(keySlot('foo}bar{')).toBe(crc16('foo}bar{') & 16383)
    expect(keySlot('a{b')).toBe(crc16('a{b') & 16383)
  })
})
