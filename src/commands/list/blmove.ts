import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { blockingMove, end } from './shared.ts'
import { timeout } from './shared-timeout.ts'

export default command({
  name: 'BLMOVE',
  group: 'list',
  since: '6.2.0',
  summary: 'Moves an element from an end of a list to an end of another; waits for one if there is none.',
  complexity: 'O(1)',
  flags: 'write denyoom noscript blocking',
  args: [key('source', 'RW access delete'), key('destination', 'RW insert'), end('wherefrom'), end('whereto'), timeout],
  reply: bulk('the element, or null when the time is up'),
  run(c, source, destination, from, to, timeoutMs) {
    blockingMove(c, source, destination, from, to, timeoutMs)
  },
})
