import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'

/** Logs the session in, or throws WRONGPASS; `command` is what the log of denials will name. */
export function authenticate(c: Context, user: string, password: string, command: string): void {
  if (!c.server.acl.login(c.session, user, password, command)) throw E.wrongPass
}
