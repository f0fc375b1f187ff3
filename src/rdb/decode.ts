/**
 * Decodes one value of a dump, whatever its encoding, and checks it as deeply as its form allows.
 *
 * Collections without elements come out as such: some servers once wrote them, and what to do then is the reader's.
 */
import { readListpack } from '../util/listpack.ts'
import type { ConsumerEntry, GroupEntry, PendingEntry, RdbValue, StreamEntry } from './entry.ts'
import { RdbType } from './format.ts'
import { readIntset, readZiplist, readZipmap } from './packed.ts'
import type { Reader } from './reader.ts'

export function decodeValue(r: Reader, type: number): RdbValue {
  switch (type) {
    case RdbType.string:
      return { type: 'string', encoding: 'string', value: r.string() }
    case RdbType.list:
      return { type: 'list', encoding: 'list', values: strings(r) }
    case RdbType.listZiplist:
      return { type: 'list', encoding: 'ziplist', values: packed(r, 'ziplist', readZiplist) }
    case RdbType.listQuicklist:
      return { type: 'list', encoding: 'quicklist', values: quicklist(r) }
    case RdbType.listQuicklist2:
      return { type: 'list', encoding: 'quicklist2', values: quicklist2(r) }
    case RdbType.set:
      return { type: 'set', encoding: 'hashtable', members: distinct(r, strings(r)) }
    case RdbType.setIntset:
      return { type: 'set', encoding: 'intset', members: packed(r, 'intset', readIntset) }
    case RdbType.setListpack:
      return { type: 'set', encoding: 'listpack', members: distinct(r, packed(r, 'listpack', listpack)) }
    case RdbType.zset:
      return scored(r, 'skiplist', asciiDouble)
    case RdbType.zset2:
      return scored(r, 'skiplist', (reader) => reader.double())
    case RdbType.zsetZiplist:
      return packedScores(r, 'ziplist', packed(r, 'ziplist', readZiplist))
    case RdbType.zsetListpack:
      return packedScores(r, 'listpack', packed(r, 'listpack', listpack))
    case RdbType.hash:
      return fields(r, 'hashtable', strings(r, 2))
    case RdbType.hashZipmap:
      return fields(r, 'zipmap', packed(r, 'zipmap', readZipmap))
    case RdbType.hashZiplist:
      return fields(r, 'ziplist', packed(r, 'ziplist', readZiplist))
    case RdbType.hashListpack:
      return fields(r, 'listpack', packed(r, 'listpack', listpack))
    case RdbType.hashMetadata:
    case RdbType.hashMetadataPreGa:
      return expiringFields(r, type === RdbType.hashMetadata)
    case RdbType.hashListpackEx:
    case RdbType.hashListpackExPreGa:
      return expiringListpack(r, type === RdbType.hashListpackEx)
    case RdbType.streamListpacks:
      return { type: 'stream', encoding: 'listpacks', stream: stream(r, 1) }
    case RdbType.streamListpacks2:
      return { type: 'stream', encoding: 'listpacks2', stream: stream(r, 2) }
    case RdbType.streamListpacks3:
      return { type: 'stream', encoding: 'listpacks3', stream: stream(r, 3) }
    case RdbType.module2:
      return { type: 'module', encoding: 'module', module: skipModule(r) }
    case RdbType.modulePreGa:
      return r.fail('a value of a pre-release module cannot be read')
    default:
      return r.fail(`unknown value type ${type}`, r.offset)
  }
}

const listpack = (b: Buffer) => readListpack(b, 0, b.length)

function strings(r: Reader, width = 1): string[] {
  const count = r.count(width) * width
  const values: string[] = []
  for (let i = 0; i < count; i++) values.push(r.string())
  return values
}

function packed(r: Reader, name: string, read: (b: Buffer) => string[] | null): string[] {
  const from = r.offset
  const entries = read(r.blob())
  if (entries === null) r.fail(`corrupt ${name}`, from)
  return entries
}

function distinct(r: Reader, members: string[]): string[] {
  if (new Set(members).size !== members.length) r.fail('a set has a member twice')
  return members
}

function quicklist(r: Reader): string[] {
  const nodes = r.count(1)
  const values: string[] = []
  for (let i = 0; i < nodes; i++) for (const value of packed(r, 'ziplist', readZiplist)) values.push(value)
  return values
}

const PLAIN_NODE = 1
const PACKED_NODE = 2

function quicklist2(r: Reader): string[] {
  const nodes = r.count(2)
  const values: string[] = []
  for (let i = 0; i < nodes; i++) {
    const container = r.length()
    if (container === PLAIN_NODE) values.push(r.string())
    else if (container === PACKED_NODE) for (const value of packed(r, 'listpack', listpack)) values.push(value)
    else r.fail(`unknown list node container ${container}`)
  }
  return values
}

/** Scores of dumps before version 8: a length byte and digits, or a code. */
function asciiDouble(r: Reader): number {
  const length = r.byte()
  if (length === 253) return Number.NaN
  if (length === 254) return Number.POSITIVE_INFINITY
  if (length === 255) return Number.NEGATIVE_INFINITY
  const text = r.raw(length).toString('latin1')
  return text === '' ? Number.NaN : Number(text)
}

function scored(r: Reader, encoding: string, readScore: (r: Reader) => number): RdbValue {
  const count = r.count(2)
  const members: string[] = []
  const scores: number[] = []
  for (let i = 0; i < count; i++) {
    members.push(r.string())
    const score = readScore(r)
    if (score !== score) r.fail('a score is not a number')
    scores.push(score)
  }
  distinct(r, members)
  return { type: 'zset', encoding, members, scores }
}

function packedScores(r: Reader, encoding: string, entries: string[]): RdbValue {
  if (entries.length % 2 !== 0) r.fail(`a sorted set's ${encoding} has an odd number of entries`)
  const members: string[] = []
  const scores: number[] = []
  for (let i = 0; i < entries.length; i += 2) {
    members.push(entries[i])
    const score = scoreOf(entries[i + 1])
    if (score !== score) r.fail('a score is not a number')
    scores.push(score)
  }
  distinct(r, members)
  return { type: 'zset', encoding, members, scores }
}

function scoreOf(text: string): number {
  const word = text.toLowerCase()
  if (word === 'inf' || word === '+inf') return Number.POSITIVE_INFINITY
  if (word === '-inf') return Number.NEGATIVE_INFINITY
  return text.trim() === '' ? Number.NaN : Number(text)
}

function fields(r: Reader, encoding: string, words: string[]): RdbValue {
  if (words.length % 2 !== 0) r.fail(`a hash's ${encoding} has an odd number of entries`)
  const names: string[] = []
  const values: string[] = []
  for (let i = 0; i < words.length; i += 2) {
    names.push(words[i])
    values.push(words[i + 1])
  }
  if (new Set(names).size !== names.length) r.fail('a hash has a field twice')
  return { type: 'hash', encoding, fields: names, values, expiries: null }
}

/** Redis 7.4: each field with its expiry, relative to the least of them, which comes first. */
function expiringFields(r: Reader, hasMinimum: boolean): RdbValue {
  const least = hasMinimum ? r.int64() : 0
  const count = r.count(3)
  const names: string[] = []
  const values: string[] = []
  const expiries: number[] = []
  for (let i = 0; i < count; i++) {
    const ttl = r.counter()
    expiries.push(ttl === 0 ? 0 : hasMinimum ? least + ttl - 1 : ttl)
    names.push(r.string())
    values.push(r.string())
  }
  return { type: 'hash', encoding: 'metadata', ...checkedExpiring(r, names, values, expiries) }
}

/** Redis 7.4: a listpack of field, value, expiry (0 for none). */
function expiringListpack(r: Reader, hasMinimum: boolean): RdbValue {
  if (hasMinimum) r.int64()
  const words = packed(r, 'listpack', listpack)
  if (words.length % 3 !== 0) r.fail("a hash's listpack does not hold triples")
  const names: string[] = []
  const values: string[] = []
  const expiries: number[] = []
  for (let i = 0; i < words.length; i += 3) {
    names.push(words[i])
    values.push(words[i + 1])
    expiries.push(Number(words[i + 2]))
  }
  return { type: 'hash', encoding: 'listpackex', ...checkedExpiring(r, names, values, expiries) }
}

/** Redis keeps the expiry of a field in 48 bits. */
const LAST_EXPIRY = 2 ** 48 - 1

function checkedExpiring(r: Reader, fields: string[], values: string[], expiries: number[]) {
  if (expiries.some((ms) => !(ms >= 0 && ms <= LAST_EXPIRY))) r.fail("a field's expiry is not a time")
  if (new Set(fields).size !== fields.length) r.fail('a hash has a field twice')
  return { fields, values, expiries }
}

/** A stream id as two lengths, in its 16-byte form. */
function streamId(r: Reader): string {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(r.bigLength(), 0)
  bytes.writeBigUInt64BE(r.bigLength(), 8)
  return bytes.latin1Slice(0, 16)
}

function stream(r: Reader, version: 1 | 2 | 3): StreamEntry {
  const nodeCount = r.count(17)
  const nodes: { firstId: string; listpack: Buffer }[] = []
  let previous = ''
  for (let i = 0; i < nodeCount; i++) {
    const firstId = r.string()
    if (firstId.length !== 16) r.fail('a stream node has no 16-byte id')
    if (firstId <= previous) r.fail('stream nodes are out of order')
    previous = firstId
    const bytes = r.blob()
    if (bytes.length === 0) r.fail('empty stream node')
    nodes.push({ firstId, listpack: bytes })
  }
  const length = r.length()
  const lastId = streamId(r)
  let maxDeletedId = '\0'.repeat(16)
  let entriesAdded: number | null = null
  if (version >= 2) {
    // The first id is there to be read quickly; the nodes say it too.
    streamId(r)
    maxDeletedId = streamId(r)
    entriesAdded = r.counter()
  }
  if (length > 0 && nodes.length === 0) r.fail('a stream has entries but no nodes')
  const groupCount = r.count(1)
  const groups: GroupEntry[] = []
  const names = new Set<string>()
  for (let i = 0; i < groupCount; i++) {
    const entry = group(r, version)
    if (names.has(entry.name)) r.fail('a stream has a group twice')
    names.add(entry.name)
    groups.push(entry)
  }
  return { nodes, length, lastId, maxDeletedId, entriesAdded, groups }
}

function group(r: Reader, version: 1 | 2 | 3): GroupEntry {
  const name = r.string()
  const lastDeliveredId = streamId(r)
  // It is written as an unsigned number, so -1 (unknown) looks huge.
  const read = version >= 2 ? r.length() : -1
  const entriesRead = read > Number.MAX_SAFE_INTEGER ? -1 : read
  const pendingCount = r.count(25)
  const pending: PendingEntry[] = []
  const unowned = new Set<string>()
  for (let i = 0; i < pendingCount; i++) {
    const id = r.raw(16).latin1Slice(0, 16)
    const deliveryTime = r.int64()
    const deliveryCount = r.counter()
    if (unowned.has(id)) r.fail('an entry is pending twice in a group')
    unowned.add(id)
    pending.push({ id, deliveryTime, deliveryCount })
  }
  const consumerCount = r.count(1)
  const consumers: ConsumerEntry[] = []
  const names = new Set<string>()
  for (let i = 0; i < consumerCount; i++) {
    const consumer = r.string()
    if (names.has(consumer)) r.fail('a group has a consumer twice')
    names.add(consumer)
    const seenTime = r.int64()
    const activeTime = version >= 3 ? r.int64() : seenTime
    const count = r.count(16)
    const ids: string[] = []
    for (let k = 0; k < count; k++) {
      const id = r.raw(16).latin1Slice(0, 16)
      // Each pending entry has exactly one owner.
      if (!unowned.delete(id)) r.fail('a consumer owns a pending entry the group does not have, or another owns')
      ids.push(id)
    }
    consumers.push({ name: consumer, seenTime, activeTime, pending: ids })
  }
  if (unowned.size > 0) r.fail('a pending entry has no owner')
  return { name, lastDeliveredId, entriesRead, pending, consumers }
}

const NAME_CHARS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The nine-letter name in a module id. */
export function moduleName(id: bigint): string {
  let name = ''
  for (let i = 0; i < 9; i++) name += NAME_CHARS[Number((id >> BigInt(58 - i * 6)) & 63n)]
  return name
}

const MODULE_END = 0
const MODULE_INT = 1
const MODULE_UINT = 2
const MODULE_FLOAT = 3
const MODULE_DOUBLE = 4
const MODULE_STRING = 5

/** Passes over a module's value, which is tagged so that this can be done; returns the module's name. */
export function skipModule(r: Reader): string {
  const name = moduleName(r.bigLength())
  skipModuleFields(r)
  return name
}

export function skipModuleFields(r: Reader): void {
  for (;;) {
    const tag = r.length()
    if (tag === MODULE_END) return
    if (tag === MODULE_INT || tag === MODULE_UINT) r.bigLength()
    else if (tag === MODULE_FLOAT) r.raw(4)
    else if (tag === MODULE_DOUBLE) r.raw(8)
    else if (tag === MODULE_STRING) r.blob()
    else r.fail(`unknown field ${tag} in module data`)
  }
}
