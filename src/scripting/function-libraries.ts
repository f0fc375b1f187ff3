/** Function libraries: loaded from source, called by name, saved and replicated as source. */
import { E } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { splitArguments } from '../util/parse-quoted.ts'
import {
  asLuaError,
  type Chunk,
  compile,
  type LuaFunction,
  type LuaState,
  LuaSyntaxError,
  LuaTable,
  type LuaValue,
  NOTHING,
} from './lua/index.ts'
import { tableOf } from './lua-reply.ts'
import { logFields, redisFields } from './redis-library.ts'
import { createSandbox, fieldsTable, PlacedError, protect, refuseUnknown } from './sandbox.ts'
import { scriptFlag } from './script-flags.ts'
import type { ScriptRunner } from './script-run.ts'

export interface LibraryFunction {
  readonly name: string
  readonly description: string | null
  /** Bits of ScriptFlag. */
  readonly flags: number
  readonly fn: LuaFunction
}

export interface Library {
  readonly name: string
  /** The source, first line included. */
  readonly source: string
  readonly functions: ReadonlyMap<string, LibraryFunction>
  /** Keeps the places in the source for messages. */
  readonly chunk: Chunk
}

/** How long the body of a library may run when a client loads it, in microseconds. */
const LOAD_LIMIT_US = 500_000

class LoadTimeout {}

/** A set of libraries whose functions have distinct names. */
export class LibrarySet {
  readonly libraries = new Map<string, Library>()
  /** By name in lower case: case does not count. */
  private readonly functions = new Map<string, LibraryFunction>()

  get functionCount(): number {
    return this.functions.size
  }

  find(name: string): LibraryFunction | undefined {
    return this.functions.get(name.toLowerCase())
  }

  link(library: Library): void {
    this.libraries.set(library.name, library)
    for (const [name, fn] of library.functions) this.functions.set(name.toLowerCase(), fn)
  }

  unlink(library: Library): void {
    this.libraries.delete(library.name)
    for (const name of library.functions.keys()) this.functions.delete(name.toLowerCase())
  }

  /** Adds a library, in place of the one of its name. Throws a ReplyError when a function is another library's. */
  add(library: Library): void {
    const old = this.libraries.get(library.name)
    if (old !== undefined) this.unlink(old)
    for (const name of library.functions.keys()) {
      if (this.find(name) === undefined) continue
      if (old !== undefined) this.link(old)
      throw E.functionExists(name)
    }
    this.link(library)
  }
}

interface Loading {
  readonly functions: Map<string, LibraryFunction>
  readonly limitUs: number
  readonly startedUs: number
}

export class FunctionLibraries {
  set = new LibrarySet()
  private readonly server: Server
  private readonly runner: ScriptRunner
  private lua: { state: LuaState; environment: LuaTable; loadApi: LuaTable; metatable: LuaTable } | null = null
  private loading: Loading | null = null

  constructor(server: Server, runner: ScriptRunner) {
    this.server = server
    this.runner = runner
  }

  /** The sources of all libraries, as dumps hold them. */
  get sources(): readonly string[] {
    return [...this.set.libraries.values()].map(({ source }) => source)
  }

  /** FUNCTION LOAD: the library's name. A client that must be obeyed may take any time. Throws a ReplyError. */
  load(source: string, replace: boolean, obeyed: boolean): string {
    const library = this.compile(source, this.set, replace, obeyed ? Number.POSITIVE_INFINITY : LOAD_LIMIT_US)
    this.set.add(library)
    return library.name
  }

  /** FUNCTION RESTORE, of libraries all of which must load. Throws a ReplyError, having changed nothing. */
  restore(sources: readonly string[], policy: 'flush' | 'append' | 'replace'): void {
    const incoming = new LibrarySet()
    for (const source of sources) incoming.add(this.compile(source, incoming, false, Number.POSITIVE_INFINITY))
    if (policy === 'flush') {
      this.set = incoming
      return
    }
    const merged = new LibrarySet()
    for (const library of this.set.libraries.values()) {
      if (!incoming.libraries.has(library.name)) merged.link(library)
      else if (policy === 'append') throw E.functionLibraryRestored(library.name)
    }
    for (const library of incoming.libraries.values()) {
      for (const name of library.functions.keys()) if (merged.find(name) !== undefined) throw E.functionExists(name)
    }
    for (const library of incoming.libraries.values()) merged.link(library)
    this.set = merged
  }

  flush(): void {
    this.set = new LibrarySet()
    // Nothing refers to the old world any more, unless a function of it runs.
    if (this.runner.current === null) this.lua = null
  }

  /** FCALL and FCALL_RO. `argv` is the whole request, whose numkeys was checked. */
  call(session: Session, found: LibraryFunction, argv: readonly string[], keyCount: number, readOnly: boolean): void {
    this.runner.run(session, {
      state: this.world().state,
      fn: found.fn,
      args: [LuaTable.fromList(argv.slice(3, 3 + keyCount)), LuaTable.fromList(argv.slice(3 + keyCount))],
      name: found.name,
      source: '@user_function',
      isEval: false,
      argv,
      flags: found.flags,
      readOnly,
    })
  }

  private world() {
    if (this.lua !== null) return this.lua
    const { server, runner } = this
    const state = createSandbox({
      deprecatedApi: server.config.luaEnableDeprecatedApi,
      redis: redisFields(server, runner),
      preemption: () => this.preemption(),
    })
    const loadApi = new LuaTable()
    const redis = fieldsTable(state, {
      ...logFields(server),
      register_function: (...args: LuaValue[]) => this.register(args),
    })
    refuseUnknown(redis)
    loadApi.put('redis', redis)
    refuseUnknown(loadApi)
    protect(loadApi)
    // Functions see the globals through a table of their own, which is empty, so that they see less while they load.
    const metatable = new LuaTable(undefined, ['__index'], [state.globals])
    metatable.readonly = true
    const environment = new LuaTable()
    environment.metatable = metatable
    environment.readonly = true
    this.lua = { state, environment, loadApi, metatable }
    return this.lua
  }

  private preemption(): void {
    const { loading } = this
    if (loading === null) return this.runner.preemption()
    const { clock } = this.server.store
    if (clock.monotonicUs() - loading.startedUs > loading.limitUs) throw new LoadTimeout()
  }

  private compile(source: string, set: LibrarySet, replace: boolean, limitUs: number): Library {
    const { name, code } = readHead(source)
    if (!/^\w+$/.test(name)) throw E.functionLibraryName
    if (set.libraries.has(name) && !replace) throw E.functionLibraryExists(name)
    const { state, environment, loadApi, metatable } = this.world()
    const functions = new Map<string, LibraryFunction>()
    metatable.put('__index', loadApi)
    let chunk: Chunk
    this.loading = { functions, limitUs, startedUs: this.server.store.clock.monotonicUs() }
    try {
      chunk = compile(code, '@user_function')
      state.call(state.load(chunk, environment), [])
    } catch (caught) {
      throw loadError(caught)
    } finally {
      this.loading = null
      metatable.put('__index', state.globals)
    }
    if (functions.size === 0) throw E.functionNoneRegistered
    return { name, source, functions, chunk }
  }

  /** redis.register_function. */
  private register(args: readonly LuaValue[]): typeof NOTHING {
    const { loading } = this
    if (loading === null) throw registering('redis.register_function can only be called on FUNCTION LOAD command')
    const made = readFunction(args)
    if (typeof made === 'string') throw registering(made)
    if (!/^\w+$/.test(made.name)) {
      throw registering(
        'Library names can only contain letters, numbers, or underscores(_) and must be at least one character long',
      )
    }
    if (loading.functions.has(made.name)) throw registering('Function already exists in the library')
    loading.functions.set(made.name, made)
    return NOTHING
  }
}

function registering(message: string): PlacedError {
  return new PlacedError(tableOf('err', `ERR ${message}`))
}

function loadError(caught: unknown): unknown {
  if (caught instanceof LoadTimeout) return E.functionRegistering('ERR FUNCTION LOAD timeout')
  if (caught instanceof LuaSyntaxError) return E.functionCompile(String(caught.value))
  const error = asLuaError(caught)
  if (error === undefined) return caught
  const { value } = error
  const err = value instanceof LuaTable ? value.get('err') : value
  const text = typeof err === 'string' || typeof err === 'number' ? String(err) : '(null)'
  return E.functionRegistering(value instanceof LuaTable ? text : `ERR ${text}`)
}

/** The name and the code of a library, whose first line becomes an empty one. */
function readHead(source: string): { name: string; code: string } {
  if (!source.startsWith('#!')) throw E.functionMetadataMissing
  const end = source.indexOf('\n')
  if (end < 0) throw E.functionMetadata
  const parts = splitArguments(source.slice(0, end))
  if (parts === null || parts.length === 0) throw E.functionMetadata
  let name: string | null = null
  for (const part of parts.slice(1)) {
    if (!/^name=/i.test(part)) throw E.functionMetadataValue(part)
    if (name !== null) throw E.functionMetadataNameTwice
    name = part.slice(5)
  }
  if (name === null) throw E.functionMetadataNameMissing
  if (!/^\w+$/.test(name)) throw E.functionLibraryName
  const engine = parts[0].slice(2)
  if (engine.toLowerCase() !== 'lua') throw E.functionEngine(engine)
  return { name, code: source.slice(end) }
}

const textOf = (value: LuaValue): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null

/** What redis.register_function was given; a string is what is wrong with it. */
function readFunction(args: readonly LuaValue[]): LibraryFunction | string {
  if (args.length < 1 || args.length > 2) return 'wrong number of arguments to redis.register_function'
  if (args.length === 1) return readNamed(args[0])
  const name = textOf(args[0])
  if (name === null) return 'first argument to redis.register_function must be a string'
  const fn = args[1]
  if (typeof fn !== 'function') return 'second argument to redis.register_function must be a function'
  return { name, description: null, flags: 0, fn }
}

function readNamed(table: LuaValue): LibraryFunction | string {
  if (!(table instanceof LuaTable)) {
    return 'calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).'
  }
  let name: string | null = null
  let description: string | null = null
  let fn: LuaFunction | null = null
  let flags = 0
  for (const [key, value] of table.entries()) {
    if (typeof key !== 'string' && typeof key !== 'number') {
      return 'named argument key given to redis.register_function is not a string'
    }
    switch (String(key).toLowerCase()) {
      case 'function_name':
        name = textOf(value)
        if (name === null) return 'function_name argument given to redis.register_function must be a string'
        break
      case 'description':
        description = textOf(value)
        if (description === null) return 'description argument given to redis.register_function must be a string'
        break
      case 'callback':
        if (typeof value !== 'function') {
          return 'callback argument given to redis.register_function must be a function'
        }
        fn = value
        break
      case 'flags': {
        if (!(value instanceof LuaTable)) {
          return 'flags argument to redis.register_function must be a table representing function flags'
        }
        for (let i = 1; value.get(i) !== undefined; i++) {
          const word = textOf(value.get(i))
          const bit = word === null ? undefined : scriptFlag(word.toLowerCase())
          if (bit === undefined) return 'unknown flag given'
          flags |= bit
        }
        break
      }
      default:
        return 'unknown argument given to redis.register_function'
    }
  }
  if (name === null) return 'redis.register_function must get a function name argument'
  if (fn === null) return 'redis.register_function must get a callback argument'
  return { name, description, flags, fn }
}
