import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT GETNAME',
  group: 'connection',
  since: '2.6.9',
  summary: 'Returns the name of this connection.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [],
  reply: bulk('the name, or null'),
  run(c) {
    if (c.session.name === '') c.reply.null()
    else c.reply.bulk(c.session.name)
  },
})
