/** Changes to entries, before they reach the store. */
import { kvErrors } from './errors.ts'
import { checkWritable, encode, fieldOf, type Mount } from './mounts.ts'
import { isDict, type Json } from './schema.ts'

export type Dict = { [key: string]: Json }

/** What is to become of one entry. A merge is resolved against the value that is there when it is carried out. */
export type Change =
  | { readonly kind: 'set'; readonly mount: Mount; readonly key: string; readonly json: string }
  | { readonly kind: 'delete'; readonly mount: Mount; readonly key: string }
  | { readonly kind: 'merge'; readonly mount: Mount; readonly key: string; readonly patch: Dict }

/** The name of a change's entry in the store. */
export function storedKey({ mount, key }: { readonly mount: Mount; readonly key: string }): string {
  return mount.prefix + key
}

export function decode(key: string, json: string): Json {
  try {
    return JSON.parse(json) as Json
  } catch (error) {
    throw kvErrors.corrupt(key, error)
  }
}

/** The JSON after a change, null when the entry is gone. Throws what forbids a merge. */
export function resolve(change: Change, before: string | null): string | null {
  if (change.kind === 'delete') return null
  if (change.kind === 'set') return change.json
  const { mount, key, patch } = change
  checkWritable(mount)
  const field = fieldOf(mount, key)
  const initial = field === undefined || field.type === 'any' ? (field?.default ?? {}) : field.default
  const base = before === null ? initial : decode(key, before)
  if (!isDict(base)) throw kvErrors.notADict(key)
  return encode(mount, key, { ...base, ...patch }, field)
}

/** One change that does what two did, one after the other. */
export function combine(first: Change | undefined, second: Change): Change {
  if (first === undefined || second.kind !== 'merge') return second
  if (first.kind === 'merge') return { ...second, patch: { ...first.patch, ...second.patch } }
  const json = resolve(second, first.kind === 'set' ? first.json : null)
  return { kind: 'set', mount: second.mount, key: second.key, json: json! }
}
