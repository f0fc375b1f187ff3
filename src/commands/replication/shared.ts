import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import { parseInteger } from '../../util/numbers.ts'

/** REPLICAOF and SLAVEOF. */
export function replicaOf(c: Context, host: string, port: string): void {
  const { replication } = c.server
  if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') {
    if (replication.isReplica) {
      c.server.log.notice(`MASTER MODE enabled (user request from 'id=${c.session.id}')`)
      replication.promote()
    }
    return c.reply.ok()
  }
  if (c.session.kind === 'replica') throw E.replicaOfFromReplica
  const n = parseInteger(port)
  if (n !== n || n < 0 || n > 65535) throw E.invalidMasterPort
  const { link } = replication
  if (link !== null && link.host === host && link.port === n) {
    c.reply.status('OK Already connected to specified master')
    return
  }
  replication.follow(host, n)
  c.server.log.notice(`REPLICAOF ${host}:${n} enabled (user request from 'id=${c.session.id}')`)
  c.reply.ok()
}
