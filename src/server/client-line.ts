/** A client as CLIENT LIST shows it. */
import type { Session } from './session.ts'

function flagsOf(session: Session): string {
  let flags = ''
  if (session.monitoring) flags += 'O'
  if (session.kind === 'replica') flags += 'S'
  if (session.kind === 'master') flags += 'M'
  if (session.kind === 'pubsub') flags += 'P'
  if (session.transaction !== null) flags += 'x'
  if (session.suspension !== null) flags += 'b'
  if (session.tracking !== null) {
    flags += 't'
    if (session.tracking.brokenRedirect) flags += 'R'
    if (session.tracking.broadcast) flags += 'B'
  }
  if (session.server.transactions.isStale(session)) flags += 'd'
  if (session.closing) flags += 'c'
  if (session.connection?.local.startsWith('/')) flags += 'U'
  if (session.noEvict) flags += 'e'
  if (session.noTouch) flags += 'T'
  return flags === '' ? 'N' : flags
}

/** The line of CLIENT LIST and CLIENT INFO, without a line end. */
export function describeClient(session: Session): string {
  const { connection } = session
  const { now } = session.store
  const seconds = (since: number) => Math.max(0, Math.floor((now - since) / 1000))
  const pending = session.output.length + (connection?.unsentBytes ?? 0)
  const unread = connection?.unreadBytes ?? 0
  const fields: [string, string | number][] = [
    ['id', session.id],
    ['addr', connection?.peer ?? '?:0'],
    ['laddr', connection?.local ?? '?:0'],
    ['fd', connection?.fd ?? -1],
    ['name', session.name],
    ['age', seconds(session.createdAt)],
    ['idle', seconds(session.lastActiveAt)],
    ['flags', flagsOf(session)],
    ['db', session.db.index],
    ['sub', session.subscriptions?.channel.size ?? 0],
    ['psub', session.subscriptions?.pattern.size ?? 0],
    ['ssub', session.subscriptions?.shard.size ?? 0],
    ['multi', session.transaction === null ? -1 : session.transaction.queue.length],
    ['qbuf', unread],
    ['qbuf-free', 0],
    ['argv-mem', 0],
    ['multi-mem', session.transaction?.queuedBytes ?? 0],
    ['rbs', 0],
    ['rbp', session.outputPeak],
    ['obl', 0],
    ['oll', pending > 0 ? 1 : 0],
    ['omem', pending],
    ['tot-mem', sessionBytes(session)],
    ['events', pending > 0 ? 'rw' : 'r'],
    ['cmd', session.lastCommand?.name ?? 'NULL'],
    ['user', session.user?.name ?? '(superuser)'],
    ['redir', session.tracking?.redirect ?? -1],
    ['resp', session.protocol],
    ['lib-name', session.libraryName],
    ['lib-ver', session.libraryVersion],
  ]
  return fields.map(([name, value]) => `${name}=${value}`).join(' ')
}

/** Measured heap of an idle session with its socket. */
const SESSION_BYTES = 6000

/** About how much memory a client takes, with what waits to be read by either side. */
export function sessionBytes({ connection, output, transaction }: Session): number {
  const pending = output.length + (connection?.unsentBytes ?? 0)
  return SESSION_BYTES + pending + (connection?.unreadBytes ?? 0) + (transaction?.queuedBytes ?? 0)
}
