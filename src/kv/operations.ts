/** The eleven operations on mounts, with everything they check. */
import { type Change, type Dict, decode, storedKey } from './changes.ts'
import type { Entries } from './entries.ts'
import { kvErrors } from './errors.ts'
import { checkReadable, checkWritable, encode, fieldOf, type KvMode, LEDGER_PREFIX, type Mount } from './mounts.ts'
import type { Pending } from './pending.ts'
import { type Field, isDict, type Json, type KvType, typeName } from './schema.ts'

export interface KvFieldInfo {
  readonly key: string
  readonly type: KvType
  readonly description: string
}

export interface KvMountInfo {
  readonly name: string
  readonly mode: KvMode
  readonly schema: 'open' | 'declared'
  readonly maxEntries: number
  readonly maxValueSize: number
  readonly prefix: string
  /** Seconds; null for ever. */
  readonly ttl: number | null
}

export class Operations {
  private readonly mountsByName: ReadonlyMap<string, Mount>
  private readonly entries: Entries
  /** Null: writes go through at once. */
  private readonly pending: Pending | null

  constructor(mounts: ReadonlyMap<string, Mount>, entries: Entries, pending: Pending | null) {
    this.mountsByName = mounts
    this.entries = entries
    this.pending = pending
  }

  async get(name: string, key: string): Promise<Json> {
    const { mount, field } = this.readable(name, key)
    const json = await this.readOne(mount, key)
    return json === null ? initial(field) : decode(key, json)
  }

  async getOr(name: string, key: string, fallback: Json): Promise<Json> {
    const { mount } = this.readable(name, key)
    const json = await this.readOne(mount, key)
    return json === null ? fallback : decode(key, json)
  }

  async set(name: string, key: string, value: Json): Promise<void> {
    const { mount, field } = this.writable(name, key)
    await this.write({ kind: 'set', mount, key, json: encode(mount, key, value, field) })
  }

  async merge(name: string, key: string, value: Dict): Promise<void> {
    const { mount } = this.writable(name, key)
    if (!isDict(value)) throw kvErrors.wrongType(key, 'object', typeName(value))
    // What the caller does to its object later must not reach what is waiting.
    const patch = JSON.parse(encode(mount, key, value, undefined)) as Dict
    await this.write({ kind: 'merge', mount, key, patch })
  }

  async delete(name: string, key: string): Promise<boolean> {
    const { mount } = this.writable(name, key)
    return this.write({ kind: 'delete', mount, key })
  }

  async keys(name: string): Promise<string[]> {
    const mount = this.mount(name)
    checkReadable(mount)
    return this.list(mount)
  }

  async has(name: string, key: string): Promise<boolean> {
    const { mount } = this.readable(name, key)
    return (await this.readOne(mount, key)) !== null
  }

  async clear(name: string): Promise<void> {
    const mount = this.mount(name)
    checkWritable(mount)
    await (this.pending ?? this.entries).clear(mount)
  }

  async getAll(name: string): Promise<Dict> {
    const mount = this.mount(name)
    checkReadable(mount)
    const keys = await this.list(mount)
    const values = await this.read(keys.map((key) => storedKey({ mount, key })))
    const all = new Map<string, Json>()
    for (const [key, field] of mount.fields ?? []) all.set(key, initial(field))
    keys.forEach((key, i) => {
      const json = values[i]
      // It may have expired since it was listed.
      if (json !== null) all.set(key, decode(key, json))
    })
    return Object.fromEntries(all)
  }

  async schema(name: string): Promise<KvFieldInfo[]> {
    const { fields } = this.mount(name)
    return [...(fields ?? [])].map(([key, { type, description }]) => ({ key, type, description }))
  }

  async mounts(): Promise<KvMountInfo[]> {
    return [...this.mountsByName.values()].map(({ name, mode, fields, maxEntries, maxValueSize, prefix, ttlMs }) => ({
      name,
      mode,
      schema: fields === null ? 'open' : 'declared',
      maxEntries,
      maxValueSize,
      prefix,
      ttl: ttlMs === 0 ? null : ttlMs / 1000,
    }))
  }

  private mount(name: string): Mount {
    const mount = this.mountsByName.get(name)
    if (mount === undefined) throw kvErrors.mountNotFound(name, this.mountsByName.keys())
    return mount
  }

  private readable(name: string, key: string): { mount: Mount; field: Field | undefined } {
    const mount = this.mount(name)
    checkReadable(mount)
    return { mount, field: checkedField(mount, key) }
  }

  private writable(name: string, key: string): { mount: Mount; field: Field | undefined } {
    const mount = this.mount(name)
    checkWritable(mount)
    return { mount, field: checkedField(mount, key) }
  }

  private async list(mount: Mount): Promise<string[]> {
    const stored = await (this.pending ?? this.entries).list(mount)
    const keys = stored.map((key) => key.slice(mount.prefix.length))
    // What others keep under the prefix of a declared mount is none of its keys.
    return keys.filter((key) => mount.fields === null || mount.fields.has(key)).sort()
  }

  private read(keys: readonly string[]): Promise<(string | null)[]> {
    return (this.pending ?? this.entries).read(keys)
  }

  private async readOne(mount: Mount, key: string): Promise<string | null> {
    const [json] = await this.read([storedKey({ mount, key })])
    return json
  }

  private async write(change: Change): Promise<boolean> {
    if (this.pending !== null) return this.pending.add(change)
    const [existed] = await this.entries.commit([change])
    return existed
  }
}

function checkedField(mount: Mount, key: string): Field | undefined {
  if (typeof key !== 'string') throw kvErrors.argument(`key must be a string, got ${typeName(key)}`)
  if (/\p{Surrogate}/u.test(key)) throw kvErrors.argument('key must be a well-formed string')
  if (storedKey({ mount, key }).startsWith(LEDGER_PREFIX)) throw kvErrors.argument(`key "${key}" is reserved`)
  return fieldOf(mount, key)
}

/** What a missing key stands for; a copy, so that nobody can change the default itself. */
function initial(field: Field | undefined): Json {
  return field === undefined ? '' : structuredClone(field.default)
}
