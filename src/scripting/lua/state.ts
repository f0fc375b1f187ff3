import type { Chunk } from './chunk.ts'
import { asLuaError } from './errors.ts'
import { type BaseHost, baseLibrary } from './library-base.ts'
import { coroutineLibrary } from './library-coroutine.ts'
import { mathLibrary, Random48 } from './library-math.ts'
import { stringLibrary } from './library-string.ts'
import { tableLibrary } from './library-table.ts'
import { machine, type Preemption } from './machine.ts'
import { LuaTable } from './table.ts'
import { type LuaFunction, type LuaValue, toList } from './values.ts'

export interface LuaOptions {
  /** Called about every `interval` steps (default 100000, about a millisecond); throws to stop the script. */
  readonly preemption?: Preemption
  readonly interval?: number
  /** The longest string Lua code can make, in bytes; longer is "not enough memory". Default 512 MB. */
  readonly maxStringLength?: number
  /** Where `print` writes a line; without it there is no `print`. */
  readonly print?: (line: string) => void
  /** What `os.clock` says, in seconds. Default: the processor time of this process. */
  readonly clockSeconds?: () => number
}

/**
 * A world of Lua: its globals, the metatable of its strings, its random numbers. There is no io, require, debug,
 * dofile or loadfile, and of os only the clock.
 */
export class LuaState {
  readonly globals = new LuaTable()
  /** Shared by all strings; `__index` is the string library. */
  readonly stringMetatable = new LuaTable()
  private readonly random = new Random48()
  private readonly natives = new WeakSet<LuaFunction>()
  private readonly base: BaseHost
  private readonly options: LuaOptions

  constructor(options: LuaOptions = {}) {
    this.options = options
    const { globals } = this
    this.base = { environment: globals, print: options.print }
    this.addFunctions(globals, baseLibrary(this.base))
    globals.put('_G', globals)
    globals.put('_VERSION', 'Lua 5.1')
    const strings = this.addLibrary('string', stringLibrary)
    this.stringMetatable.put('__index', strings)
    this.addLibrary('table', tableLibrary)
    const math = this.addLibrary('math', mathLibrary(this.random))
    math.put('pi', Math.PI)
    math.put('huge', Number.POSITIVE_INFINITY)
    this.addLibrary(
      'coroutine',
      coroutineLibrary((fn) => this.natives.has(fn)),
    )
    this.addLibrary('os', { clock: options.clockSeconds ?? processorSeconds })
  }

  /** Puts functions of the host into a new global table, and gives it back. */
  addLibrary(name: string, functions: Readonly<Record<string, LuaFunction>>): LuaTable {
    const library = new LuaTable()
    this.addFunctions(library, functions)
    this.globals.put(name, library)
    return library
  }

  /** Puts functions of the host into a table. */
  addFunctions(table: LuaTable, functions: Readonly<Record<string, LuaFunction>>): void {
    for (const [name, fn] of Object.entries(functions)) {
      table.put(name, fn)
      this.natives.add(fn)
    }
  }

  /** Restarts `math.random`'s sequence. */
  seedRandom(seed: number): void {
    this.random.seed(seed)
  }

  /** The main function of a chunk, with this state's globals unless told otherwise. */
  load(chunk: Chunk, environment: LuaTable = this.base.environment): LuaFunction {
    return chunk.instantiate(environment)
  }

  /**
   * Calls a function. Throws LuaError, or whatever else the preemption hook or a function of the host throws. May be
   * nested.
   */
  call(fn: LuaFunction, args: readonly LuaValue[]): readonly LuaValue[] {
    const saved = machine.save()
    const { options } = this
    machine.stringMetatable = this.stringMetatable
    machine.maxStringLength = options.maxStringLength ?? 0x1fffffe8
    machine.watch(options.preemption, options.interval ?? 100_000)
    try {
      return toList(fn(...args))
    } catch (caught) {
      throw asLuaError(caught) ?? caught
    } finally {
      machine.restore(saved)
    }
  }
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

export function createGlobals(options?: LuaOptions): LuaState {
  return new LuaState(options)
}

export function callFunction(state: LuaState, fn: LuaFunction, args: readonly LuaValue[]): readonly LuaValue[] {
  return state.call(fn, args)
}
