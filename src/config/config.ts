export class Config {
  [k: string]: any
  port = 6379
  bind = ['127.0.0.1']
  databases = 16
  requirepass = ''
  maxclients = 10000
  tcpKeepalive = 300
  tcpBacklog = 511
  unixsocket = ''
  unixsocketperm = 0
  protoMaxBulkLen = 512 * 1024 * 1024
  timeout = 0
  hz = 10
  maxmemory = 0
  maxmemoryPolicy = 'noeviction'
  lazyfreeLazyExpire = false
  streamNodeMaxEntries = 100
  streamNodeMaxBytes = 4096
  clientOutputBufferLimit = {
    normal: { hard: 0, soft: 0, softSeconds: 0 },
    replica: { hard: 268435456, soft: 67108864, softSeconds: 60 },
    pubsub: { hard: 33554432, soft: 8388608, softSeconds: 60 },
  }
  get(_p: readonly string[]): [string, string][] { return [] }
  set(_p: readonly (readonly [string, string])[]): string | null { return null }
  rewrite(_f: string): string | null { return null }
}
