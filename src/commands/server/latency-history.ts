import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { LATENCY_TIPS } from './shared-latency.ts'

export default command({
  name: 'LATENCY HISTORY',
  group: 'server',
  since: '2.8.13',
  summary: 'Returns the spikes of an event, oldest first.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  tips: LATENCY_TIPS,
  args: [bytes('event')],
  reply: array('Unix time in seconds and milliseconds of each spike'),
  run({ server, reply }, event) {
    const samples = server.latency.events.get(event)?.samples ?? []
    reply.array(samples.length)
    for (const { unixSeconds, ms } of samples) {
      reply.array(2)
      reply.int(unixSeconds)
      reply.int(ms)
    }
  },
})
