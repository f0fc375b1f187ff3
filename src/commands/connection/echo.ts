import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'ECHO',
  group: 'connection',
  since: '1.0.0',
  summary: 'Replies the given message.',
  complexity: 'O(1)',
  flags: 'loading stale fast',
  args: [bytes('message')],
  reply: bulk('the message'),
  run(c, message) {
    c.reply.bulk(message)
  },
})
