import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'SLOWLOG LEN',
  group: 'server',
  since: '2.2.12',
  summary: 'Counts the entries of the log of slow commands.',
  complexity: 'O(1)',
  flags: 'admin loading stale',
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
  args: [],
  reply: integer('entries'),
  run(c) {
    c.reply.int(c.server.slowLog.length)
  },
})
