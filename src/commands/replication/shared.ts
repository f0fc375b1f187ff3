import { E } from '../../resp/errors.ts'
import { block, bytes, flag, int, needed, variant } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { parseInteger } from '../../util/numbers.ts'

/** `host port`, or `NO ONE` */
export const masterWords = needed(
  variant('args', {
    master: block('host-port', bytes('host'), int('port')),
    none: block('no-one', needed(flag('NO')), needed(flag('ONE'))),
  }),
)

/** REPLICAOF and SLAVEOF. */
export function replicaOf(c: Context, host: string, port: string): void {
  const { session, server } = c
  const { replication } = server
  const client = `client id=${session.id} addr=${session.connection?.peer ?? '?:0'}`
  if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') {
    if (replication.isReplica) {
      replication.lead()
      server.log.notice(`MASTER MODE enabled (user request from '${client}')`)
    }
    c.reply.ok()
    return
  }
  if (session.kind === 'replica') throw E.replicaOfFromReplica
  const n = parseInteger(port)
  if (n !== n || n < 0 || n > 65535) throw E.invalidMasterPort
  if (!replication.follow({ host, port: n })) {
    c.reply.status('OK Already connected to specified master')
    return
  }
  server.log.notice(`REPLICAOF ${host}:${n} enabled (user request from '${client}')`)
  c.reply.ok()
}
