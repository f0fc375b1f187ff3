/** What a tool cannot do, in one line for its user. */
import { describeError } from '../../aof/files.ts'
import { RdbFormatError } from '../../rdb/format.ts'

export class ToolFailure {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** Whoever read the output has gone, as `head` does once it has enough: no reason to go on, nor to complain. */
export class OutputClosed {}

/** A failure to read a file, in words for its user; what is nobody's but ours is thrown on. */
export function fileFailure(name: string, error: unknown): ToolFailure {
  if (error instanceof ToolFailure) return error
  if (error instanceof RdbFormatError) return new ToolFailure(`${name}: ${error.message}`)
  if (error instanceof Error && 'syscall' in error) return new ToolFailure(`${name}: ${describeError(error)}`)
  throw error
}
