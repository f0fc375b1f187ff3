import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ListpackWriter, readListpack } from '../../src/util/listpack.ts'
import { type ListpackEntry, listpack } from '../rdb/dump-builder.ts'
import { describeWithRedis, startRedis } from '../support/redis-oracle.ts'

function write(texts: readonly string[]): Buffer {
  const writer = new ListpackWriter()
  for (const text of texts) writer.append(text)
  return writer.finish()
}

const read = (bytes: Buffer) => readListpack(bytes, 0, bytes.length)

const INTEGERS = [
  ...[0n, 1n, 63n, 64n, 127n, 128n, 4095n, 4096n, 32767n, 32768n, 8388607n, 8388608n, 2147483647n, 2147483648n],
  ...[9007199254740991n, 9007199254740993n, 9223372036854775807n],
].flatMap((n) => [n, -n, -n - 1n])
const TEXTS = [
  '',
  '-',
  '-0',
  '00',
  '01',
  '+1',
  ' 1',
  '1 ',
  '1.0',
  '9223372036854775808',
  '-9223372036854775809',
  'a',
  '\0\xff',
]
const LENGTHS = [1, 19, 20, 21, 62, 63, 64, 65, 125, 126, 127, 128, 4094, 4095, 4096, 4097, 16375, 16380, 16383, 16384]

/** Long enough for each form of the backward length, those around its limits too. */
const anyText = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 100 }),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.constantFrom(...INTEGERS.map(String), ...TEXTS),
  fc.constantFrom(...LENGTHS).map((length) => 'x'.repeat(length)),
)

describe('writing', () => {
  it('gives the documented bytes', () => {
    expect(write([])).toEqual(Buffer.from([7, 0, 0, 0, 0, 0, 255]))
    expect(write(['5', 'ab', '-1'])).toEqual(
      Buffer.from([16, 0, 0, 0, 3, 0, 5, 1, 0x82, 97, 98, 3, 0xdf, 0xff, 2, 255]),
    )
  })

  it('gives each text its smallest form', () => {
    for (const n of INTEGERS) {
      if (n < -(2n ** 63n)) continue
      expect(write([String(n)]), String(n)).toEqual(listpack([n]))
    }
    for (const text of TEXTS) expect(write([text]), text).toEqual(listpack([text]))
    for (const length of LENGTHS) {
      const text = 'x'.repeat(length)
      expect(write([text, 'a', text]).equals(listpack([text, 'a', text])), `${length} bytes`).toBe(true)
    }
  })

  it('appendInteger is append of its text', () => {
    for (const n of INTEGERS) {
      const writer = new ListpackWriter()
      writer.appendInteger(n)
      if (n >= Number.MIN_SAFE_INTEGER && n <= Number.MAX_SAFE_INTEGER) writer.appendInteger(Number(n))
      const count = n >= Number.MIN_SAFE_INTEGER && n <= Number.MAX_SAFE_INTEGER ? 2 : 1
      expect(read(writer.finish())).toEqual(Array(count).fill(String(n)))
    }
    expect(() => new ListpackWriter().appendInteger(2n ** 63n)).toThrow(RangeError)
  })

  it('tells its length as it grows', () => {
    const writer = new ListpackWriter()
    for (const length of LENGTHS) {
      writer.append('x'.repeat(length))
      const before = writer.length
      if (length === LENGTHS.at(-1)) expect(writer.finish().length).toBe(before)
    }
  })

  it('does not count beyond 65534', () => {
    for (const count of [65534, 65535, 65536, 70000]) {
      const texts = Array.from({ length: count }, (_, i) => String(i % 100))
      const bytes = write(texts)
      expect(bytes.readUInt16LE(4)).toBe(Math.min(count, 65535))
      expect(read(bytes)).toEqual(texts)
    }
  })
})

describe('reading', () => {
  it('gives what was written', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 40 }), (texts) => {
        expect(read(write(texts))).toEqual(texts)
      }),
    )
  })

  it('reads from the midst of a buffer', () => {
    const bytes = write(['a', '12345', 'b'])
    const around = Buffer.concat([Buffer.alloc(13, 1), bytes, Buffer.alloc(5, 2)])
    expect(readListpack(around, 13, 13 + bytes.length)).toEqual(['a', '12345', 'b'])
    expect(readListpack(around, 12, 13 + bytes.length)).toBeNull()
    expect(readListpack(around, 13, 14 + bytes.length)).toBeNull()
  })

  it('reads integers in wider forms than they need', () => {
    const forms = ([7, 13, 16, 24, 32, 64] as const).map((bits): ListpackEntry => ({ int: 100, bits }))
    expect(read(listpack(forms))).toEqual(Array(6).fill('100'))
    const negative = ([13, 16, 24, 32, 64] as const).map((bits): ListpackEntry => ({ int: -100, bits }))
    expect(read(listpack(negative))).toEqual(Array(5).fill('-100'))
  })

  it('does not need the count', () => {
    const bytes = write(['a', 'b'])
    bytes.writeUInt16LE(0xffff, 4)
    expect(read(bytes)).toEqual(['a', 'b'])
    bytes.writeUInt16LE(3, 4)
    expect(read(bytes)).toBeNull()
    bytes.writeUInt16LE(0, 4)
    expect(read(bytes)).toBeNull()
  })

  it('refuses a listpack cut anywhere', () => {
    const bytes = write(['', 'a', '1', '300', '70000', '5000000000', 'x'.repeat(70), 'y'.repeat(5000)])
    for (let end = 0; end < bytes.length; end++) {
      expect(readListpack(bytes, 0, end)).toBeNull()
      const claiming = Buffer.from(bytes.subarray(0, end))
      if (end >= 7) {
        claiming.writeUInt32LE(end, 0)
        claiming[end - 1] = 255
        const entries = read(claiming)
        if (entries !== null) expect(entries.length).toBe(claiming.readUInt16LE(4))
      }
    }
  })

  it('a wrong byte gives other entries or null, never anything outside', () => {
    const bytes = write(['', 'a', '1', '300', '-70000', '5000000000', 'x'.repeat(70), 'y'.repeat(300)])
    const surroundings = Buffer.alloc(64, 'Z')
    const buffer = Buffer.concat([surroundings, bytes, surroundings])
    for (let at = 64; at < 64 + bytes.length; at++) {
      const right = buffer[at]
      for (let byte = 0; byte < 256; byte++) {
        buffer[at] = byte
        const entries = readListpack(buffer, 64, 64 + bytes.length)
        if (entries !== null && byte !== 90) expect(entries.join('')).not.toContain('Z')
      }
      buffer[at] = right
    }
  })

  it('refuses lengths that lie', () => {
    const head = (size: number) => [size & 255, size >> 8, 0, 0, 1, 0]
    // A string of 4 GB, one of 4095 bytes, one of 63, and an unknown encoding.
    for (const body of [[0xf0, 255, 255, 255, 255], [0xef, 255], [0xbf], [0xf5], [0xff], [0xf4, 1, 2]]) {
      expect(read(Buffer.from([...head(6 + body.length + 2), ...body, body.length, 255]))).toBeNull()
    }
    expect(read(Buffer.from([...head(10), 0x81, 97, 3, 255]))).toBeNull()
    expect(read(Buffer.from([...head(10), 0x81, 97, 2, 255]))).toEqual(['a'])
  })
})

describeWithRedis('listpacks of redis-server', () => {
  const HASH_LISTPACK = 16
  const fields = [...INTEGERS.filter((n) => n >= -(2n ** 63n)).map(String), ...TEXTS]
  const words = [...new Set(fields)].flatMap((field, i) => [field, fields[(i * 7) % fields.length]])
  for (const length of LENGTHS) words.push('k'.repeat(length), 'v'.repeat(length))

  /** The string after a type byte. */
  function stringIn(payload: Buffer): Buffer {
    const head = payload[1]
    const [from, length] =
      head < 64
        ? [2, head]
        : head < 128
          ? [3, ((head & 63) << 8) | payload[2]]
          : [6, head === 0x80 ? payload.readUInt32BE(2) : Number.NaN]
    return payload.subarray(from, from + length)
  }

  it('DUMP holds byte for byte what is written here, and is read here', async () => {
    const limits = { 'hash-max-listpack-value': 100_000, 'hash-max-listpack-entries': 10_000 }
    const redis = await startRedis({ config: { ...limits, rdbcompression: 'no' } })
    try {
      const client = await redis.client()
      for (let i = 0; i < words.length; i += 2) await client.command('HSET', 'all', words[i], words[i + 1])
      for (let i = 0; i < words.length; i += 2) await client.command('HSET', `one ${i}`, words[i], words[i + 1])
      const check = async (key: string, expected: readonly string[]) => {
        const payload = Buffer.from((await client.command('DUMP', key)) as string, 'latin1')
        expect(payload[0]).toBe(HASH_LISTPACK)
        const bytes = stringIn(payload)
        expect(read(bytes)).toEqual(expected)
        expect(write(expected).equals(bytes), key).toBe(true)
      }
      await check('all', words)
      for (let i = 0; i < words.length; i += 2) await check(`one ${i}`, words.slice(i, i + 2))
    } finally {
      await redis.stop()
    }
  })
})
