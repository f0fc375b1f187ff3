/** Functions that can be suspended: generators, each with a plain function that runs it where nothing can be. */
import { LuaError } from './errors.ts'
import { apply, metamethod, uncallable } from './operations.ts'
import type { LuaFunction, LuaResult, LuaValue } from './values.ts'

type GeneratorForm = NonNullable<LuaFunction['generator']>

const BOUNDARY = 'attempt to yield across metamethod/C-call boundary'

/** The value of a Lua function whose body is a generator. */
export function suspendable(generator: GeneratorForm): LuaFunction {
  const fn: LuaFunction = (...args: LuaValue[]) => {
    const run = generator(...args)
    let step = run.next([])
    while (!step.done) step = run.throw(new LuaError(BOUNDARY))
    return step.value
  }
  fn.generator = generator
  return fn
}

/** A call from code that can be suspended. */
export function* callSuspendable(fn: LuaValue, args: LuaValue[]): Generator<LuaValue[], LuaResult, LuaValue[]> {
  if (typeof fn === 'function') return fn.generator === undefined ? apply(fn, args) : yield* fn.generator(...args)
  const handler = metamethod(fn, '__call')
  if (typeof handler === 'function' && handler.generator !== undefined) return yield* handler.generator(fn, ...args)
  return uncallable(fn)(...args)
}

/** `coroutine.yield`. */
export const yieldFunction: LuaFunction = () => {
  throw new LuaError(BOUNDARY)
}
yieldFunction.generator = function* (...args: LuaValue[]) {
  return yield args
}
