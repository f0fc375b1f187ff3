import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'LATENCY RESET',
  group: 'server',
  since: '2.8.13',
  summary: 'Forgets the spikes of the named events, or of all.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: [anyNumberOf(bytes('event'))],
  reply: integer('events forgotten'),
  run(c, events) {
    c.reply.int(c.server.latency.reset(events))
  },
})
