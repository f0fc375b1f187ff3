import type { EnvironmentCell } from './environments.ts'
import { LuaError } from './errors.ts'
import { runtimeError } from './sites.ts'
import type { LuaTable } from './table.ts'
import type { LuaThread } from './values.ts'

/**
 * Called now and then while Lua code runs; may throw anything that is not a LuaError to stop the code for good. Returns
 * nothing. `steps` is the work since the last call: loop turns, function calls, and the size of what libraries handle.
 */
export type Preemption = (steps: number) => void

/** About what V8's default stack of 984 KB holds beside the frames of the host, in units of `frameUnits`. */
const STACK_UNITS = 90_000

/**
 * What running code counts on. One for the process, because code runs to its end before other code starts: whoever
 * enters Lua (`LuaState.call`) sets it and puts back what was there.
 */
export class Machine {
  /** Steps left until the hook is called. */
  steps = Number.MAX_SAFE_INTEGER
  /** Units of stack left. */
  stack = STACK_UNITS
  stringMetatable: LuaTable | undefined = undefined
  thread: LuaThread | undefined = undefined
  maxStringLength = 0x1fffffe8
  /** Those of the running functions, where they are kept track of. */
  environments: EnvironmentCell[] = []
  /** How many arguments the last call by a library function had; for error messages. */
  callArguments = 0
  private hook: Preemption | undefined = undefined
  private interval = Number.MAX_SAFE_INTEGER

  /** Makes the hook be called every `interval` steps, about; without a hook, never. */
  watch(hook: Preemption | undefined, interval: number): void {
    this.hook = hook
    this.interval = hook === undefined ? Number.MAX_SAFE_INTEGER : interval
    this.steps = this.interval
  }

  /** From a function's entry that found the stack or the steps used up. */
  enter(): void {
    if (this.stack < 0) throw runtimeError('stack overflow')
    if (this.steps < 0) this.tick()
  }

  /** From a loop, every 1024 turns. */
  loop(): void {
    if ((this.steps -= 1024) < 0) this.tick()
  }

  /** From a library function, for work that grows with its arguments. */
  charge(steps: number): void {
    if ((this.steps -= steps) < 0) this.tick()
  }

  checkStringLength(length: number): void {
    if (length > this.maxStringLength) throw new LuaError('not enough memory')
  }

  save(): SavedMachine {
    const { steps, stack, stringMetatable, thread, maxStringLength, hook, interval } = this
    return { steps, stack, stringMetatable, thread, maxStringLength, hook, interval }
  }

  restore(saved: SavedMachine): void {
    this.steps = saved.steps
    this.stack = saved.stack
    this.stringMetatable = saved.stringMetatable
    this.thread = saved.thread
    this.maxStringLength = saved.maxStringLength
    this.hook = saved.hook
    this.interval = saved.interval
  }

  private tick(): void {
    const done = this.interval - this.steps
    this.steps = this.interval
    this.hook?.(done)
  }
}

interface SavedMachine {
  readonly steps: number
  readonly stack: number
  readonly stringMetatable: LuaTable | undefined
  readonly thread: LuaThread | undefined
  readonly maxStringLength: number
  readonly hook: Preemption | undefined
  readonly interval: number
}

export const machine = new Machine()
