import { custom } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { keysAndTimeout } from '../list/shared-keys-timeout.ts'
import { blockingPop } from './shared.ts'

export default command({
  name: 'BZPOPMAX',
  group: 'sorted-set',
  since: '5.0.0',
  summary: 'Removes and returns the highest member of the first sorted set that has any; waits if none has.',
  complexity: 'O(log(N)), N being the size of the set',
  flags: 'write noscript blocking fast',
  args: [custom('keys', keysAndTimeout)],
  reply: array('the key, the member and its score; null when the time is up'),
  history: [['6.0.0', 'The time-out may have a fraction.']],
  run(c, { keys, timeoutMs }) {
    blockingPop(c, keys, timeoutMs, 'max')
  },
})
