import { describeClient } from '../../server/client-line.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT INFO',
  group: 'connection',
  since: '6.2.0',
  summary: 'Describes this connection in one line.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  tips: ['nondeterministic_output'],
  args: [],
  reply: bulk('field=value pairs'),
  run(c) {
    c.reply.verbatim('txt', `${describeClient(c.session)}\n`)
  },
})
