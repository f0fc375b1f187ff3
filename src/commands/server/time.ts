import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'TIME',
  group: 'server',
  since: '2.6.0',
  summary: "Returns the server's time.",
  complexity: 'O(1)',
  flags: 'loading stale fast',
  tips: ['nondeterministic_output'],
  args: [],
  reply: array('Unix seconds, and the microseconds within that second'),
  run(c) {
    const ms = c.now
    c.reply.array(2)
    c.reply.bulk(String(Math.floor(ms / 1000)))
    c.reply.bulk(String((ms % 1000) * 1000))
  },
})
