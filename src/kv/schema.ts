/** What the keys of a declared mount are, and whether a value is of its type. */
import { kvErrors } from './errors.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** `any` takes every JSON value, `integer` safe integers only. */
export type KvType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'any'

export interface KvField {
  readonly type: KvType
  /** What a missing key stands for. Default: '', 0, false, [], {}, or null for `any`. */
  readonly default?: Json | undefined
  readonly description?: string | undefined
}

/** A field, or only its type. */
export type KvSchema = Readonly<Record<string, KvField | KvType>>

/** A field with everything that was left out. */
export interface Field {
  readonly type: KvType
  readonly default: Json
  readonly description: string
}

const EMPTY: Readonly<Record<KvType, Json>> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
  array: [],
  object: {},
  any: null,
}

const TYPES = new Map(Object.entries(EMPTY)) as ReadonlyMap<string, Json>

/** The name of what a value is, as the error messages say it. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

export function isDict(value: unknown): value is { [key: string]: Json } {
  return typeName(value) === 'object'
}

function isOfType(value: unknown, type: KvType): boolean {
  if (type === 'any') return true
  if (type === 'integer') return Number.isSafeInteger(value)
  return typeName(value) === type
}

/** Throws unless JSON can say the value, and then unless it is of the field's type, if there is one. */
export function checkType(key: string, value: unknown, field: Field | undefined): void {
  const got = typeName(value)
  const sayable = got === 'number' ? Number.isFinite(value) : /^(?:string|boolean|array|object|null)$/.test(got)
  if (sayable && isOfType(value, field?.type ?? 'any')) return
  throw kvErrors.wrongType(key, field?.type ?? 'any', sayable || got !== 'number' ? got : String(value))
}

/** Checks a declaration and fills it in. Throws a KvError that names the mount. */
export function parseSchema(mount: string, schema: KvSchema): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>()
  for (const [key, declared] of Object.entries(schema)) {
    const field: KvField = typeof declared === 'string' ? { type: declared } : declared
    const empty = TYPES.get(field?.type)
    if (empty === undefined) {
      throw kvErrors.options(`Mount '${mount}': key "${key}" has an unknown type ${JSON.stringify(field?.type)}`)
    }
    const { type, default: initial = empty, description = '' } = field
    const parsed: Field = { type, default: initial, description }
    // The default of `any` stands for nothing and need not be one of a type.
    checkType(key, initial, parsed)
    fields.set(key, parsed)
  }
  if (fields.size === 0) throw kvErrors.options(`Mount '${mount}' has an empty schema`)
  return fields
}
