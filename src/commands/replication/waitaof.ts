import { E } from '../../resp/errors.ts'
import { int, int64 } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'WAITAOF',
  group: 'generic',
  since: '7.2.0',
  summary: 'Waits until the writes of this connection are on disk, here and at so many replicas.',
  complexity: 'O(1)',
  flags: 'noscript',
  categories: '@connection',
  tips: ['request_policy:all_shards', 'response_policy:agg_min'],
  args: [
    int('numlocal', { min: 0, max: 1, rangeError: E.waitAofLocal }),
    int('numreplicas', { min: 0, error: E.mustBePositive }),
    int64('timeout', E.timeoutNotInteger),
  ],
  reply: array('whether they are on disk here (1 or 0), and at how many replicas'),
  run(c, local, replicas, timeout) {
    const { replication, persistence } = c.server
    if (timeout < 0) throw E.timeoutNegative
    if (typeof timeout === 'bigint') throw E.timeoutOutOfRange
    if (replication.isReplica) throw E.waitAofOnReplica
    if (local > 0 && !persistence.aof.isOn) throw E.waitAofDisabled
    persistence.aof.waiters.wait(c.session, local, replicas, timeout)
  },
})
