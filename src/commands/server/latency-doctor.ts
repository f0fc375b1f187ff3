import type { LatencyEvent } from '../../server/latency.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { LATENCY_TIPS } from './shared-latency.ts'

/** What may be behind the spikes of an event, and what helps. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['command', 'Some commands take long. SLOWLOG GET names them once slowlog-log-slower-than is below these figures.'],
  [
    'fast-command',
    'Commands that are always short were held up, most likely by garbage collection or a busy machine: watch the heap and the load.',
  ],
  ['command-unblocking', 'Serving clients that waited took long: fewer of them on one key, or smaller answers, help.'],
  ['expire-cycle', 'Many keys, or large ones, expire at once: spread their deadlines by some random seconds.'],
  ['eviction-cycle', 'Making room for new data takes long: raise maxmemory, or keep smaller values.'],
  ['aof-write', 'Writing the append-only file is slow: look at the disk and at what else uses it.'],
  ['aof-fsync-always', 'The disk is slow to confirm writes: appendfsync everysec waits for it in the background.'],
])

export default command({
  name: 'LATENCY DOCTOR',
  group: 'server',
  since: '2.8.13',
  summary: 'Reports on the spikes seen, and what may be done about them.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  tips: LATENCY_TIPS,
  args: [],
  reply: bulk('a report for people'),
  run({ server, reply }) {
    reply.verbatim('txt', report(server.latency.events, server.config.latencyMonitorThreshold))
  },
})

function report(events: ReadonlyMap<string, LatencyEvent>, thresholdMs: number): string {
  if (thresholdMs === 0 && events.size === 0) {
    return (
      'Latency is not being watched. To note whatever takes 100 milliseconds or longer:\n' +
      'CONFIG SET latency-monitor-threshold 100\n'
    )
  }
  if (events.size === 0) return `Nothing took ${thresholdMs} milliseconds or longer since LATENCY RESET.\n`
  const lines = [`${events.size} kind${events.size === 1 ? '' : 's'} of event took too long:`, '']
  let n = 0
  for (const [name, event] of events) lines.push(`${++n}. ${name}: ${summaryOf(event)}`)
  lines.push('')
  for (const name of events.keys()) {
    const advice = ADVICE.get(name)
    if (advice !== undefined) lines.push(`- ${name}: ${advice}`)
  }
  return `${lines.join('\n')}\n`
}

function summaryOf({ samples, maxMs }: LatencyEvent): string {
  const count = samples.length
  const mean = samples.reduce((sum, { ms }) => sum + ms, 0) / count
  const deviation = samples.reduce((sum, { ms }) => sum + Math.abs(ms - mean), 0) / count
  const seconds = samples[count - 1].unixSeconds - samples[0].unixSeconds
  const period = count > 1 ? `, one every ${(seconds / (count - 1)).toFixed(1)} s` : ''
  return (
    `${count} spike${count === 1 ? '' : 's'}${period}; on average ${mean.toFixed(0)} ms, ` +
    `give or take ${deviation.toFixed(0)} ms; the worst ${maxMs} ms.`
  )
}
