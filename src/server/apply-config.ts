/** What follows from directives: settings that live elsewhere, now and whenever CONFIG SET changes them. */
import { statSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import type { DirectiveName } from '../config/directives.ts'
import { ServerRestriction } from '../spec/restrictions.ts'
import type { EncodingLimits } from '../types/limits.ts'
import type { Server } from './server.ts'

const LIMITS: Readonly<Record<keyof EncodingLimits, DirectiveName>> = {
  listMaxListpackSize: 'list-max-listpack-size',
  hashMaxListpackEntries: 'hash-max-listpack-entries',
  hashMaxListpackValue: 'hash-max-listpack-value',
  setMaxIntsetEntries: 'set-max-intset-entries',
  setMaxListpackEntries: 'set-max-listpack-entries',
  setMaxListpackValue: 'set-max-listpack-value',
  zsetMaxListpackEntries: 'zset-max-listpack-entries',
  zsetMaxListpackValue: 'zset-max-listpack-value',
  hllSparseMaxBytes: 'hll-sparse-max-bytes',
}

export function applyConfig(server: Server): void {
  const { config, store } = server
  const follow = (names: readonly DirectiveName[], apply: () => void) => {
    apply()
    for (const name of names) config.onChange(name, apply)
  }
  for (const [limit, name] of Object.entries(LIMITS) as [keyof EncodingLimits, DirectiveName][]) {
    follow([name], () => {
      store.limits[limit] = config[limit]
    })
  }
  follow(['maxmemory-policy', 'lfu-log-factor', 'lfu-decay-time'], () => {
    store.lfu = config.maxmemoryPolicy.endsWith('lfu')
    store.lfuLogFactor = config.lfuLogFactor
    store.lfuDecayMinutes = config.lfuDecayTime
  })
  follow(['proto-max-bulk-len'], () => {
    server.requestLimits.maxBulkLength = config.protoMaxBulkLen
  })
  follow(['notify-keyspace-events'], () => server.notifications.configure(config.notifyKeyspaceEvents))
  follow(['slowlog-log-slower-than', 'slowlog-max-len', 'latency-monitor-threshold', 'latency-tracking'], () => {
    server.slowLog.configure(config.slowlogLogSlowerThan, config.slowlogMaxLen)
    server.latency.configure(config.latencyMonitorThreshold)
    server.watchDurations(config.latencyTracking)
  })
  config.onChange('tracking-table-max-keys', () => server.tracking.limit())
  follow(['requirepass'], () => server.acl.setDefaultPassword(config.requirepass))
  config.onChange('dir', (dir: string) => badDirectory(dir) ?? undefined)
  config.onChange('tls-port', () => refusal(config) ?? undefined)
  follow(['maxmemory', 'maxmemory-policy', 'maxmemory-samples'], () => {
    const { eviction } = store
    const on = config.maxmemory > 0
    if (on !== eviction.active) eviction.setActive(on)
    // Of the data and the clients: what Node itself takes would leave no room under small limits.
    if (on) eviction.limit = config.maxmemory
    eviction.policy = config.maxmemoryPolicy
    eviction.samples = config.maxmemorySamples
    server.restrict(ServerRestriction.memoryLimit, on)
    if (on) makeRoomSoon(server)
  })
}

/** Why a directory cannot be the working directory, as Redis says it; null when it can. */
export function badDirectory(dir: string): string | null {
  try {
    if (statSync(dir).isDirectory()) return null
    return 'Changing directory: Not a directory'
  } catch (error) {
    const denied = (error as { code?: string }).code === 'EACCES'
    return `Changing directory: ${denied ? 'Permission denied' : 'No such file or directory'}`
  }
}

/**
 * What this version would have to promise and cannot keep, or null. Starting all the same would lose data or open
 * doors that the configuration means to be shut.
 */
export function refusal(config: Config): string | null {
  if (config.clusterEnabled) return 'cluster-enabled: cluster mode is not supported'
  if (config.tlsPort !== 0) return 'tls-port: TLS is not supported in this version'
  return null
}

/** What is too much under a new limit goes at once, not with the next command. */
function makeRoomSoon(server: Server): void {
  server.store.clock.soon(() => server.background(() => server.memoryVerdict()))
}
