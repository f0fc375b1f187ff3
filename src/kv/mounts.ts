/** Mounts: named windows on parts of a store, checked once when the extension is made. */
import { kvErrors } from './errors.ts'
import { checkType, type Field, type KvSchema, parseSchema } from './schema.ts'

export type KvMode = 'read' | 'write' | 'read-write'

export interface KvMount {
  readonly mode: KvMode
  /** Comes before every key. The prefixes of two mounts must not begin one another. */
  readonly prefix: string
  /** The keys there may be, or the name of one of `schemas`. Default: any key ("open"). */
  readonly schema?: KvSchema | string | undefined
  /** Default 10000. */
  readonly maxEntries?: number | undefined
  /** Bytes of JSON of one value. Default 102400. */
  readonly maxValueSize?: number | undefined
  /** Seconds that an entry lives after it was last written. Default: for ever. */
  readonly ttl?: number | undefined
}

export interface Mount {
  readonly name: string
  readonly mode: KvMode
  readonly prefix: string
  /** Null: open. */
  readonly fields: ReadonlyMap<string, Field> | null
  readonly maxEntries: number
  readonly maxValueSize: number
  /** 0: for ever. */
  readonly ttlMs: number
}

/** Where the counts of a mount are kept, beside its entries. */
export const LEDGER_PREFIX = 'keyper:kv:ledger:'

const MODES: ReadonlySet<string> = new Set<KvMode>(['read', 'write', 'read-write'])

/** A KvError unless it is a whole number above 0. */
export function checkLimit(n: number, what: string): void {
  if (!Number.isSafeInteger(n) || n < 1) throw kvErrors.options(`${what} must be a whole number above 0, got ${n}`)
}

/** Checks all mounts. Throws a KvError for the first thing that is wrong. */
export function parseMounts(
  mounts: Readonly<Record<string, KvMount>>,
  schemas: Readonly<Record<string, KvSchema>>,
): ReadonlyMap<string, Mount> {
  const parsed = new Map<string, Mount>()
  const named = new Map(Object.entries(schemas))
  for (const [name, mount] of Object.entries(mounts ?? {})) {
    const { mode, prefix, maxEntries = 10_000, maxValueSize = 102_400, ttl } = mount
    const own = `Mount '${name}'`
    if (!MODES.has(mode)) throw kvErrors.options(`${own} has an unknown mode ${JSON.stringify(mode)}`)
    if (typeof prefix !== 'string' || /\p{Surrogate}/u.test(prefix)) {
      throw kvErrors.options(`${own} needs a prefix that is a well-formed string`)
    }
    checkLimit(maxEntries, `${own}: maxEntries`)
    checkLimit(maxValueSize, `${own}: maxValueSize`)
    if (ttl !== undefined && !(ttl >= 0.001 && ttl <= 1e12)) {
      throw kvErrors.options(`${own}: ttl must be a number of seconds above 0, got ${ttl}`)
    }
    const schema = typeof mount.schema === 'string' ? named.get(mount.schema) : mount.schema
    if (typeof mount.schema === 'string' && schema === undefined) {
      throw kvErrors.options(`${own} names an unknown schema "${mount.schema}"`)
    }
    const fields = schema === undefined ? null : parseSchema(name, schema)
    const ttlMs = ttl === undefined ? 0 : Math.round(ttl * 1000)
    parsed.set(name, { name, mode, prefix, fields, maxEntries, maxValueSize, ttlMs })
  }
  if (parsed.size === 0) throw kvErrors.options('At least one mount is needed')
  const all = [...parsed.values()]
  all.forEach((a, i) => {
    if (a.prefix.startsWith(LEDGER_PREFIX))
      throw kvErrors.options(`Mount '${a.name}' may not begin with ${LEDGER_PREFIX}`)
    for (const b of all.slice(i + 1)) {
      if (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) {
        throw kvErrors.prefixOverlap(a.name, a.prefix, b.name, b.prefix)
      }
    }
  })
  return parsed
}

export function checkReadable(mount: Mount): void {
  if (mount.mode === 'write') throw kvErrors.writeOnly(mount.name)
}

export function checkWritable(mount: Mount): void {
  if (mount.mode === 'read') throw kvErrors.readOnly(mount.name)
}

/** The field of a key: undefined in an open mount. Throws for a key that a declared mount does not have. */
export function fieldOf(mount: Mount, key: string): Field | undefined {
  if (mount.fields === null) return undefined
  const field = mount.fields.get(key)
  if (field === undefined) throw kvErrors.undeclared(key)
  return field
}

/** A value as it is stored. Throws unless it is of the key's type and within the mount's size limit. */
export function encode(mount: Mount, key: string, value: unknown, field: Field | undefined): string {
  checkType(key, value, field)
  let json: string
  try {
    json = JSON.stringify(value)
  } catch (error) {
    throw kvErrors.argument(`value for "${key}" has no JSON form: ${(error as Error).message}`)
  }
  const size = Buffer.byteLength(json)
  if (size > mount.maxValueSize) throw kvErrors.valueTooLarge(key, size, mount.maxValueSize)
  return json
}
