import { E } from '../../resp/errors.ts'
import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { integer } from '../../spec/reply-shape.ts'
import {
  cacheCardinality,
  cachedCardinality,
  cardinality,
  cardinalityOfRegisters,
  HEADER_BYTES,
  mergeInto,
  REGISTERS,
} from '../../types/hyperloglog.ts'
import { dataOf, editHyperLogLog, readHyperLogLog } from './shared.ts'

export default command({
  name: 'PFCOUNT',
  group: 'hyperloglog',
  since: '2.8.9',
  summary: 'Estimates how many distinct elements were added to HyperLogLogs, together.',
  complexity: 'O(1) with one key, O(N) with several, N being their number',
  flags: 'readonly may_replicate',
  args: [many(key('key', 'RW access', { notes: 'Counting keeps its result in the key.' }))],
  reply: integer('the estimate'),
  run(c, keys) {
    if (keys.length === 1) countOne(c, keys[0])
    else countUnion(c, keys)
  },
})

/** The estimate of one key is kept in its value: a change, so that replicas need not compute it again. */
function countOne(c: Context, key: string): void {
  const found = readHyperLogLog(c, key)
  if (found === undefined) return c.reply.int(0)
  const cached = cachedCardinality(Buffer.from(found.slice(0, HEADER_BYTES), 'latin1'))
  if (cached !== null) return c.reply.int(cached)
  const counted = cardinality(dataOf(found))
  if (counted === null) throw E.hllCorrupt
  const hll = editHyperLogLog(c, key)
  if (hll !== undefined) cacheCardinality(hll, counted)
  c.db.changed(key, '')
  c.reply.int(counted)
}

function countUnion(c: Context, keys: readonly string[]): void {
  const registers = new Uint8Array(REGISTERS)
  for (const key of keys) {
    const found = readHyperLogLog(c, key)
    if (found !== undefined && !mergeInto(registers, dataOf(found))) throw E.hllCorrupt
  }
  c.reply.int(cardinalityOfRegisters(registers))
}
