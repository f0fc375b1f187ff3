import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { popMany } from '../list/shared.ts'
import { lateTimeout, parseTimeout } from '../list/shared-timeout.ts'
import { popMultiple, retrySortedSet, SIDES } from './shared.ts'

export default command({
  name: 'BZMPOP',
  group: 'sorted-set',
  since: '7.0.0',
  summary: 'Removes and returns members off the first of several sorted sets that has any; waits if none has.',
  complexity: 'O(K) + O(M*log(N)), K being the number of keys, N the size of the set, M the number returned',
  flags: 'write blocking',
  args: [lateTimeout, popMany(SIDES)],
  reply: array('the key and its members with scores; null when the time is up'),
  run(c, timeout, { keys, where, count }) {
    const timeoutMs = parseTimeout(timeout)
    for (const key of keys) if (popMultiple(c, key, where, count)) return
    c.block({
      keys,
      timeoutMs,
      retry: (key) => retrySortedSet(c, key, () => popMultiple(c, key, where, count)),
      timedOut: () => c.reply.nullArray(),
    })
  },
})
