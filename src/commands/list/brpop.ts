import { custom } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { blockingPop } from './shared.ts'
import { keysAndTimeout } from './shared-keys-timeout.ts'

export default command({
  name: 'BRPOP',
  group: 'list',
  since: '2.0.0',
  summary: 'Removes and returns the last element of the first list that has any; waits for one if none has.',
  complexity: 'O(N), N being the number of keys',
  flags: 'write noscript blocking',
  args: [custom('keys', keysAndTimeout)],
  reply: array('the key and the element; null when the time is up'),
  history: [['6.0.0', 'The time-out may have a fraction.']],
  run(c, { keys, timeoutMs }) {
    blockingPop(c, keys, timeoutMs, 'right')
  },
})
