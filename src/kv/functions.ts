/** The operations as a table that a script host can register: names, parameters, and calls by name. */
import { kvErrors } from './errors.ts'
import type { Operations } from './operations.ts'

export interface KvParameter {
  readonly name: string
  readonly type: string
  readonly required: boolean
  /** What an optional parameter is when it is left out; null for required ones. */
  readonly default: null
}

export interface KvFunction {
  readonly description: string
  readonly params: readonly KvParameter[]
  readonly returnType: string
  /** Rejects with a KvError for a missing or unknown argument, and otherwise as the operation does. */
  call(argumentsByName?: Readonly<Record<string, unknown>>): Promise<unknown>
}

type Run = (operations: Operations, ...values: any[]) => Promise<unknown>
type Declaration = readonly [
  name: string,
  description: string,
  params: Record<string, string>,
  returnType: string,
  run: Run,
]

const MOUNT = { mount: 'string' }
const KEY = { ...MOUNT, key: 'string' }

const DECLARATIONS: readonly Declaration[] = [
  [
    'get',
    'The value of a key; of a missing one the default of the schema, or an empty string in an open mount.',
    KEY,
    'any',
    (kv, mount, key) => kv.get(mount, key),
  ],
  [
    'get_or',
    'The value of a key, or the fallback when the key is missing, whatever the default of the schema.',
    { ...KEY, fallback: 'any' },
    'any',
    (kv, mount, key, fallback) => kv.getOr(mount, key, fallback),
  ],
  [
    'set',
    'Stores a value, and renews its time to live.',
    { ...KEY, value: 'any' },
    'null',
    (kv, mount, key, value) => kv.set(mount, key, value),
  ],
  [
    'merge',
    'Puts the members of an object into the one that is stored, in one step; members of the same name are replaced.',
    { ...KEY, value: 'object' },
    'null',
    (kv, mount, key, value) => kv.merge(mount, key, value),
  ],
  ['delete', 'Deletes a key; whether it was stored.', KEY, 'boolean', (kv, mount, key) => kv.delete(mount, key)],
  ['keys', 'The stored keys, sorted.', MOUNT, 'array', (kv, mount) => kv.keys(mount)],
  ['has', 'Whether a key is stored; defaults do not count.', KEY, 'boolean', (kv, mount, key) => kv.has(mount, key)],
  ['clear', 'Deletes every key, so that defaults apply again.', MOUNT, 'null', (kv, mount) => kv.clear(mount)],
  ['getAll', 'All values by key, with the defaults of a schema.', MOUNT, 'object', (kv, mount) => kv.getAll(mount)],
  ['schema', 'Key, type and description of what a mount declares.', MOUNT, 'array', (kv, mount) => kv.schema(mount)],
  ['mounts', 'Name, mode, kind of schema, limits, prefix and ttl of each mount.', {}, 'array', (kv) => kv.mounts()],
]

/** `before` runs first, and may throw. */
export function describeFunctions(operations: Operations, before: () => void): Readonly<Record<string, KvFunction>> {
  const described = DECLARATIONS.map(([name, description, types, returnType, run]) => {
    const params = Object.entries(types).map(([param, type]) => ({ name: param, type, required: true, default: null }))
    const call = async (given: Readonly<Record<string, unknown>> = {}) => {
      before()
      for (const argument of Object.keys(given)) {
        if (!Object.hasOwn(types, argument)) throw kvErrors.argument(`${name} has no parameter "${argument}"`)
      }
      const values = params.map((param) => {
        if (!Object.hasOwn(given, param.name)) throw kvErrors.argument(`${name} needs the argument "${param.name}"`)
        return given[param.name]
      })
      const result = await run(operations, ...values)
      // Scripts know null, not undefined.
      return result ?? null
    }
    const described: KvFunction = { description, params, returnType, call }
    return [name, described] as const
  })
  return Object.fromEntries(described)
}
