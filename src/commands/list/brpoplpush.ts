import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { blockingMove } from './shared.ts'
import { timeout } from './shared-timeout.ts'

export default command({
  name: 'BRPOPLPUSH',
  group: 'list',
  since: '2.2.0',
  summary: 'Moves the last element of a list to the front of another; waits for one if there is none.',
  complexity: 'O(1)',
  flags: 'write denyoom noscript blocking',
  deprecatedSince: '6.2.0',
  replacedBy: 'BLMOVE with RIGHT and LEFT',
  args: [key('source', 'RW access delete'), key('destination', 'RW insert'), timeout],
  reply: bulk('the element, or null when the time is up'),
  history: [['6.0.0', 'The time-out may have a fraction.']],
  run(c, source, destination, timeoutMs) {
    blockingMove(c, source, destination, 'right', 'left', timeoutMs)
  },
})
