import { E } from '../../resp/errors.ts'
import { flag, likened, oneOf, options, shown } from '../../spec/args.ts'

/** ASYNC and SYNC make no difference here: the garbage collector gives the memory back. */
export const flushMode = likened(
  options({ async: flag('ASYNC'), sync: flag('SYNC') }),
  shown(oneOf('async', { async: 'ASYNC', sync: 'SYNC' }), { sinceOf: { ASYNC: '4.0.0', SYNC: '6.2.0' } }),
)

export function checkFlushMode(mode: { async: boolean; sync: boolean }): void {
  if (mode.async && mode.sync) throw E.syntax
}
