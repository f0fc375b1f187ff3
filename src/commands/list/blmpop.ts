import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { ENDS, popMany, popMultiple, retryList } from './shared.ts'
import { lateTimeout, parseTimeout } from './shared-timeout.ts'

export default command({
  name: 'BLMPOP',
  group: 'list',
  since: '7.0.0',
  summary: 'Removes and returns elements off the first of several lists that has any; waits if none has.',
  complexity: 'O(N+M), N being the number of keys, M the number of elements returned',
  flags: 'write blocking',
  args: [lateTimeout, popMany(ENDS)],
  reply: array('the key and its elements; null when the time is up'),
  run(c, timeout, { keys, where, count }) {
    const timeoutMs = parseTimeout(timeout)
    for (const key of keys) if (popMultiple(c, key, where, count)) return
    c.block({
      keys,
      timeoutMs,
      retry: (key) => retryList(c, key, () => popMultiple(c, key, where, count)),
      timedOut: () => c.reply.nullArray(),
    })
  },
})
