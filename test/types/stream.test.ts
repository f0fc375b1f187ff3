import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Stream } from '../../src/types/stream.ts'
import { MAX_ID, MIN_ID, makeBigId, nextId, previousId, type StreamId } from '../../src/types/stream-id.ts'
import { ListpackWriter, readListpack } from '../../src/util/listpack.ts'

type Entry = { id: StreamId; fields: readonly string[] }

function listed(stream: Stream, start = MIN_ID, end = MAX_ID, options = { reverse: false, count: -1 }): Entry[] {
  const entries: Entry[] = []
  stream.range(start, end, options, (id, fields) => entries.push({ id, fields: [...fields] }))
  return entries
}

/** What a dump of the stream gives back. */
function reloaded(stream: Stream): Stream | null {
  const copy = new Stream()
  let sound = true
  stream.forEachNode((firstId, listpack) => {
    const bytes = typeof listpack === 'string' ? Buffer.from(listpack, 'latin1') : listpack
    expect(readListpack(bytes, 0, bytes.length)).not.toBe(null)
    sound = sound && copy.addNode(firstId, bytes)
  })
  if (!sound) return null
  copy.lastId = stream.lastId
  copy.maxDeletedId = stream.maxDeletedId
  copy.entriesAdded = stream.entriesAdded
  return copy
}

const word = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-0',
    '007',
    '127',
    '-1',
    '4095',
    '-4096',
    '32768',
    '-8388609',
    '2147483648',
    'field',
    '\xff',
  ),
  fc.constantFrom('9007199254740993', '-9223372036854775808', '9223372036854775808', '1700000000000', '-1700000000000'),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 40 }),
  fc.constantFrom(63, 64, 126, 127, 4095, 4096, 20000).map((n) => 'x'.repeat(n)),
)
const shape = fc.oneof(
  word.map((value) => ['f', value]),
  fc.tuple(word, word).map(([a, b]) => ['f', a, 'g', b]),
  fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 5 }).map((pairs) => pairs.flat()),
)
/** How far the next id is from the one before. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ms: fc.constant(0n), sequence: fc.bigInt({ min: 1n, max: 200n }) }) },
  { weight: 5, arbitrary: fc.record({ ms: fc.bigInt({ min: 1n, max: 1n << 40n }), sequence: fc.constant(0n) }) },
  fc.record({ ms: fc.constant(1n << 61n), sequence: fc.constantFrom(0n, 5n, 1n << 55n, (1n << 64n) - 1n) }),
)
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      entries: fc.array(fc.record({ step, fields: shape }), { minLength: 1, maxLength: 30 }),
    }),
  },
  fc.record({ kind: fc.constant('delete' as const), at: fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }) }),
  fc.record({
    kind: fc.constantFrom('trim-length' as const, 'trim-id' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    approximate: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('copy' as const) }),
  fc.record({ kind: fc.constant('reload' as const) }),
)

describe('streams', () => {
  it('behave as a sorted list does, in nodes of any size, and come back from dumps', () => {
    const limits = fc.constantFrom(
      { nodeMaxBytes: 4096, nodeMaxEntries: 100 },
      { nodeMaxBytes: 0, nodeMaxEntries: 1 },
      { nodeMaxBytes: 0, nodeMaxEntries: 7 },
      { nodeMaxBytes: 200, nodeMaxEntries: 0 },
      { nodeMaxBytes: 0, nodeMaxEntries: 0 },
    )
    fc.assert(
      fc.property(limits, fc.array(operation, { maxLength: 25 }), (nodeLimits, operations) => {
        let stream = new Stream()
        let model: Entry[] = []
        let ms = 1n
        let sequence = 0n
        for (const op of operations) {
          if (op.kind === 'add') {
            for (const { step, fields } of op.entries) {
              const next = { ms: ms + step.ms, sequence: step.ms > 0n ? step.sequence : sequence + step.sequence }
              if (next.ms >> 64n !== 0n || next.sequence >> 64n !== 0n) continue
              ;({ ms, sequence } = next)
              const id = makeBigId(ms, sequence)
              stream.append(id, fields, nodeLimits)
              model.push({ id, fields })
            }
          } else if (op.kind === 'delete') {
            for (const at of op.at) {
              const entry = model[at % Math.max(1, model.length)]
              if (entry === undefined) continue
              expect(stream.delete(entry.id)).toBe(true)
              expect(stream.delete(entry.id)).toBe(false)
              expect(stream.get(entry.id)).toBe(undefined)
              model.splice(model.indexOf(entry), 1)
            }
          } else if (op.kind === 'copy') stream = stream.copy()
          else if (op.kind === 'reload') {
            stream = reloaded(stream)!
            expect(stream).not.toBe(null)
          } else {
            const at = Math.floor(op.share * model.length)
            const options = { approximate: op.approximate, limit: 0 }
            const removed =
              op.kind === 'trim-length'
                ? stream.trimByLength(model.length - at, options)
                : stream.trimById(model[at]?.id ?? MAX_ID, options)
            if (op.approximate) expect(removed).toBeLessThanOrEqual(at)
            else expect(removed).toBe(at)
            model = model.slice(removed)
          }
          expect(stream.length).toBe(model.length)
          expect(stream.firstId).toBe(model[0]?.id ?? MIN_ID)
          expect(stream.newestId).toBe(model.at(-1)?.id ?? MIN_ID)
        }
        expect(listed(stream)).toEqual(model)
        expect(listed(stream, MIN_ID, MAX_ID, { reverse: true, count: -1 })).toEqual(model.toReversed())
        for (let i = 0; i < model.length; i += 13) {
          const { id, fields } = model[i]
          expect(stream.get(id)).toEqual(fields)
          const end = model[Math.min(i + 20, model.length - 1)].id
          expect(listed(stream, id, end)).toEqual(model.slice(i, i + 21))
          expect(listed(stream, nextId(id)!, end)).toEqual(model.slice(i + 1, i + 21))
          expect(listed(stream, id, MAX_ID, { reverse: false, count: 9 })).toEqual(model.slice(i, i + 9))
          const before = model.slice(0, i).reverse()
          expect(listed(stream, MIN_ID, previousId(id)!, { reverse: true, count: 9 })).toEqual(before.slice(0, 9))
          expect(listed(stream, id, end, { reverse: true, count: -1 })).toEqual(model.slice(i, i + 21).reverse())
        }
        const back = reloaded(stream)!
        expect(listed(back)).toEqual(model)
        expect(back.nodeCount).toBe(stream.nodeCount)
      }),
      { numRuns: 150 },
    )
  })

  it('rows are handed to dumps as they are kept, and kept as dumps have them', () => {
    const stream = new Stream()
    const limits = { nodeMaxBytes: 4096, nodeMaxEntries: 100 }
    for (let i = 1; i <= 250; i++) stream.append(makeBigId(BigInt(i), 0n), ['field', `value:${i}`], limits)
    const rows: (string | Buffer)[] = []
    stream.forEachNode((_, row) => rows.push(row))
    expect(rows.map((row) => typeof row)).toEqual(['string', 'string', 'object'])
    const back = reloaded(stream)!
    back.forEachNode((_, row) =>
      expect(row).toBe(Buffer.from(rows.shift()!.toString('latin1'), 'latin1').latin1Slice()),
    )
    expect(rows.length).toBe(0)
    // The last one gets further entries after a load, as before it.
    for (let i = 251; i <= 300; i++) back.append(makeBigId(BigInt(i), 0n), ['field', `value:${i}`], limits)
    expect(back.nodeCount).toBe(3)
  })

  it('a row takes about what its words take', () => {
    const stream = new Stream()
    const limits = { nodeMaxBytes: 4096, nodeMaxEntries: 100 }
    for (let i = 1; i <= 10_000; i++) stream.append(makeBigId(BigInt(i), 0n), ['field', `value:${i}`], limits)
    let bytes = 0
    stream.forEachNode((_, row) => {
      bytes += row.length
    })
    expect(bytes / 10_000).toBeLessThan(24)
    expect(stream.memory() / 10_000).toBeLessThan(36)
  })

  it('marked entries do not come to outnumber the others', () => {
    const stream = new Stream()
    const limits = { nodeMaxBytes: 0, nodeMaxEntries: 100 }
    for (let i = 1; i <= 200; i++) stream.append(makeBigId(BigInt(i), 0n), ['field', 'v'.repeat(20)], limits)
    const before = stream.memory()
    for (let i = 1; i < 100; i++) stream.delete(makeBigId(BigInt(i), 0n))
    const sizes: number[] = []
    stream.forEachNode((_, row) => sizes.push(row.length))
    expect(sizes[0]).toBeLessThan(100)
    expect(stream.memory()).toBeLessThan(before - 2000)
    expect(stream.firstId).toBe(makeBigId(100n, 0n))
  })

  it('refuses nodes that no stream has', () => {
    const entry = (lp: ListpackWriter, flags: number, ms: number, sequence: number) => {
      for (const n of [flags, ms, sequence]) lp.appendInteger(n)
      lp.append('v')
      lp.appendInteger(4)
    }
    const node = (living: number, deleted: number, entries: [number, number, number][]) => {
      const lp = new ListpackWriter()
      for (const n of [living, deleted, 1]) lp.appendInteger(n)
      lp.append('f')
      lp.appendInteger(0)
      for (const [flags, ms, sequence] of entries) entry(lp, flags, ms, sequence)
      return lp.finish()
    }
    const first = makeBigId(100n, 5n)
    const accepts = (bytes: Buffer) => new Stream().addNode(first, bytes)
    expect(
      accepts(
        node(2, 1, [
          [2, 0, 0],
          [3, 0, 1],
          [2, 1, -5],
        ]),
      ),
    ).toBe(true)
    expect(accepts(node(0, 1, [[3, 0, 0]]))).toBe(true)
    expect(
      accepts(
        node(2, 0, [
          [2, 0, 0],
          [3, 0, 1],
        ]),
      ),
    ).toBe(false)
    expect(
      accepts(
        node(2, 0, [
          [2, 0, 1],
          [2, 0, 1],
        ]),
      ),
    ).toBe(false)
    expect(
      accepts(
        node(2, 0, [
          [2, 1, 0],
          [2, 0, 9],
        ]),
      ),
    ).toBe(false)
    expect(accepts(node(1, 0, [[2, 0, -1]]))).toBe(false)
    expect(accepts(node(1, 0, [[2, -1, 0]]))).toBe(false)
    expect(accepts(node(1, 0, [[4, 0, 0]]))).toBe(false)
    expect(accepts(node(1, 0, [[0, 0, 0]]))).toBe(false)
    const stream = new Stream()
    expect(
      stream.addNode(
        first,
        node(2, 0, [
          [2, 0, 0],
          [2, 7, 0],
        ]),
      ),
    ).toBe(true)
    expect(stream.addNode(makeBigId(107n, 5n), node(1, 0, [[2, 0, 0]]))).toBe(false)
    expect(stream.addNode(makeBigId(107n, 6n), node(1, 0, [[2, 0, 0]]))).toBe(true)
  })
})
