import type { LuaValue } from './values.ts'

/** An error of Lua: any value may be thrown. Not an `Error`: a script may throw a million, and none needs a stack. */
export class LuaError {
  readonly value: LuaValue

  constructor(value: LuaValue) {
    this.value = value
  }

  /** For logs and failed assertions. */
  get message(): string {
    return typeof this.value === 'string' ? this.value : `(error object is a ${typeof this.value} value)`
  }

  toString(): string {
    return `LuaError: ${this.message}`
  }
}

/** The source is not Lua. `value` is the message as Lua words it, beginning with the chunk's name and the line. */
export class LuaSyntaxError extends LuaError {}

/**
 * What a caught exception is to Lua code. Running out of stack or asking for too long a string is an error that a
 * script may catch; anything else that is not a LuaError (a killed script, a bug of ours) must go through.
 */
export function asLuaError(caught: unknown): LuaError | undefined {
  if (caught instanceof LuaError) return caught
  if (caught instanceof RangeError) {
    return new LuaError(/call stack/.test(caught.message) ? 'stack overflow' : 'not enough memory')
  }
  return undefined
}
