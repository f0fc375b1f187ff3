/** INFO replication. */
import { addressOf, type ReplicaState } from './replicas.ts'
import type { Replication } from './replication.ts'

const SHOWN_STATE: Record<ReplicaState, string> = {
  handshake: 'wait_bgsave',
  wait_bgsave: 'wait_bgsave',
  send_bulk: 'send_bulk',
  wait_ack: 'send_bulk',
  online: 'online',
}

export function infoLines(r: Replication): (readonly [string, string | number])[] {
  const { server, link, backlog } = r
  const { config, store } = server
  const seconds = (since: number) => Math.max(0, Math.floor((store.now - since) / 1000))
  const lines: (readonly [string, string | number])[] = [['role', link === null ? 'master' : 'slave']]
  if (link !== null) {
    lines.push(
      ['master_host', link.host],
      ['master_port', link.port],
      ['master_link_status', link.isUp ? 'up' : 'down'],
      ['master_last_io_seconds_ago', link.isUp ? seconds(link.lastIoAt) : -1],
      ['master_sync_in_progress', link.syncing === null ? 0 : 1],
      ['slave_read_repl_offset', link.readOffset],
      ['slave_repl_offset', r.offset],
    )
    if (link.syncing !== null) {
      const { total, read } = link.syncing
      lines.push(
        ['master_sync_total_bytes', total],
        ['master_sync_read_bytes', read],
        ['master_sync_left_bytes', total - read],
        ['master_sync_perc', total > 0 ? ((read / total) * 100).toFixed(2) : '0.00'],
        ['master_sync_last_io_seconds_ago', seconds(link.lastIoAt)],
      )
    }
    if (!link.isUp) lines.push(['master_link_down_since_seconds', link.downSince === 0 ? -1 : seconds(link.downSince)])
    lines.push(
      ['slave_priority', config.replicaPriority],
      ['slave_read_only', config.replicaReadOnly ? 1 : 0],
      ['replica_announced', config.replicaAnnounced ? 1 : 0],
    )
  }
  lines.push(['connected_slaves', r.replicas.all.size])
  if (config.minReplicasToWrite > 0 && config.minReplicasMaxLag > 0) {
    lines.push(['min_slaves_good_slaves', r.replicas.goodReplicas])
  }
  let i = 0
  for (const replica of r.replicas.all.values()) {
    const { ip, port } = addressOf(replica)
    const lag = replica.state === 'online' ? seconds(replica.ackAt) : 0
    const state = SHOWN_STATE[replica.state]
    lines.push([`slave${i++}`, `ip=${ip},port=${port},state=${state},offset=${replica.ackOffset},lag=${lag}`])
  }
  lines.push(
    ['master_failover_state', 'no-failover'],
    ['master_replid', r.replid],
    ['master_replid2', r.replid2],
    ['master_repl_offset', r.offset],
    ['second_repl_offset', r.secondOffset],
    ['repl_backlog_active', backlog === null ? 0 : 1],
    ['repl_backlog_size', config.replBacklogSize],
    ['repl_backlog_first_byte_offset', backlog?.firstOffset ?? 0],
    ['repl_backlog_histlen', backlog?.length ?? 0],
  )
  return lines
}
