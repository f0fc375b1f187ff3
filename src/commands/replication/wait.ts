import { E } from '../../resp/errors.ts'
import { int, int64 } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'WAIT',
  group: 'generic',
  since: '3.0.0',
  summary: 'Waits until so many replicas have acknowledged the writes of this connection.',
  complexity: 'O(1)',
  flags: 'noscript',
  categories: '@connection -@keyspace',
  tips: ['request_policy:all_shards', 'response_policy:agg_min'],
  args: [int('numreplicas'), int64('timeout', E.timeoutNotInteger)],
  reply: integer('how many replicas have acknowledged'),
  run(c, wanted, timeout) {
    const { replication } = c.server
    if (replication.isReplica) throw E.waitOnReplica
    if (timeout < 0) throw E.timeoutNegative
    if (typeof timeout === 'bigint') throw E.timeoutOutOfRange
    replication.waiters.wait(c.session, wanted, timeout)
  },
})
