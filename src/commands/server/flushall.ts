import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { checkFlushMode, flushMode } from './shared-flush.ts'

export default command({
  name: 'FLUSHALL',
  group: 'server',
  since: '1.0.0',
  summary: 'Deletes every key of every database.',
  complexity: 'O(1); the memory is given back later',
  flags: 'write',
  categories: '@keyspace @dangerous',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [flushMode],
  reply: status('OK'),
  history: [
    ['4.0.0', 'Has ASYNC.'],
    ['6.2.0', 'Has SYNC.'],
  ],
  run(c, mode) {
    checkFlushMode(mode)
    const keys = c.store.flushAll()
    c.store.dirty += Math.max(1, keys)
    c.server.lazyFree.flushed(keys, mode.async)
    // A dump may be saved now, after which nothing counts as changed: the flush has to be told all the same.
    c.propagate.as('FLUSHALL', ...(mode.async ? ['ASYNC'] : []), ...(mode.sync ? ['SYNC'] : []))
    c.server.persistence.flushedAll()
    c.reply.ok()
  },
})
