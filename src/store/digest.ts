/**
 * DEBUG DIGEST: a fingerprint of the data that is equal on any two servers with equal data, Redis among them.
 *
 * Ordered things are mixed into a digest one after the other (each step hashes the digest so far); unordered things
 * are added with exclusive-or, so that their order does not matter.
 */
import { idMs, idSequence, MAX_ID, MIN_ID } from '../types/stream-id.ts'
import { typeOf, type Value } from '../types/value.ts'
import { sha1Words } from '../util/digest.ts'
import { formatDouble17 } from '../util/numbers.ts'
import type { Database } from './database.ts'
import type { Store } from './store.ts'

/** Five 32-bit words: a SHA-1 sum. */
type Digest = Int32Array

const scratch = new Int32Array(5)

function xor(digest: Digest, other: Digest): void {
  for (let i = 0; i < 5; i++) digest[i] ^= other[i]
}

/** Adds bytes regardless of order. */
function add(digest: Digest, bytes: string): void {
  sha1Words(bytes, scratch)
  xor(digest, scratch)
}

/** Adds bytes in order. */
function mix(digest: Digest, bytes: string): void {
  add(digest, bytes)
  sha1Words(bytesOf(digest), digest)
}

function bytesOf(digest: Digest): string {
  let text = ''
  for (let i = 0; i < 5; i++) text += word(digest[i])
  return text
}

function word(n: number): string {
  return String.fromCharCode((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
}

const TYPE_NUMBER = { string: 0, list: 1, set: 2, zset: 3, hash: 4, stream: 6 } as const

function mixValue(digest: Digest, value: Value, expires: boolean): void {
  mix(digest, word(TYPE_NUMBER[typeOf(value)]))
  const part = new Int32Array(5)
  const addPair = (first: string, second: string, mark = '') => {
    part.fill(0)
    mix(part, first)
    mix(part, second)
    if (mark !== '') add(part, mark)
    add(digest, bytesOf(part))
  }
  if (typeof value !== 'object' || value.kind === 'string') mix(digest, String(value))
  else if (value.kind === 'list') value.forEach((element) => mix(digest, element))
  else if (value.kind === 'set') value.forEach((member) => add(digest, member))
  else if (value.kind === 'zset') value.forEach((member, score) => addPair(member, formatDouble17(score)))
  else if (value.kind === 'hash') {
    value.forEachStored((field, text, deadline) => addPair(field, text, deadline === -1 ? '' : '!!hexpire!!'))
  } else {
    value.range(MIN_ID, MAX_ID, { reverse: false, count: -1 }, (id, fields) => {
      mix(digest, `${idMs(id)}.${idSequence(id)}`)
      for (const field of fields) mix(digest, field)
    })
  }
  if (expires) add(digest, '!!expire!!')
}

function hex(digest: Digest): string {
  let text = ''
  for (let i = 0; i < 5; i++) text += (digest[i] >>> 0).toString(16).padStart(8, '0')
  return text
}

/** The digest of everything. Keys past their deadline count until they are removed. */
export function storeDigest(store: Store): string {
  const total = new Int32Array(5)
  const digest = new Int32Array(5)
  for (const db of store.databases) {
    const { keyspace } = db
    if (keyspace.size === 0) continue
    mix(total, word(db.index))
    for (let slot = 0; slot < keyspace.size; slot++) {
      digest.fill(0)
      mix(digest, keyspace.nameAt(slot))
      mixValue(digest, keyspace.valueAt(slot), keyspace.deadlines.deadlineOf(slot) !== -1)
      add(total, bytesOf(digest))
    }
  }
  return hex(total)
}

/** The digest of the value at a key; zeros when there is none. */
export function valueDigest(db: Database, key: string): string {
  const digest = new Int32Array(5)
  const value = db.peek(key)
  if (value !== undefined) mixValue(digest, value, db.expireAt(key) >= 0)
  return hex(digest)
}
