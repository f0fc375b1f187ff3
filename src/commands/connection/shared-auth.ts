import { createHash, timingSafeEqual } from 'node:crypto'
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import { Restriction } from '../../spec/restrictions.ts'

/** Lets the session in, or throws WRONGPASS. */
export function authenticate(c: Context, user: string, password: string): void {
  const { requirepass } = c.server.config
  if (user !== 'default' || (requirepass !== '' && !sameText(password, requirepass))) throw E.wrongPass
  c.session.user = user
  c.session.restrict(Restriction.unauthenticated, false)
}

/** Compares without telling by its time where the difference is; hashing makes the lengths equal. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'latin1').digest()
  return timingSafeEqual(digest(a), digest(b))
}
