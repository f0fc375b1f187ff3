import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { move } from './shared.ts'

export default command({
  name: 'RPOPLPUSH',
  group: 'list',
  since: '1.2.0',
  summary: 'Moves the last element of a list to the front of another, and returns it.',
  complexity: 'O(1)',
  flags: 'write denyoom',
  deprecatedSince: '6.2.0',
  replacedBy: 'LMOVE with RIGHT and LEFT',
  args: [key('source', 'RW access delete'), key('destination', 'RW insert')],
  reply: bulk('the element, or null when the source is empty'),
  run(c, source, destination) {
    if (!move(c, source, destination, 'right', 'left')) c.reply.null()
  },
})
