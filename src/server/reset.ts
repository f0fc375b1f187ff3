/** RESET: a connection as it was when it was new, but for its bytes and its id. */

import type { Server } from './server.ts'
import type { Session } from './session.ts'

export function resetSession(server: Server, session: Session): void {
  server.transactions.end(session)
  server.pubsub.release(session)
  server.monitors.remove(session)
  server.tracking.disable(session)
  session.mute('no')
  session.setProtocol(2)
  session.db = server.store.databases[0]
  session.name = ''
  session.noEvict = false
  session.noTouch = false
  server.acl.begin(session)
}
