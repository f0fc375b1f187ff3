import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT ID',
  group: 'connection',
  since: '5.0.0',
  summary: 'Returns the id of this connection; ids only grow.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [],
  reply: integer('the id'),
  run(c) {
    c.reply.int(c.session.id)
  },
})
