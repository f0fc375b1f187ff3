import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'

/** DEBUG is refused unless the configuration allows it, to all or to local connections. */
export function allowDebug(c: Context): void {
  const { enableDebugCommand } = c.server.config
  if (enableDebugCommand === 'yes') return
  const peer = c.session.connection?.peer ?? ''
  const local =
    peer.startsWith('127.') || peer.startsWith('[::1]') || peer.startsWith('/') || c.session.connection === null
  if (enableDebugCommand === 'no' || !local) throw E.debugNotAllowed
}
