import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT GETREDIR',
  group: 'connection',
  since: '6.0.0',
  summary: 'Returns the id of the client that gets the messages of tracking.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [],
  reply: integer('the id; 0 when messages are not redirected; -1 without tracking'),
  run(c) {
    c.reply.int(c.session.tracking?.redirect ?? -1)
  },
})
