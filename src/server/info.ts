/** INFO: sections of `field:value` lines, each from the part that knows. */
import { hostname, type as osType, release } from 'node:os'
import { percentileUs } from './latency.ts'
import type { Server } from './server.ts'
import { KEYPER_VERSION, REDIS_VERSION } from './version.ts'

type Lines = readonly (readonly [field: string, value: string | number])[]
type Section = (server: Server) => Lines

function serverSection(server: Server): Lines {
  const uptime = Math.floor((server.store.now - server.startedAt) / 1000)
  return [
    ['redis_version', REDIS_VERSION],
    ['redis_git_sha1', '00000000'],
    ['redis_git_dirty', 0],
    ['redis_build_id', '0'],
    ['keyper_version', KEYPER_VERSION],
    ['node_version', process.versions.node],
    ['redis_mode', 'standalone'],
    ['os', `${osType()} ${release()} ${process.arch}`],
    ['arch_bits', 64],
    ['monotonic_clock', 'POSIX clock_gettime'],
    ['multiplexing_api', 'libuv'],
    ['process_id', process.pid],
    ['process_supervised', 'no'],
    ['run_id', server.runId],
    ['tcp_port', server.port],
    ['server_time_usec', server.store.now * 1000],
    ['uptime_in_seconds', uptime],
    ['uptime_in_days', Math.floor(uptime / 86400)],
    ['hz', server.config.hz],
    ['configured_hz', server.config.hz],
    ['lru_clock', Math.floor(server.store.now / 1000) & 0xffffff],
    ['executable', process.execPath],
    ['config_file', server.configFile ?? ''],
    ['io_threads_active', 0],
    ['hostname', hostname()],
  ]
}

function clientsSection(server: Server): Lines {
  let inputPeak = 0
  let outputPeak = 0
  let replicas = 0
  for (const session of server.sessions.values()) {
    if (session.kind === 'replica') replicas++
    inputPeak = Math.max(inputPeak, session.connection?.unreadBytes ?? 0)
    outputPeak = Math.max(outputPeak, session.output.length + (session.connection?.unsentBytes ?? 0))
  }
  return [
    ['connected_clients', server.sessions.size - replicas],
    ['cluster_connections', 0],
    ['maxclients', server.config.maxclients],
    ['client_recent_max_input_buffer', inputPeak],
    ['client_recent_max_output_buffer', outputPeak],
    ['blocked_clients', server.blocking.suspended],
    ['tracking_clients', server.tracking.clients],
    ['clients_in_timeout_table', server.blocking.timed],
    ['total_blocking_keys', server.blocking.waitedKeys],
    ['total_blocking_keys_on_nokey', 0],
  ]
}

export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`
  const units = ['K', 'M', 'G', 'T', 'P']
  let n = bytes
  let unit = -1
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024
    unit++
  }
  return `${n.toFixed(2)}${units[unit]}`
}

function memorySection(server: Server): Lines {
  const { rss, heapTotal, external } = process.memoryUsage()
  const used = server.usedMemory()
  const peak = server.memoryPeak(used)
  const { maxmemory, maxmemoryPolicy } = server.config
  return [
    ['used_memory', used],
    ['used_memory_human', humanBytes(used)],
    ['used_memory_rss', rss],
    ['used_memory_rss_human', humanBytes(rss)],
    ['used_memory_peak', peak],
    ['used_memory_peak_human', humanBytes(peak)],
    ['used_memory_peak_perc', `${((used / peak) * 100).toFixed(2)}%`],
    ['used_memory_overhead', server.startupMemory],
    ['used_memory_startup', server.startupMemory],
    ['used_memory_dataset', Math.max(0, used - server.startupMemory)],
    ['used_memory_dataset_perc', `${((Math.max(0, used - server.startupMemory) / used) * 100).toFixed(2)}%`],
    ['allocator_allocated', used],
    ['allocator_active', heapTotal + external],
    ['allocator_resident', rss],
    ['used_memory_lua', 0],
    ['used_memory_scripts', server.scripting.sourceBytes],
    ['number_of_cached_scripts', server.scripting.count],
    ['number_of_functions', server.scripting.libraries.set.functionCount],
    ['number_of_libraries', server.scripting.libraries.set.libraries.size],
    ['maxmemory', maxmemory],
    ['maxmemory_human', humanBytes(maxmemory)],
    ['maxmemory_policy', maxmemoryPolicy],
    ['mem_fragmentation_ratio', (rss / used).toFixed(2)],
    ['mem_fragmentation_bytes', rss - used],
    ['mem_not_counted_for_evict', 0],
    ['mem_replication_backlog', server.replication.backlogBytes],
    ['mem_total_replication_buffers', server.replication.backlogBytes],
    ['mem_allocator', 'v8'],
    ['active_defrag_running', 0],
    ['lazyfree_pending_objects', 0],
    ['lazyfreed_objects', server.stats.lazyfreed],
  ]
}

function statsSection(server: Server): Lines {
  const { stats, store } = server
  return [
    ['total_connections_received', stats.connections],
    ['total_commands_processed', stats.commands],
    ['instantaneous_ops_per_sec', stats.opsPerSecond],
    ['total_net_input_bytes', stats.netInputBytes],
    ['total_net_output_bytes', stats.netOutputBytes],
    ['total_net_repl_input_bytes', stats.replicationInputBytes],
    ['total_net_repl_output_bytes', stats.replicationOutputBytes],
    ['instantaneous_input_kbps', (stats.inputBytesPerSecond / 1024).toFixed(2)],
    ['instantaneous_output_kbps', (stats.outputBytesPerSecond / 1024).toFixed(2)],
    ['rejected_connections', stats.rejectedConnections],
    ['migrate_cached_sockets', server.migration.cachedSockets],
    ['sync_full', stats.syncFull],
    ['sync_partial_ok', stats.syncPartialOk],
    ['sync_partial_err', stats.syncPartialErr],
    ['expired_keys', store.stats.expired],
    ['expired_subkeys', store.stats.expiredFields],
    ['expired_stale_perc', '0.00'],
    ['expired_time_cap_reached_count', 0],
    ['evicted_keys', store.stats.evicted],
    ['evicted_clients', 0],
    ['keyspace_hits', store.stats.hits],
    ['keyspace_misses', store.stats.misses],
    ['pubsub_channels', server.pubsub.count('channel')],
    ['pubsub_patterns', server.pubsub.count('pattern')],
    ['pubsubshard_channels', server.pubsub.count('shard')],
    ['latest_fork_usec', 0],
    ['total_forks', 0],
    ['tracking_total_keys', server.tracking.keys],
    ['tracking_total_items', server.tracking.items],
    ['tracking_total_prefixes', server.tracking.prefixCount],
    ['unexpected_error_replies', stats.unexpectedErrors],
    ['total_error_replies', stats.errorReplies],
    ['total_reads_processed', stats.reads],
    ['total_writes_processed', stats.writes],
    ['client_output_buffer_limit_disconnections', stats.clientsOverOutputLimit],
    ['acl_access_denied_auth', stats.aclDenied.auth],
    ['acl_access_denied_cmd', stats.aclDenied.command],
    ['acl_access_denied_key', stats.aclDenied.key],
    ['acl_access_denied_channel', stats.aclDenied.channel],
  ]
}

function cpuSection(): Lines {
  const { user, system } = process.cpuUsage()
  return [
    ['used_cpu_sys', (system / 1e6).toFixed(6)],
    ['used_cpu_user', (user / 1e6).toFixed(6)],
    ['used_cpu_sys_children', '0.000000'],
    ['used_cpu_user_children', '0.000000'],
  ]
}

function commandstatsSection(server: Server): Lines {
  const lines: [string, string][] = []
  for (const { name, stats } of server.table.each()) {
    if (stats.calls === 0 && stats.rejected === 0 && stats.failed === 0) continue
    const usec = Math.round(stats.usec)
    const perCall = stats.calls === 0 ? '0.00' : (usec / stats.calls).toFixed(2)
    lines.push([
      `cmdstat_${name}`,
      `calls=${stats.calls},usec=${usec},usec_per_call=${perCall},rejected_calls=${stats.rejected},failed_calls=${stats.failed}`,
    ])
  }
  return lines
}

function errorstatsSection(server: Server): Lines {
  return [...server.stats.errors].map(([kind, count]) => [`errorstat_${kind}`, `count=${count}`] as const)
}

function latencystatsSection(server: Server): Lines {
  const { latencyTracking, latencyTrackingInfoPercentiles } = server.config
  if (!latencyTracking) return []
  const lines: [string, string][] = []
  for (const { name, stats } of server.table.each()) {
    const { histogram } = stats
    if (histogram === null) continue
    const figures = latencyTrackingInfoPercentiles.map(
      (percent) => `p${Number(percent.toFixed(6))}=${percentileUs(histogram, percent).toFixed(3)}`,
    )
    lines.push([`latency_percentiles_usec_${name}`, figures.join(',')])
  }
  return lines
}

function keyspaceSection(server: Server): Lines {
  const lines: [string, string][] = []
  for (const db of server.store.databases) {
    if (db.size === 0) continue
    const { deadlines, fieldDeadlines } = db.keyspace
    // Redis 7.2 has no such field; later ones count hashes here.
    const fields = fieldDeadlines.size > 0 ? `,subexpiry=${fieldDeadlines.size}` : ''
    lines.push([`db${db.index}`, `keys=${db.size},expires=${deadlines.size},avg_ttl=${db.averageTtl()}${fields}`])
  }
  return lines
}

const SECTIONS: ReadonlyMap<string, { title: string; lines: Section }> = new Map([
  ['server', { title: 'Server', lines: serverSection }],
  ['clients', { title: 'Clients', lines: clientsSection }],
  ['memory', { title: 'Memory', lines: memorySection }],
  ['persistence', { title: 'Persistence', lines: (s: Server) => s.persistence.infoLines() }],
  ['stats', { title: 'Stats', lines: statsSection }],
  ['replication', { title: 'Replication', lines: (s: Server) => s.replication.infoLines() }],
  ['cpu', { title: 'CPU', lines: cpuSection }],
  ['modules', { title: 'Modules', lines: () => [] }],
  ['commandstats', { title: 'Commandstats', lines: commandstatsSection }],
  ['errorstats', { title: 'Errorstats', lines: errorstatsSection }],
  ['latencystats', { title: 'Latencystats', lines: latencystatsSection }],
  ['cluster', { title: 'Cluster', lines: () => [['cluster_enabled', 0]] }],
  ['keyspace', { title: 'Keyspace', lines: keyspaceSection }],
])

/** Left out of INFO and INFO DEFAULT. */
const NOT_DEFAULT = new Set(['commandstats', 'latencystats'])

/** The text of the named sections; all default ones for an empty list; `all`, `default`, `everything` as Redis. */
export function info(server: Server, names: readonly string[]): string {
  const wanted = new Set<string>()
  for (const name of names.length === 0 ? ['default'] : names.map((n) => n.toLowerCase())) {
    if (name === 'all' || name === 'everything') for (const key of SECTIONS.keys()) wanted.add(key)
    else if (name === 'default') {
      for (const key of SECTIONS.keys()) if (!NOT_DEFAULT.has(key)) wanted.add(key)
    } else wanted.add(name)
  }
  const parts: string[] = []
  for (const [name, { title, lines }] of SECTIONS) {
    if (!wanted.has(name)) continue
    parts.push(
      `# ${title}\r\n${lines(server)
        .map(([field, value]) => `${field}:${value}\r\n`)
        .join('')}`,
    )
  }
  return parts.join('\r\n')
}
