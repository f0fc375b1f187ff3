import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { end, move } from './shared.ts'

export default command({
  name: 'LMOVE',
  group: 'list',
  since: '6.2.0',
  summary: 'Moves an element from an end of a list to an end of another, and returns it.',
  complexity: 'O(1)',
  flags: 'write denyoom',
  args: [key('source', 'RW access delete'), key('destination', 'RW insert'), end('wherefrom'), end('whereto')],
  reply: bulk('the element, or null when the source is empty'),
  run(c, source, destination, from, to) {
    if (!move(c, source, destination, from, to)) c.reply.null()
  },
})
