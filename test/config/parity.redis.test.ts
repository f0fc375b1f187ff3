import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { type Started, start } from './support.ts'

/** Directives the real 7.0.15 does not have, each with where it comes from. */
const NEWER: Readonly<Record<string, string>> = {
  'cluster-announce-human-nodename': 'Redis 7.2',
  'locale-collate': 'Redis 7.2',
  'set-max-listpack-entries': 'Redis 7.2',
  'set-max-listpack-value': 'Redis 7.2',
}

/** Values that differ by nature. */
const OWN: Readonly<Record<string, string>> = {
  port: 'each server listens on a port of its own',
  dir: 'each server has a directory of its own',
}

/** Patterns of names that only this server has on purpose. */
const KEYPER_ONLY: Readonly<Record<string, string>> = {
  'rdb-skip-modules': 'loads dumps that hold values of modules, without those values',
}

describeWithRedis('CONFIG GET and SET answer as redis-server does', () => {
  let keyper: Started
  let redis: Started
  beforeAll(async () => {
    // `save` and `appendonly` are left at their defaults: nothing is written within a test's life.
    ;[keyper, redis] = await Promise.all([start('keyper'), start('redis')])
  })
  afterAll(async () => {
    await keyper?.stop()
    await redis?.stop()
  })

  it('knows every directive, with the same default', async () => {
    const ours = await keyper.get('*')
    const theirs = await redis.get('*')
    for (const name of Object.keys(OWN)) {
      expect(ours).toHaveProperty(name)
      delete ours[name]
      delete theirs[name]
    }
    for (const name of Object.keys({ ...NEWER, ...KEYPER_ONLY })) {
      expect(theirs).not.toHaveProperty(name)
      expect(ours).toHaveProperty(name)
      delete ours[name]
    }
    expect(ours).toEqual(theirs)
  })

  it('shows its directory whole', async () => {
    expect(await keyper.get('dir')).toEqual({ dir: keyper.dir })
  })

  const GETS: readonly (readonly string[])[] = [
    ['timeout'],
    ['TIMEOUT'],
    ['TimeOut', 'timeout'],
    ['time*', 'timeout'],
    ['*max-*-entries'],
    ['slave-*'],
    ['replica-priority', 'slave-priority'],
    ['nosuch'],
    ['[ts]imeout'],
    ['hash-max-ziplist-????????'],
    ['watchdog-period'],
    ['watchdog-perio*'],
    ['use-exit-on-panic', 'lua-enable-deprecated-api', 'rdb-key-save-delay', 'key-load-delay'],
    ['loading-process-events-interval-bytes'],
    ['client-output-buffer-limit', 'save', 'oom-score-adj-values', 'notify-keyspace-events'],
  ]
  it.each(GETS.map((patterns) => [patterns.join(' '), patterns] as const))('CONFIG GET %s', async (_, patterns) => {
    const ours = await keyper.get(...patterns)
    for (const name of Object.keys(NEWER)) delete ours[name]
    expect(ours).toEqual(await redis.get(...patterns))
  })

  /** Pairs for CONFIG SET; after each the directives it names are compared too. */
  const SETS: readonly (readonly string[])[] = [
    ['timeout', '5'],
    ['timeout', '05'],
    ['timeout', ' 5'],
    ['timeout', '+5'],
    ['timeout', ''],
    ['timeout', '-1'],
    ['timeout', '2147483648'],
    ['timeout', '99999999999999999999'],
    ['timeout', '5x'],
    ['TIMEOUT', '7'],
    ['Timeout', 'bad'],
    ['timeout', '1', 'timeout', '2'],
    ['timeout', '1', 'TIMEOUT', '2'],
    ['slave-priority', '4', 'replica-priority', '5'],
    ['slave-priority', 'bad'],
    ['replica-priority', '-3'],
    ['nosuch', '1'],
    ['timeout', '9', 'nosuch', '1'],
    ['databases', '3', 'nosuch', '1'],
    ['nosuch', '1', 'databases', '3'],
    ['timeout', 'bad', 'databases', '3'],
    ['databases', '3'],
    ['unixsocket', '/tmp/x'],
    ['appendfilename', 'x'],
    ['io-threads', '2'],
    ['replicaof', 'a 1'],
    ['dir', '/'],
    ['dbfilename', 'other.rdb'],
    ['dbfilename', 'a/b'],
    ['enable-protected-configs', 'yes'],
    ['maxmemory', '1k'],
    ['maxmemory', '1kb'],
    ['maxmemory', '2MB'],
    ['maxmemory', '3G'],
    ['maxmemory', '4gB'],
    ['maxmemory', '5b'],
    ['maxmemory', '1x'],
    ['maxmemory', '1.5gb'],
    ['maxmemory', '-1'],
    ['maxmemory', ''],
    ['maxmemory', 'kb'],
    ['maxmemory', '18446744073709551615'],
    ['maxmemory', '0'],
    ['repl-backlog-size', '0'],
    ['repl-backlog-size', '99999999999999999999'],
    ['repl-backlog-size', '2mb'],
    ['client-query-buffer-limit', '1'],
    ['proto-max-bulk-len', '1mb'],
    ['proto-max-bulk-len', '1023kb'],
    ['proto-max-bulk-len', '512mb'],
    ['maxmemory-clients', '5%'],
    ['maxmemory-clients', '101%'],
    ['maxmemory-clients', '-5%'],
    ['maxmemory-clients', '-5'],
    ['maxmemory-clients', '%'],
    ['maxmemory-clients', '0%'],
    ['slowlog-max-len', '9223372036854775807'],
    ['slowlog-max-len', '-1'],
    ['slowlog-max-len', '128'],
    ['slowlog-log-slower-than', '-1'],
    ['slowlog-log-slower-than', '-2'],
    ['maxclients', '0'],
    ['maxclients', '-5'],
    ['list-max-listpack-size', '-5'],
    ['list-max-ziplist-size', '-2'],
    ['hash-max-ziplist-entries', '-1'],
    ['hash-max-listpack-value', '1kb'],
    ['hash-max-listpack-value', '64'],
    ['maxmemory-policy', 'ALLKEYS-LRU'],
    ['maxmemory-policy', 'bad'],
    ['maxmemory-policy', ''],
    ['appendfsync', 'sometimes'],
    ['sanitize-dump-payload', 'maybe'],
    ['propagation-error-behavior', 'x'],
    ['repl-diskless-load', 'SwapDB'],
    ['repl-diskless-load', 'disabled'],
    ['slave-read-only', 'maybe'],
    ['slave-read-only', 'YES'],
    ['lazyfree-lazy-expire', '1'],
    ['activedefrag', 'no'],
    ['activedefrag', 'yes'],
    ['hz', '1000'],
    ['hz', '0'],
    ['hz', '-1'],
    ['hz', '10'],
    ['oom-score-adj', 'bad'],
    ['oom-score-adj-values', '1 2'],
    ['oom-score-adj-values', '1 2 3000'],
    ['oom-score-adj-values', '0 200 x'],
    ['oom-score-adj-values', '0 200 800'],
    ['shutdown-on-sigterm', 'now save'],
    ['shutdown-on-sigterm', 'NOSAVE  now'],
    ['shutdown-on-sigterm', 'nosave save'],
    ['shutdown-on-sigterm', ''],
    ['shutdown-on-sigterm', 'default force'],
    ['shutdown-on-sigint', 'bad'],
    ['latency-tracking-info-percentiles', '50 99.12345678'],
    ['latency-tracking-info-percentiles', '50 abc'],
    ['latency-tracking-info-percentiles', '101'],
    ['latency-tracking-info-percentiles', ''],
    ['latency-tracking-info-percentiles', '100 0 12.5'],
    ['proc-title-template', '{foo}'],
    ['proc-title-template', ''],
    ['proc-title-template', '{title'],
    ['proc-title-template', '{title} {{x {port}'],
    ['cluster-announce-hostname', 'a_b'],
    ['cluster-announce-hostname', 'a-b.example'],
    ['cluster-announce-hostname', 'x'.repeat(256)],
    ['cluster-announce-hostname', ''],
    ['notify-keyspace-events', 'AKE'],
    ['notify-keyspace-events', 'g$lshzxetdnKEm'],
    ['notify-keyspace-events', 'nmd'],
    ['notify-keyspace-events', 'xyz'],
    ['notify-keyspace-events', 'toString'],
    ['notify-keyspace-events', ''],
    ['save', '900 1 300 10'],
    ['save', '900'],
    ['save', '900  1'],
    ['save', '900 '],
    ['save', '0 1'],
    ['save', '1 -1'],
    ['save', 'a b'],
    ['save', '  '],
    ['save', ''],
    ['client-output-buffer-limit', 'normal 1mb'],
    ['client-output-buffer-limit', 'master 0 0 0'],
    ['client-output-buffer-limit', 'normal 1x 0 0'],
    ['client-output-buffer-limit', 'normal 0 0 -1'],
    ['client-output-buffer-limit', 'normal 0 0 0 bad 1 1 1'],
    ['client-output-buffer-limit', 'NORMAL 1mb 0 60 pubsub 2mb 1mb 10'],
    ['client-output-buffer-limit', 'slave 0 0 0'],
    ['client-output-buffer-limit', ''],
    ['bind', Array.from({ length: 17 }, (_, i) => `127.0.0.${i + 1}`).join(' ')],
    ['bind', '203.0.113.7'],
    ['bind', '127.0.0.1'],
    ['requirepass', ''],
    ['masterauth', 'a b"c'],
    ['masteruser', '\xff\x00'],
    ['masteruser', ''],
    ['watchdog-period', 'x'],
    ['rdb-key-save-delay', '0'],
    ['lua-enable-deprecated-api', 'yes'],
    ['lua-time-limit', '100'],
    ['busy-reply-threshold', '5000'],
    ['io-threads-do-reads', 'yes'],
    ['syslog-facility', 'local1'],
    // All or nothing.
    ['timeout', '77', 'maxmemory', 'bad'],
    ['save', '1 1', 'timeout', '78', 'hz', '100', 'notify-keyspace-events', '?'],
    ['client-output-buffer-limit', 'normal 5 5 5', 'bind', '203.0.113.7'],
    ['timeout', '0', 'maxmemory-policy', 'noeviction', 'save', '3600 1', 'slave-priority', '100'],
    // Words missing.
    [],
    ['timeout'],
    ['timeout', '1', 'hz'],
  ]
  it.each(SETS.map((words) => [words.join(' ').slice(0, 70), words] as const))('CONFIG SET %s', async (_, words) => {
    const ours = await keyper.set(...words)
    expect(ours).toBe(await redis.set(...words))
    const names = words.filter((_word, i) => i % 2 === 0 && words[i] !== 'dir')
    if (names.length > 0) expect(await keyper.get(...names)).toEqual(await redis.get(...names))
  })

  it('has left nothing half done', async () => {
    const ours = await keyper.get('*')
    const theirs = await redis.get('*')
    for (const name of Object.keys({ ...OWN, ...NEWER, ...KEYPER_ONLY })) {
      delete ours[name]
      delete theirs[name]
    }
    expect(ours).toEqual(theirs)
  })
})
