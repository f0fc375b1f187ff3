/** BITFIELD and BITFIELD_RO: their operations, all of which are read before the first runs. */
import { E } from '../../resp/errors.ts'
import { type AnyArg, bytes, custom, int, named } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { addToField, type FieldType, fitField, type Overflow, readField, writeField } from '../../types/bitfield.ts'
import { Bytes } from '../../types/bytes.ts'
import { parseInt64Exact, parseInteger } from '../../util/numbers.ts'
import { checkLength, editable } from '../string/shared.ts'
import { MAX_BIT_OFFSET, readInteger } from './shared.ts'

export interface FieldOperation {
  readonly kind: 'get' | 'set' | 'incrby'
  readonly type: FieldType
  /** In bits. */
  readonly offset: number
  /** Of SET the value, of INCRBY the increment. */
  readonly operand: number | bigint
  readonly overflow: Overflow
}

const OVERFLOWS = new Map<string, Overflow>([
  ['WRAP', 'wrap'],
  ['SAT', 'saturate'],
  ['FAIL', 'fail'],
])
const KINDS = new Map<string, FieldOperation['kind']>([
  ['GET', 'get'],
  ['SET', 'set'],
  ['INCRBY', 'incrby'],
])

export const getField = named('GET', bytes('encoding'), int('offset'))

export const fieldOperations = (...like: AnyArg[]) =>
  custom<readonly FieldOperation[]>('operations', {
    like,
    min: 0,
    read: (argv, from) => ({ value: readOperations(argv, from), next: argv.length }),
  })

function readOperations(argv: readonly string[], from: number): FieldOperation[] {
  const operations: FieldOperation[] = []
  let overflow: Overflow = 'wrap'
  for (let i = from; i < argv.length; ) {
    const word = argv[i].toUpperCase()
    const left = argv.length - i - 1
    if (word === 'OVERFLOW' && left >= 1) {
      const named = OVERFLOWS.get(argv[i + 1].toUpperCase())
      if (named === undefined) throw E.bitfieldOverflow
      overflow = named
      i += 2
      continue
    }
    const kind = KINDS.get(word)
    const taken = kind === 'get' ? 2 : 3
    if (kind === undefined || left < taken) throw E.syntax
    const type = readType(argv[i + 1])
    const offset = readOffset(argv[i + 2], type.bits)
    const operand = kind === 'get' ? 0 : readInteger(argv[i + 3])
    operations.push({ kind, type, offset, operand, overflow })
    i += 1 + taken
  }
  return operations
}

function readType(text: string): FieldType {
  const sign = text.charAt(0)
  const nul = text.indexOf('\0')
  const bits = parseInteger(text.slice(1, nul < 0 ? text.length : nul))
  const max = sign === 'i' ? 64 : sign === 'u' ? 63 : 0
  if (bits >= 1 && bits <= max) return { signed: sign === 'i', bits }
  throw E.bitfieldType
}

/** `7` is a bit, `#7` the bit at which the eighth field of this width begins. */
function readOffset(text: string, bits: number): number {
  const counted = text.startsWith('#')
  const n = parseInt64Exact(counted ? text.slice(1) : text)
  if (n === null) throw E.bitOffset
  const offset = Number(n) * (counted ? bits : 1)
  if (offset < 0 || offset > MAX_BIT_OFFSET) throw E.bitOffset
  return offset
}

/** Runs operations that only read. */
export function readFields(c: Context, key: string, operations: readonly FieldOperation[]): void {
  const value = c.db.strings.get(key) ?? ''
  const bytes = value instanceof Bytes ? value : String(value)
  c.reply.array(operations.length)
  for (const { type, offset } of operations) c.reply.int(readField(bytes, type, offset))
}

/** Runs operations of which at least one writes. The value first grows to hold every field that is written. */
export function changeFields(c: Context, key: string, operations: readonly FieldOperation[]): void {
  const value = c.db.strings.edit(key)
  let end = 0
  for (const { kind, offset, type } of operations) if (kind !== 'get') end = Math.max(end, offset + type.bits)
  checkLength(Math.ceil(end / 8))
  const bytes = editable(value)
  if (!(value instanceof Bytes)) c.db.strings.put(key, bytes)
  const { length } = bytes
  bytes.extend(Math.ceil(end / 8))
  const grown = bytes.length !== length
  let changes = 0
  const results: (number | bigint | null)[] = []
  for (const { kind, type, offset, operand, overflow } of operations) {
    const old = readField(bytes, type, offset)
    if (kind === 'get') {
      results.push(old)
      continue
    }
    const fresh = kind === 'set' ? fitField(type, operand, overflow) : addToField(type, old, operand, overflow)
    if (fresh === null) {
      results.push(null)
      continue
    }
    if (fresh !== old) writeField(bytes, type.bits, offset, fresh)
    if (grown || fresh !== old) changes++
    results.push(kind === 'set' ? old : fresh)
  }
  // Growing alone is a change too: a replica that did not hear of it would differ.
  if (grown || changes > 0) c.db.changed(key, 'setbit', Math.max(1, changes))
  c.reply.array(results.length)
  for (const result of results) {
    if (result === null) c.reply.null()
    else c.reply.int(result)
  }
}
