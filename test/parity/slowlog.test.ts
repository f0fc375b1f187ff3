import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

/** Ids, times and ports differ; words do not. */
const NUMBERS = /\b\d+\b/g

describeWithRedis('slow log, latency and memory commands reply as redis-server does', () => {
  const same = parityTests()
  same('SLOWLOG', [
    'CONFIG SET slowlog-log-slower-than 0',
    'SLOWLOG RESET',
    'CLIENT SETNAME me',
    'SET a 1',
    ['SET', 'b', 'x'.repeat(200)],
    ['SADD', 's', ...Array.from({ length: 31 }, (_, i) => `m${i}`)],
    'DEL s',
    'MULTI',
    'INCR a',
    'EXEC',
    'GET',
    'NOSUCH',
    'CONFIG SET masterauth secret',
    'CONFIG SET masterauth ""',
    { command: 'SLOWLOG GET', mask: NUMBERS },
    { command: 'SLOWLOG GET 2', mask: NUMBERS },
    'SLOWLOG LEN',
    'SLOWLOG GET 0',
    'SLOWLOG GET -2',
    'SLOWLOG GET x',
    'SLOWLOG GET 1 2',
    'SLOWLOG LEN x',
    'SLOWLOG NOPE',
    'SLOWLOG',
    'CONFIG SET slowlog-log-slower-than 10000',
    'SLOWLOG RESET',
    'SLOWLOG LEN',
  ])
  same('LATENCY', [
    'LATENCY RESET',
    'LATENCY LATEST',
    'LATENCY HISTORY command',
    'LATENCY GRAPH command',
    'LATENCY RESET command other',
    'CONFIG SET latency-monitor-threshold 20',
    'DEBUG SLEEP 0.03',
    { command: 'LATENCY LATEST', mask: NUMBERS },
    { command: 'LATENCY HISTORY command', mask: NUMBERS },
    'LATENCY RESET nope command',
    'CONFIG SET latency-monitor-threshold 0',
    'LATENCY HISTOGRAM nope',
    'CONFIG RESETSTAT',
    'SET a 1',
    'SET a 2',
    { command: 'LATENCY HISTOGRAM nope set nope', mask: /histogram_usec.*/s },
    'LATENCY HISTORY',
    'LATENCY NOPE',
    'LATENCY',
  ])
  same('DEBUG PAUSE-CRON', ['DEBUG PAUSE-CRON 1', 'PING', 'DEBUG PAUSE-CRON 0', 'DEBUG PAUSE-CRON'])
  same('MEMORY', [
    'MEMORY PURGE',
    'MEMORY STATS x',
    'MEMORY DOCTOR x',
    'MEMORY NOPE',
    'MEMORY PURGE x',
    'LOLWUT VERSION x',
  ])
})
