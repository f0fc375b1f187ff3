/** What INFO and ROLE tell of replication. */
import type { Reply } from '../resp/reply.ts'
import type { Server } from '../server/server.ts'
import type { LinkState } from './follower.ts'

export function replicationInfo(server: Server): [string, string | number][] {
  const { replication, config } = server
  const { history, stream, replicas, isReplica } = replication
  const lines: [string, string | number][] = [['role', isReplica ? 'slave' : 'master']]
  if (isReplica) lines.push(...masterLines(server))
  lines.push(['connected_slaves', replicas.count])
  if (config.minReplicasToWrite > 0 && config.minReplicasMaxLag > 0) {
    lines.push(['min_slaves_good_slaves', replicas.good])
  }
  let n = 0
  for (const replica of replicas.all()) {
    const state = replica.state.startsWith('wait_bgsave') ? 'wait_bgsave' : replica.state
    const lag = replica.lagSeconds(server.store.now)
    lines.push([
      `slave${n++}`,
      `ip=${replica.ip},port=${replica.listeningPort},state=${state},offset=${replica.ackOffset},lag=${lag}`,
    ])
  }
  lines.push(
    ['master_failover_state', replication.failoverState],
    ['master_replid', history.id],
    ['master_replid2', history.previousId],
    ['master_repl_offset', stream.offset],
    ['second_repl_offset', history.previousEnd],
    ['repl_backlog_active', stream.hasBacklog ? 1 : 0],
    ['repl_backlog_size', stream.backlogSize],
    ['repl_backlog_first_byte_offset', stream.hasBacklog ? stream.backlogStart + 1 : 0],
    ['repl_backlog_histlen', stream.hasBacklog ? stream.backlogLength : 0],
  )
  return lines
}

function masterLines(server: Server): [string, string | number][] {
  const { config } = server
  const { follower, stream } = server.replication
  const { master, connected, progress } = follower
  const lines: [string, string | number][] = [
    ['master_host', master?.host ?? ''],
    ['master_port', master?.port ?? 0],
    ['master_link_status', connected ? 'up' : 'down'],
    ['master_last_io_seconds_ago', follower.idleSeconds],
    ['master_sync_in_progress', progress === null ? 0 : 1],
    ['slave_read_repl_offset', follower.readOffset],
    ['slave_repl_offset', stream.offset],
  ]
  if (progress !== null) {
    const { total, read, idleSeconds } = progress
    lines.push(
      ['master_sync_total_bytes', total],
      ['master_sync_read_bytes', read],
      ['master_sync_left_bytes', Math.max(0, total - read)],
      ['master_sync_perc', ((total === 0 ? 0 : read / total) * 100).toFixed(2)],
      ['master_sync_last_io_seconds_ago', idleSeconds],
    )
  }
  if (!connected) lines.push(['master_link_down_since_seconds', follower.downSeconds])
  lines.push(
    ['slave_priority', config.replicaPriority],
    ['slave_read_only', config.replicaReadOnly ? 1 : 0],
    ['replica_announced', config.replicaAnnounced ? 1 : 0],
  )
  return lines
}

/** The words of ROLE for the states of the link. */
const ROLE_WORDS: Record<LinkState, string> = {
  none: 'none',
  connect: 'connect',
  connecting: 'connecting',
  handshake: 'handshake',
  transfer: 'sync',
  loading: 'sync',
  connected: 'connected',
}

export function replyRole(server: Server, reply: Reply): void {
  const { replication } = server
  const { follower, replicas, stream } = replication
  if (replication.isReplica) {
    reply.array(5)
    reply.bulk('slave')
    reply.bulk(follower.master?.host ?? '')
    reply.int(follower.master?.port ?? 0)
    reply.bulk(ROLE_WORDS[follower.state])
    reply.int(follower.connected ? stream.offset : -1)
    return
  }
  reply.array(3)
  reply.bulk('master')
  reply.int(stream.offset)
  const online = [...replicas.all()].filter((replica) => replica.online)
  reply.array(online.length)
  for (const replica of online) {
    reply.array(3)
    reply.bulk(replica.ip)
    reply.bulk(String(replica.listeningPort))
    reply.bulk(String(replica.ackOffset))
  }
}
