import { E } from '../../resp/errors.ts'
import { flag, options } from '../../spec/args.ts'

/** ASYNC and SYNC make no difference here: the garbage collector gives the memory back. */
export const flushMode = options({ async: flag('ASYNC'), sync: flag('SYNC') })

export function checkFlushMode(mode: { async: boolean; sync: boolean }): void {
  if (mode.async && mode.sync) throw E.syntax
}
