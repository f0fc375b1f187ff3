import { cumulativeCounts, durationCount } from '../../server/latency.ts'
import { anyNumberOf, bytes } from '../../spec/args.ts'
import { type Command, command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'
import { LATENCY_TIPS } from './shared-latency.ts'

export default command({
  name: 'LATENCY HISTOGRAM',
  group: 'server',
  since: '7.0.0',
  summary: 'Tells how long commands took: for durations that double, how many calls took no longer.',
  complexity: 'O(N), N being the number of commands that ran',
  flags: 'admin noscript loading stale',
  tips: LATENCY_TIPS,
  args: [anyNumberOf(bytes('command'))],
  reply: map('by command: calls, and histogram_usec with calls by microseconds'),
  run({ server, reply }, names) {
    const { table } = server
    const measured: { name: string; histogram: Float64Array }[] = []
    const add = ({ name, stats, subcommands }: Command) => {
      if (stats.histogram !== null) measured.push({ name, histogram: stats.histogram })
      for (const subcommand of subcommands?.values() ?? []) add(subcommand)
    }
    if (names.length === 0) for (const command of table.all) add(command)
    for (const name of names) {
      const command = table.getFull(name)
      if (command !== undefined) add(command)
    }
    reply.map(measured.length)
    for (const { name, histogram } of measured) {
      reply.bulk(name)
      reply.map(2)
      reply.bulk('calls')
      reply.int(durationCount(histogram))
      reply.bulk('histogram_usec')
      const counts = cumulativeCounts(histogram)
      reply.map(counts.length)
      for (const { us, count } of counts) {
        reply.int(us)
        reply.int(count)
      }
    }
  },
})
