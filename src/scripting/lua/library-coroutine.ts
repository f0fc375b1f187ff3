import { argumentError } from './arguments.ts'
import type { EnvironmentCell } from './environments.ts'
import { asLuaError, LuaError } from './errors.ts'
import { machine } from './machine.ts'
import { callBack, where } from './sites.ts'
import { yieldFunction } from './suspension.ts'
import { type LuaFunction, type LuaResult, LuaThread, type LuaValue, toList } from './values.ts'

/** What resuming itself takes of the stack, in words. */
const RESUME_FRAME = 150

const suspendedEnvironments = new WeakMap<LuaThread, EnvironmentCell[]>()

/** Runs a thread until it yields, returns or fails; throws what it throws, if it is an error of Lua as LuaError. */
function resume(thread: LuaThread, args: readonly LuaValue[]): readonly LuaValue[] {
  if (thread.status !== 'suspended') throw new LuaError(`cannot resume ${thread.status} coroutine`)
  const outer = machine.thread
  const { stack } = machine
  const depth = machine.environments.length
  machine.stack -= thread.stackUsed + RESUME_FRAME + args.length
  if (machine.stack < 0) {
    machine.stack = stack
    throw new LuaError('stack overflow')
  }
  if (outer !== undefined) outer.status = 'normal'
  thread.status = 'running'
  machine.thread = thread
  machine.environments.push(...(suspendedEnvironments.get(thread) ?? []))
  let ended = true
  try {
    const { generator: makeGenerator } = thread.body
    if (makeGenerator === undefined) return toList(callBack(thread.body, args))
    thread.generator ??= makeGenerator(...args)
    const { generator } = thread
    const step = callBack(
      (() => generator.next(args as LuaValue[])) as unknown as LuaFunction,
      [],
    ) as unknown as IteratorResult<LuaValue[], LuaResult>
    ended = step.done === true
    return step.done ? toList(step.value) : step.value
  } finally {
    if (!ended) {
      thread.stackUsed = Math.max(0, stack - machine.stack - RESUME_FRAME)
      if (machine.environments.length > depth) {
        suspendedEnvironments.set(thread, machine.environments.slice(depth))
      }
    }
    thread.status = ended ? 'dead' : 'suspended'
    if (outer !== undefined) outer.status = 'running'
    machine.thread = outer
    machine.stack = stack
    machine.environments.length = depth
  }
}

function checkThread(value: LuaValue): LuaThread {
  if (value instanceof LuaThread) return value
  throw argumentError(1, 'coroutine expected')
}

/** `isNative` tells library functions, which cannot be the body of a coroutine. */
export function coroutineLibrary(isNative: (fn: LuaFunction) => boolean): Record<string, LuaFunction> {
  const create = (body: LuaValue): LuaThread => {
    if (typeof body !== 'function' || isNative(body)) throw argumentError(1, 'Lua function expected')
    return new LuaThread(body)
  }
  return {
    create,
    resume: (co, ...args) => {
      const thread = checkThread(co)
      try {
        return [true, ...resume(thread, args)]
      } catch (caught) {
        const error = asLuaError(caught)
        if (error === undefined) throw caught
        return [false, error.value]
      }
    },
    running: () => machine.thread,
    status: (co) => checkThread(co).status,
    wrap: (body) => {
      const thread = create(body)
      return (...args) => {
        try {
          return resume(thread, args)
        } catch (caught) {
          const error = asLuaError(caught)
          if (error === undefined || typeof error.value !== 'string') throw caught
          throw new LuaError(where(1) + error.value)
        }
      }
    },
    yield: yieldFunction,
  }
}
