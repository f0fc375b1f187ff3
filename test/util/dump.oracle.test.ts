import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keySlot } from '../../src/util/crc16.ts'
import { Crc64 } from '../../src/util/crc64.ts'
import { sha1Hex } from '../../src/util/digest.ts'
import { lzfCompress, lzfDecompress } from '../../src/util/lzf.ts'
import { seededRandom } from '../../src/util/random.ts'
import { RedisOracle, redisAvailable } from './redis-oracle.ts'

/** An RDB length of up to 32 bits. */
function rdbLength(n: number): Buffer {
  if (n < 64) return Buffer.from([n])
  if (n < 16384) return Buffer.from([0x40 | (n >> 8), n & 255])
  const buffer = Buffer.alloc(5, 0x80)
  buffer.writeUInt32BE(n, 1)
  return buffer
}

function readLength(payload: Buffer, at: number): { value: number; end: number } {
  const form = payload[at] >> 6
  if (form === 0) return { value: payload[at] & 63, end: at + 1 }
  if (form === 1) return { value: ((payload[at] & 63) << 8) | payload[at + 1], end: at + 2 }
  return { value: payload.readUInt32BE(at + 1), end: at + 5 }
}

const STRING_TYPE = 0
const LZF_STRING = 0xc3

describe.skipIf(!redisAvailable())('checksums and compression beside redis-server', () => {
  let redis: RedisOracle
  const random = seededRandom(77)
  beforeAll(async () => {
    redis = await RedisOracle.start()
  })
  afterAll(() => redis.stop())

  const values = Array.from({ length: 300 }, (_, i) => {
    const words = Array.from({ length: 1 + random.int(40) }, () => random.hex(1 + random.int(6)))
    let s = ''
    const length = i % 10 === 0 ? 60_000 : random.int(1500) + 30
    while (s.length < length) s += words[random.int(words.length)] + '\xff'
    return s
  })

  it('DUMP: its checksum is ours, and its compressed strings can be read', async () => {
    await redis.pipeline(values.map((value, i) => ['SET', 'k' + i, value]))
    const dumps = (await redis.pipeline(values.map((_, i) => ['DUMP', 'k' + i]))) as string[]
    let compressed = 0
    dumps.forEach((dump, i) => {
      const payload = Buffer.from(dump, 'latin1')
      const crc = new Crc64()
      crc.update(payload, 0, payload.length - 8)
      expect(crc.matches(payload, payload.length - 8)).toBe(true)
      if (payload[1] !== LZF_STRING) return
      compressed++
      const packed = readLength(payload, 2)
      const plain = readLength(payload, packed.end)
      const out = lzfDecompress(payload, plain.end, plain.end + packed.value, plain.value)
      expect(out?.toString('latin1')).toBe(values[i])
    })
    expect(compressed).toBeGreaterThan(200)
  })

  it('RESTORE: takes what we compress and sign', async () => {
    const version = Buffer.from(((await redis.call('DUMP', 'k0')) as string).slice(-10, -8), 'latin1')
    const payloads = values.flatMap((value, i) => {
      const packed = lzfCompress(Buffer.from(value, 'latin1'))
      if (packed === null) return []
      const head = Buffer.from([STRING_TYPE, LZF_STRING])
      const body = Buffer.concat([
        head,
        rdbLength(packed.length),
        rdbLength(value.length),
        packed,
        version,
        Buffer.alloc(8),
      ])
      const crc = new Crc64()
      crc.update(body, 0, body.length - 8)
      crc.writeTo(body, body.length - 8)
      return [{ key: 'r' + i, value, payload: body.toString('latin1') }]
    })
    expect(payloads.length).toBeGreaterThan(200)
    const replies = await redis.pipeline(
      payloads.flatMap(({ key, payload }) => [
        ['RESTORE', key, '0', payload],
        ['GET', key],
      ]),
    )
    payloads.forEach(({ value }, i) => {
      expect(replies[2 * i]).toBe('OK')
      expect(replies[2 * i + 1] === value).toBe(true)
    })
  })

  it('SCRIPT LOAD names scripts by their SHA-1', async () => {
    const scripts = Array.from({ length: 50 }, (_, i) => 'return "' + random.hex(i * 8) + '"')
    const replies = await redis.pipeline(scripts.map((script) => ['SCRIPT', 'LOAD', script]))
    expect(scripts.map(sha1Hex)).toEqual(replies)
  })

  it('CLUSTER KEYSLOT is keySlot', async () => {
    const cluster = await RedisOracle.start('--cluster-enabled', 'yes')
    try {
      const keys = Array.from({ length: 1000 }, () => {
        let key = ''
        for (let i = random.int(10); i > 0; i--) key += 'ab{}\0\xff'[random.int(6)]
        return key
      })
      expect(keys.map(keySlot)).toEqual(await cluster.pipeline(keys.map((key) => ['CLUSTER', 'KEYSLOT', key])))
    } finally {
      await cluster.stop()
    }
  })
})
