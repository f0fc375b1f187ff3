/** The published parser: what it makes of sound, cut, spoilt and hostile dumps. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRdb, parseRdbFile, type RdbEntry, RdbFormatError, RdbParser } from '../../src/rdb/parser.ts'
import {
  blob,
  bytes,
  DumpBuilder,
  int64,
  length,
  listpack,
  lzfRun,
  rawId,
  streamNode,
  string,
  ziplist,
} from './dump-builder.ts'
import { FIXTURES, fixtureBytes, fixtureNames, fixtureNote } from './fixture.ts'

/** Everything a dump tells, in order, as text. */
function eventsOf(chunks: readonly Buffer[], options?: { checksum?: boolean }): string[] {
  const events: string[] = []
  const parser = new RdbParser(
    {
      header: (version) => events.push(`version ${version}`),
      aux: (key, value) => events.push(`aux ${key}=${value}`),
      sizes: (...sizes) => events.push(`sizes ${sizes}`),
      functionLibrary: (code) => events.push(`function ${code}`),
      moduleAux: (module) => events.push(`module ${module}`),
      entry: (entry) => events.push(describeEntry(entry)),
    },
    options,
  )
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk)
    parser.push(copy)
    // A chunk may be reused: nothing of it may be left in what comes out.
    copy.fill(0xaa)
  }
  parser.end()
  return events
}

function describeEntry(entry: RdbEntry): string {
  return JSON.stringify(entry, (_, value) => (value === Number.POSITIVE_INFINITY ? 'inf' : value))
}

/** The error with which reading ends; fails when it is of another kind. Null: the dump was sound. */
function errorOf(read: () => void): RdbFormatError | null {
  try {
    read()
    return null
  } catch (error) {
    if (!(error instanceof RdbFormatError)) throw error
    return error
  }
}

/** One of everything, small. */
const small = new DumpBuilder(10)
  .aux('redis-ver', '7.0.15')
  .raw(245, string('#!lua name=x\n'))
  .raw(247, length(1n << 40n), length(2), length(1), 5, string('aux'), 0)
  .select(1)
  .sizes(9, 1)
  .entry(0, 'text', lzfRun('t', 100))
  .expireMs(4_102_444_800_000)
  .idle(7)
  .entry(1, 'list', length(2), string('a'), string('b'))
  .frequency(9)
  .entry(18, 'quicklist', length(2), length(1), string('plain'), length(2), blob(listpack(['a', 1, -5000])))
  .entry(14, 'old quicklist', length(1), blob(ziplist(['a', 1])))
  .entry(5, 'zset', length(1), string('m'), Buffer.alloc(8))
  .entry(17, 'zset packed', blob(listpack(['m', '1.5'])))
  .entry(16, 'hash', blob(listpack(['f', 'v'])))
  .entry(22, 'hash with deadlines', length(1), length(1234), string('f'), string('v'))
  .entry(19, 'stream', length(1), string(rawId(5, 0).latin1Slice()))
  .raw(blob(streamNode(['f'], [{ ms: 0, sequence: 0, words: ['v'], same: true }])), length(1), length(5), length(0))
  .raw(length(5), length(0), length(0), length(0), length(1), length(1), string('g'), length(5), length(0), length(1))
  .raw(length(1), rawId(5, 0), int64(1), length(1), length(1), string('c'), int64(1), length(1), rawId(5, 0))
  .end()
const smallEvents = eventsOf([small])

const soundNames = fixtureNames().filter((name) => !/^refused-(?!module)/.test(name))

function cut(file: Buffer, points: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let from = 0
  for (const point of [...points].sort((a, b) => a - b)) {
    chunks.push(file.subarray(from, point))
    from = point
  }
  chunks.push(file.subarray(from))
  return chunks
}

describe('chunks', () => {
  it('every split into two gives the same', () => {
    for (let at = 0; at <= small.length; at++) expect(eventsOf(cut(small, [at]))).toEqual(smallEvents)
  })

  it('one byte at a time gives the same', () => {
    expect(eventsOf([...small].map((byte) => Buffer.of(byte)))).toEqual(smallEvents)
  })

  it('any split into many gives the same', () => {
    const splits = fc.array(fc.integer({ min: 0, max: small.length }), { maxLength: 12 })
    fc.assert(
      fc.property(splits, (points) => {
        expect(eventsOf(cut(small, points))).toEqual(smallEvents)
      }),
    )
  })

  it.each(soundNames)('fixture %s: small chunks and large give the same', (name) => {
    const file = fixtureBytes(name)
    const whole = eventsOf([file])
    for (const size of [7, 100, 4096]) {
      const points = Array.from({ length: Math.ceil(file.length / size) - 1 }, (_, i) => (i + 1) * size)
      expect(eventsOf(cut(file, points))).toEqual(whole)
    }
  })

  it('what lies behind the dump is given back, whatever the chunks', () => {
    const tail = Buffer.from('*1\r\n$4\r\nPING\r\n'.repeat(10))
    const file = bytes(small, tail)
    const splits = fc.array(fc.integer({ min: 0, max: file.length }), { maxLength: 12 })
    const check = (points: readonly number[]) => {
      const parser = new RdbParser({ entry() {} })
      for (const chunk of cut(file, points)) parser.push(chunk)
      expect(parser.finished).toBe(true)
      expect(parser.offset).toBe(small.length)
      expect(parser.rest.equals(tail)).toBe(true)
      parser.end()
    }
    fc.assert(fc.property(splits, check))
    check([...file.keys()])
  })
})

describe('what entries say', () => {
  it('deadlines, idle times, counters, databases', async () => {
    const entries: RdbEntry[] = []
    for await (const entry of parseRdbFile(`${FIXTURES}/access.rdb`)) entries.push(entry)
    const deadline = 4_102_444_800_000
    expect(entries.map((e) => [e.db, e.key, e.expireAtMs, e.idleSeconds, e.frequency])).toEqual([
      [0, 'idle', null, 1000, null],
      [0, 'frequent', null, null, 200],
      [0, 'idle with a deadline', deadline, 100_000, null],
      [0, 'frequent with a deadline', deadline, null, 1],
    ])
  })

  it('the fixtures have the keys their notes name', async () => {
    for (const name of fixtureNames().filter((name) => fixtureNote(name).refused === null)) {
      const found: string[] = []
      for await (const { db, key, value, expireAtMs } of parseRdb([fixtureBytes(name)])) {
        const expired = expireAtMs !== null && expireAtMs >= 0 && expireAtMs < 1_700_000_000_000
        const items = 'values' in value ? value.values : 'members' in value ? value.members : [0]
        if (!expired && items.length > 0) found.push(`${db} ${key}`)
      }
      const { values } = fixtureNote(name)
      const noted = Object.entries(values).flatMap(([db, keys]) => Object.keys(keys).map((key) => `${db} ${key}`))
      expect(found.sort()).toEqual(noted.sort())
    }
  })

  it("deadlines of a hash's fields, in all four forms", async () => {
    const deadline = 1_700_000_000_500
    const pairs = (ttl: (ms: number) => Buffer) =>
      bytes(length(2), ttl(deadline), string('a'), string('1'), ttl(0), string('b'), string('2'))
    const packed = blob(listpack(['a', '1', deadline, 'b', '2', 0]))
    const file = new DumpBuilder(12)
      .entry(
        22,
        'absolute',
        pairs((ms) => length(ms)),
      )
      .entry(
        24,
        'relative',
        int64(deadline - 500),
        pairs((ms) => length(ms === 0 ? 0 : 501)),
      )
      .entry(23, 'packed', packed)
      .entry(25, 'packed with least', int64(deadline), packed)
      .end()
    const hashes = []
    for await (const { value } of parseRdb([file])) hashes.push(value)
    for (const hash of hashes) {
      expect(hash).toMatchObject({ type: 'hash', fields: ['a', 'b'], values: ['1', '2'], expiries: [deadline, 0] })
    }
    expect(hashes.map((hash) => hash.encoding)).toEqual(['metadata', 'metadata', 'listpackex', 'listpackex'])
  })

  it('streams come with nodes, groups, consumers and pending entries', async () => {
    for await (const { key, value } of parseRdb([small])) {
      if (key !== 'stream' || value.type !== 'stream') continue
      const id = rawId(5, 0).latin1Slice()
      expect(value.stream).toMatchObject({ length: 1, lastId: id, entriesAdded: 1 })
      expect(value.stream.groups).toEqual([
        {
          name: 'g',
          lastDeliveredId: id,
          entriesRead: 1,
          pending: [{ id, deliveryTime: 1, deliveryCount: 1 }],
          consumers: [{ name: 'c', seenTime: 1, activeTime: 1, pending: [id] }],
        },
      ])
      return
    }
    throw new Error('no stream')
  })

  it('entries in front of what is wrong are yielded, even of the same chunk', async () => {
    const keys: string[] = []
    const read = async () => {
      for await (const { key } of parseRdb([small.subarray(0, -20)])) keys.push(key)
    }
    await expect(read()).rejects.toThrow(RdbFormatError)
    expect(keys.length).toBeGreaterThan(5)
  })
})

describe('cut and spoilt dumps', () => {
  it('a file cut at any byte is refused, saying where', () => {
    for (let end = 0; end < small.length; end++) {
      const error = errorOf(() => eventsOf([small.subarray(0, end)]))
      expect(error, `cut at ${end}`).not.toBeNull()
      expect(error!.message).toMatch(/truncated|the file ends|not a Redis dump/)
      expect(error!.message).toContain(`(at byte ${error!.offset})`)
      expect(error!.offset).toBeLessThanOrEqual(end)
    }
  })

  it.each(soundNames)('fixture %s: cut anywhere, it is refused', (name) => {
    const file = fixtureBytes(name)
    const step = Math.max(1, Math.floor(file.length / 60))
    for (let end = 0; end < file.length; end += step) {
      expect(
        errorOf(() => eventsOf([file.subarray(0, end)])),
        `cut at ${end}`,
      ).not.toBeNull()
    }
  })

  it('one wrong byte is always noticed by the checksum', () => {
    for (let at = 0; at < small.length; at++) {
      const spoilt = Buffer.from(small)
      spoilt[at] ^= 0x41
      // A checksum of zero stands for none; one byte cannot make it so.
      expect(
        errorOf(() => eventsOf([spoilt])),
        `byte ${at}`,
      ).not.toBeNull()
    }
  })

  it('without the checksum, wrong bytes anywhere give a documented error or other entries', () => {
    for (let at = 0; at < small.length - 8; at++) {
      for (let byte = at % 3; byte < 256; byte += 3) {
        const spoilt = Buffer.from(small)
        spoilt[at] = byte
        errorOf(() => eventsOf([spoilt], { checksum: false }))
      }
    }
  })

  it.each(soundNames)('fixture %s: wrong bytes anywhere give documented errors only', (name) => {
    const file = fixtureBytes(name)
    const change = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(file.length), (changes, split) => {
        const spoilt = Buffer.from(file)
        for (const [at, byte] of changes) spoilt[at] = byte
        errorOf(() => eventsOf(cut(spoilt, [split]), { checksum: false }))
      }),
      { numRuns: Math.max(20, Math.min(300, Math.floor(300_000 / file.length))), seed: 4711 },
    )
  })

  it('bytes out of nowhere give documented errors only', () => {
    const body = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(fc.constantFrom(1, 6, 9, 12), body, (version, noise) => {
        const file = bytes(`REDIS${String(version).padStart(4, '0')}`, Buffer.from(noise))
        errorOf(() => eventsOf([file]))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('lies about lengths', () => {
  const lies: Record<string, Buffer> = {
    'a string of 2^63 bytes': bytes(0, string('k'), length(2n ** 63n)),
    'a string of 4 GB': bytes(0, string('k'), length(2 ** 32 - 1)),
    'a string of 600 MB': bytes(0, string('k'), length(600_000_000)),
    'a key of 2^40 bytes': bytes(0, length(2 ** 40)),
    'an LZF string of 1 GB': bytes(0, string('k'), 0xc3, length(4), length(1e9), 0, 'x', 0x20, 0),
    'an LZF string of 500 MB': bytes(0, string('k'), 0xc3, length(4), length(5e8), 0, 'x', 0x20, 0),
    'LZF of 2^50 bytes': bytes(0, string('k'), 0xc3, length(2 ** 50), length(2 ** 50)),
    'a packed list of 2^40 bytes': bytes(16, string('k'), length(2 ** 40)),
    'a list of 2^62 elements': bytes(1, string('k'), length(2n ** 62n)),
    'a hash of 2^33 fields': bytes(4, string('k'), length(2 ** 33)),
    'a stream of 2^60 nodes': bytes(19, string('k'), length(2n ** 60n)),
    'database 2^40': bytes(254, length(2 ** 40)),
  }

  it.each(Object.keys(lies))('%s is refused at once', (name) => {
    const parser = new RdbParser({ entry() {} })
    const before = process.memoryUsage().arrayBuffers
    const error = errorOf(() => parser.push(bytes('REDIS0010', lies[name])))
    expect(error, 'refused without waiting for more').not.toBeNull()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20)
  })

  it('a huge count takes memory only for what comes', () => {
    const parser = new RdbParser({ entry() {} })
    parser.push(bytes('REDIS0010', 1, string('k'), length(2 ** 31)))
    parser.push(bytes(string('a'), string('b')))
    const error = errorOf(() => parser.end())
    expect(error?.message).toMatch(/file ends|truncated/)
  })
})

describe('long dumps', () => {
  /** A dump as it is made, chunk by chunk. */
  function* endless(chunks: number): Generator<Buffer> {
    const value = string('v'.repeat(1000))
    const entries = Array.from({ length: 60 }, (_, i) => bytes(0, string(`key ${i}`), value))
    const chunk = Buffer.concat(entries)
    yield new DumpBuilder(4).raw().end().subarray(0, 9)
    for (let i = 0; i < chunks; i++) yield chunk
    yield Buffer.of(255)
  }

  it('memory does not grow with the length of the dump', async () => {
    let entries = 0
    let most = 0
    const before = process.memoryUsage()
    for await (const entry of parseRdb(endless(5000))) {
      entries++
      if (entry.key === 'key 0' && entries % 6000 === 1) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before.arrayBuffers)
      }
    }
    expect(entries).toBe(300_000)
    // 300 MB went through; buffers not collected yet may still count.
    expect(most).toBeLessThan(100 << 20)
  })

  it('one large entry in many small chunks is not read again for each', () => {
    const count = 100_000
    const file = new DumpBuilder(9)
      .entry(1, 'list', length(count), Buffer.concat(Array.from({ length: count }, (_, i) => string(`element ${i}`))))
      .end()
    let chunks = 0
    let elements = 0
    const parser = new RdbParser({
      entry({ value }) {
        if (value.type === 'list') elements = value.values.length
      },
    })
    // Were every chunk a new attempt, this would take minutes.
    for (let at = 0; at < file.length; at += 100, chunks++) parser.push(file.subarray(at, at + 100))
    parser.end()
    expect(chunks).toBeGreaterThan(10_000)
    expect(elements).toBe(count)
  })
})
