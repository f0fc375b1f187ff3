import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { LATENCY_TIPS } from './shared-latency.ts'

export default command({
  name: 'LATENCY LATEST',
  group: 'server',
  since: '2.8.13',
  summary: 'Returns the latest spike of every event.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  tips: LATENCY_TIPS,
  args: [],
  reply: array('name, Unix time in seconds, milliseconds, and the most milliseconds ever, of each event'),
  run({ server, reply }) {
    const { events } = server.latency
    reply.array(events.size)
    for (const [name, { samples, maxMs }] of events) {
      const { unixSeconds, ms } = samples[samples.length - 1]
      reply.array(4)
      reply.bulk(name)
      reply.int(unixSeconds)
      reply.int(ms)
      reply.int(maxMs)
    }
  },
})
